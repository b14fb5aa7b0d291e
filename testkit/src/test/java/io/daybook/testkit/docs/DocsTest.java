package io.daybook.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every block of Java on these pages stands in code that is run, but for white space. */
final class DocsTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deciders.md",
        "codec.md",
        "projections.md",
        "process-managers.md",
        "consistency.md",
        "evolution.md",
        "privacy.md",
        "multi-tenancy.md",
        "observability.md",
        "sql-read-models.md"
      })
  void whatAPageShowsIsRun(String page) throws IOException {
    Path root = root();
    String code =
        Stream.of("testkit", "micrometer", "opentelemetry")
            .map(module -> module + "/src/test/java/io/daybook/" + module + "/docs")
            .map(folder -> squeeze(sources(root.resolve(folder))))
            .collect(Collectors.joining());
    Matcher block = BLOCK.matcher(Files.readString(root.resolve("docs").resolve(page)));

    int blocks = 0;
    while (block.find()) {
      assertThat(code).as("a block of " + page).contains(squeeze(block.group(1)));
      blocks++;
    }
    assertThat(blocks).isPositive();
  }

  private static String squeeze(String code) {
    return code.replaceAll("\\s+", "");
  }

  private static String sources(Path directory) {
    try (var files = Files.list(directory)) {
      return files.sorted().map(DocsTest::read).collect(Collectors.joining());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("mvnw"))) {
      directory = directory.getParent();
    }
    return directory;
  }
}
