package io.daybook.examples.shop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The real invoices of a shop, which lie beside the project and are no part of it. */
final class RealData {
  private RealData() {}

  /** The file; the test is skipped where it is not there. */
  static Path invoices() {
    Path root = Path.of("").toAbsolutePath();
    while (root != null && !Files.exists(root.resolve("mvnw"))) {
      root = root.getParent();
    }
    Path file =
        (root == null ? Path.of("") : root).resolve("../shared/data/shop/online_retail.csv.gz");
    assumeTrue(Files.exists(file), "skipped: the real data is not at " + file.normalize());
    return file.normalize();
  }
}
