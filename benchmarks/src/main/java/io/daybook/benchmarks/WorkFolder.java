package io.daybook.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a run and the servers that run in it. Both are gone at the end, also when the run
 * is interrupted.
 */
final class WorkFolder implements AutoCloseable {
  private final Path path;
  private final Thread hook = new Thread(this::cleanUp, "clean-up");
  private @Nullable Subjects subjects;

  WorkFolder(Path parent) throws IOException {
    path = Files.createTempDirectory(parent, "daybook-benchmarks");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  Path path() {
    return path;
  }

  /** They are closed before the folder is deleted. */
  void stopAtTheEnd(Subjects toStop) {
    subjects = toStop;
  }

  /** The benchmark may still be running, in other threads. */
  private void cleanUp() {
    try {
      if (subjects != null) {
        subjects.close();
      }
    } catch (IOException e) {
      System.err.println("a server was not stopped: " + e);
    }
    try {
      Folders.deleteStubbornly(path);
    } catch (IOException e) {
      System.err.println("not deleted: " + path + ": " + e);
    }
  }

  @Override
  public void close() {
    cleanUp();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
