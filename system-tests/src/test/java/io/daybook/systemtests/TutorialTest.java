package io.daybook.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tutorial is true: its code compiles, runs, and prints what the page says. */
class TutorialTest {
  private static final Pattern BLOCK =
      Pattern.compile("(?:Run `(\\w+)`:\\n\\n)?```(java|text)\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern FILE_NAME = Pattern.compile("^// (\\w+\\.java)\\n");
  private static final int RUNS = 6;

  @TempDir private Path folder;

  private final Map<String, String> sources = new LinkedHashMap<>();

  @Test
  @Tag("long")
  void theTutorialsCodeDoesWhatThePageSays() throws Exception {
    Matcher blocks = BLOCK.matcher(Files.readString(page("docs/tutorial.md")));
    int runs = 0;
    while (blocks.find()) {
      String body = blocks.group(3);
      if (blocks.group(2).equals("java")) {
        Matcher name = FILE_NAME.matcher(body);
        assertThat(name.find()).as("a file name above the code: %s", body).isTrue();
        sources.put(name.group(1), body);
      } else {
        String main = blocks.group(1);
        assertThat(main).as("what to run for the output: %s", body).isNotNull();
        assertThat(run(main)).as(main).isEqualTo(body);
        runs++;
      }
    }
    assertThat(runs).isEqualTo(RUNS);
  }

  @Test
  void theReadmesSampleCompilesAndRuns() throws Exception {
    Matcher blocks = BLOCK.matcher(Files.readString(page("README.md")));
    assertThat(blocks.find()).isTrue();
    sources.put("Ledger.java", blocks.group(3));
    assertThat(run("Ledger")).isEqualTo("100.00, then 70.00\n");
  }

  private static Path page(String name) {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("mvnw"))) {
      directory = directory.getParent();
    }
    return directory.resolve(name);
  }

  private String run(String main) throws Exception {
    Path classes = compile(main);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dstdout.encoding=UTF-8",
                "-cp",
                classes
                    + System.getProperty("path.separator")
                    + System.getProperty("java.class.path"),
                main)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.to(folder.resolve(main + ".err").toFile()))
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(() -> main + " failed: " + errors(main)).isZero();
    return output;
  }

  private String errors(String main) {
    try {
      return Files.readString(folder.resolve(main + ".err"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /**
   * Compiles all files that the page has shown so far; a file that is shown again replaces the
   * first.
   */
  private Path compile(String main) throws IOException {
    Path source = Files.createDirectories(folder.resolve("src-" + main));
    Path classes = Files.createDirectories(folder.resolve("classes-" + main));
    for (Map.Entry<String, String> file : sources.entrySet()) {
      Files.writeString(source.resolve(file.getKey()), file.getValue());
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var messages = new StringWriter();
    try (StandardJavaFileManager files =
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        var names = Files.list(source)) {
      List<String> options =
          List.of(
              "-d",
              classes.toString(),
              "-cp",
              System.getProperty("java.class.path"),
              "-proc:none",
              "--release",
              "25");
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  options,
                  null,
                  files.getJavaFileObjectsFromPaths(names.toList()))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
    return classes;
  }
}
