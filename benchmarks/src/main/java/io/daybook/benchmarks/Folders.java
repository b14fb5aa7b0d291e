package io.daybook.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Sizes and removal of folders. */
final class Folders {
  private static final int ATTEMPTS = 100;

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

  /** Deletes though others, who are being stopped, still write and delete there. */
  static void deleteStubbornly(Path folder) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        delete(folder);
        return;
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
