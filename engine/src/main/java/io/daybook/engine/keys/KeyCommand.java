package io.daybook.engine.keys;

import io.daybook.engine.keys.StoreKeyException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A key that a command tells. What it says on standard error goes to that of this process. */
final class KeyCommand implements KeySource {
  private static final int SECONDS = 60;

  private final List<String> command;

  KeyCommand(List<String> command) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("a command has a program, at least");
    }
    this.command = List.copyOf(command);
  }

  @Override
  public byte[] key() {
    try {
      Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
      try {
        return key(process);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw unavailable("cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("was interrupted", e);
    }
  }

  private byte[] key(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    // a thread of its own reads, so that a command that says nothing is not waited for without end
    var output = new byte[1][];
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try (InputStream in = process.getInputStream()) {
                output[0] = in.readNBytes(KeyText.MAX_BYTES);
              } catch (IOException _) {
                output[0] = new byte[0];
              }
            });
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      throw unavailable("did not end within " + SECONDS + " seconds", null);
    }
    if (process.exitValue() != 0) {
      throw unavailable("ended with " + process.exitValue(), null);
    }
    reader.join();
    return KeyText.parse(output[0], "what " + program() + " wrote");
  }

  /** Not its arguments, which may hold what opens a vault. */
  private String program() {
    return command.getFirst();
  }

  private StoreKeyException unavailable(String what, @Nullable Throwable cause) {
    return new StoreKeyException(
        Reason.UNAVAILABLE,
        "the command " + program() + " that tells the key of the store " + what,
        cause);
  }

  @Override
  public String toString() {
    return "the key that " + program() + " tells";
  }
}
