package io.daybook.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Sizes and removal of folders. */
final class Folders {
  private Folders() {}

  private static List<Path> contents(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  static long bytes(Path folder) throws IOException {
    long bytes = 0;
    for (Path file : contents(folder)) {
      if (Files.isRegularFile(file)) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    for (Path file : contents(folder)) {
      Files.deleteIfExists(file);
    }
  }

  /** Deletes though somebody who is being stopped may still write there. */
  static void deleteStubbornly(Path folder) throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        delete(folder);
        return;
      } catch (NoSuchFileException e) {
        // somebody else deletes, too
        continue;
      } catch (IOException e) {
        if (attempt == 20) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }
}
