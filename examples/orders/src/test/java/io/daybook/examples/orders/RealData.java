package io.daybook.examples.orders;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Real logs, which lie beside the project and are no part of it. */
final class RealData {
  private RealData() {}

  /** The file; the test is skipped where it is not there. */
  static Path file(String name) {
    Path root = Path.of("").toAbsolutePath();
    while (root != null && !Files.exists(root.resolve("mvnw"))) {
      root = root.getParent();
    }
    Path file = (root == null ? Path.of("") : root).resolve("../shared/data/orders").resolve(name);
    assumeTrue(Files.exists(file), "skipped: the real data is not at " + file.normalize());
    return file.normalize();
  }
}
