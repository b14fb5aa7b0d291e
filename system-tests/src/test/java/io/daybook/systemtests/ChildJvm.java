package io.daybook.systemtests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program that runs in a JVM of its own, with the class path of the tests. */
final class ChildJvm implements AutoCloseable {
  private static final long MAX_LIFE_MINUTES = 5;

  private final Process process;
  private final BufferedReader output;
  private final Path errors;

  private ChildJvm(Process process, Path errors) {
    this.process = process;
    this.output = process.inputReader();
    this.errors = errors;
    // so that a child that hangs fails the test, which waits for its output
    CompletableFuture.delayedExecutor(MAX_LIFE_MINUTES, TimeUnit.MINUTES)
        .execute(process.toHandle()::destroyForcibly);
  }

  /**
   * Starts a program.
   *
   * @param errors the file that takes what it writes to its standard error
   */
  static ChildJvm start(Path errors, List<String> jvmOptions, Class<?> program, String... arguments)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    return new ChildJvm(process, errors);
  }

  /** The next line that it writes; null when it has ended and all was read. */
  @Nullable String nextLine() {
    try {
      return output.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits so long at most for its end; whether it has ended. */
  boolean endsWithin(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** Its exit code, when it has ended. */
  int awaitExit() throws InterruptedException {
    return process.waitFor();
  }

  /**
   * Ends it at once, as {@code kill -9} does, and returns when it is gone. What it wrote before can
   * be read.
   */
  void kill() throws InterruptedException {
    // by its handle: the process's own method throws away what it wrote and nobody read yet
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  /** What it wrote to its standard error. */
  String errors() throws IOException {
    return Files.readString(errors);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
