package io.daybook.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every workload runs for every subject; how fast is not a matter of tests. */
@Tag("long")
class MainTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int run(String... args) {
    var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    return Main.commandLine(new Main(stream, stream))
        .setErr(new PrintWriter(stream, true, StandardCharsets.UTF_8))
        .execute(args);
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private List<String> measured(String... args) throws IOException {
    Path json = folder.resolve("figures.json");
    List<String> all = new ArrayList<>(List.of("--tiny", "--dir=" + folder, "--json=" + json));
    all.addAll(Arrays.asList(args));
    int exit = run(all.toArray(String[]::new));
    assertThat(exit).as(said()).isZero();
    try (var left = Files.list(folder)) {
      assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactly("figures.json");
    }
    return Files.readAllLines(json);
  }

  private static void assertMeasured(List<String> lines, String workload, String... subjects) {
    for (String subject : subjects) {
      String start = "{\"workload\":\"" + workload + "\",\"subject\":\"" + subject + "\"";
      assertThat(lines).as(workload + " of " + subject).anyMatch(line -> line.startsWith(start));
    }
  }

  /** PostgreSQL has a test of its own: to unpack it and start it takes longer than all the rest. */
  @Test
  void everyWorkloadMeasuresTheSubjectsThatCanDoIt() throws IOException {
    List<String> lines = measured("--peers=raw,sqlite,rocksdb,h2,chronicle,axon,occurrent");

    String[] databases = {"daybook", "sqlite", "rocksdb", "h2"};
    for (String workload :
        List.of(
            "append-64",
            "append-256",
            "append-64-dcb",
            "public-conditional-1",
            "public-conditional-64",
            "public-conditional-512",
            "load-100",
            "tag-10",
            "public-read",
            "load-100-cold",
            "tag-10-cold",
            "public-read-cold",
            "disk")) {
      assertMeasured(lines, workload, databases);
    }
    assertMeasured(lines, "append-1", "raw", "daybook", "sqlite", "rocksdb", "h2");
    assertMeasured(lines, "append-batch", "raw", "daybook", "sqlite", "rocksdb", "h2");
    assertMeasured(lines, "append-1-nosync", "raw", "sqlite", "rocksdb", "h2", "chronicle");
    assertMeasured(lines, "scan", "daybook", "sqlite", "rocksdb", "h2", "chronicle");
    for (String workload :
        List.of(
            "notify",
            "open-1k",
            "open-killed-1k",
            "heap",
            "growth-load-100-1k",
            "growth-load-100-2k",
            "growth-append-64-1k",
            "growth-append-64-2k")) {
      assertMeasured(lines, workload, "daybook");
    }
    assertApplicationsMeasured(lines);
  }

  private static void assertApplicationsMeasured(List<String> lines) {
    for (String workload :
        List.of(
            "app-command-1",
            "app-command-1-cached",
            "app-command-64",
            "app-command-64-cached",
            "app-rebuild-memory",
            "app-rebuild-sqlite",
            "app-snapshot")) {
      assertMeasured(lines, workload, "daybook");
    }
    assertMeasured(lines, "app-memory-1", "daybook", "axon", "occurrent");
    assertMeasured(lines, "app-memory-64", "daybook", "axon", "occurrent");
    assertMeasured(lines, "app-catch-up", "daybook", "one-thread");
  }

  @Test
  void whatApplicationsDoIsMeasuredByOneName() throws IOException {
    List<String> lines = measured("--peers=raw,occurrent", "--only=app");
    assertMeasured(lines, "app-command-64-cached", "daybook");
    assertMeasured(lines, "app-memory-1", "daybook", "occurrent");
    assertThat(lines)
        .allMatch(line -> line.startsWith("{\"workload\":\"app-"))
        .noneMatch(line -> line.contains("axon"));
  }

  @Test
  void whatIsAskedForIsMeasured() throws IOException {
    List<String> lines = measured("--peers=raw,sqlite", "--only=append-1,load-100");
    assertMeasured(lines, "append-1", "raw", "daybook", "sqlite");
    assertMeasured(lines, "load-100", "daybook", "sqlite");
    assertThat(lines).noneMatch(line -> line.contains("rocksdb") || line.contains("scan"));
  }

  @Test
  void postgresIsMeasuredWhereItStarts() throws IOException {
    List<String> lines =
        measured(
            "--peers=postgres",
            "--only=append-64,append-batch,append-64-dcb,load-100,tag-10-cold,scan,disk");

    if (said().contains("postgres is left out")) {
      return;
    }
    for (String workload :
        List.of(
            "append-64",
            "append-batch",
            "append-64-dcb",
            "load-100",
            "tag-10-cold",
            "scan",
            "disk")) {
      assertMeasured(lines, workload, "daybook", "postgres");
    }
  }

  @Test
  void anUnknownWorkloadIsRefusedInALineThatNamesThoseThereAre() {
    assertThat(run("--only=append-2")).isEqualTo(2);
    assertThat(said()).contains("append-2").contains(Workloads.labels()).hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--memory-mib=1",
        "--peers=oracle",
        "--peers=daybook",
        "--rounds=0",
        "--rounds=many",
        "--max-events=17",
        "--dir=/nowhere/at/all",
        "--fast",
        "append-1"
      })
  void wrongArgumentsAreAnsweredWithOneLine(String argument) {
    assertThat(run(argument)).isEqualTo(2);
    assertThat(said()).hasLineCount(1);
  }

  @Test
  void theListNamesWorkloadsAndSubjects() {
    assertThat(run("--list")).isZero();
    assertThat(said()).contains(Workloads.labels()).contains(Subjects.NAMES);
  }
}
