package io.daybook.systemtests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The real data that lies beside the project and is no part of it. */
final class RealData {
  private RealData() {}

  /** A file of it; the test is skipped where it is not there. */
  static Path file(String name) {
    Path root = Path.of("").toAbsolutePath();
    while (root != null && !Files.exists(root.resolve("mvnw"))) {
      root = root.getParent();
    }
    Path file = (root == null ? Path.of("") : root).resolve("../shared/data").resolve(name);
    assumeTrue(Files.exists(file), "skipped: the real data is not at " + file.normalize());
    return file.normalize();
  }

  /** Reads the lines of a text that is packed by gzip. Close it. */
  static BufferedReader unpack(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(file), 1 << 16), StandardCharsets.UTF_8));
  }
}
