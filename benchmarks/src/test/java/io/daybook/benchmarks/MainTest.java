package io.daybook.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every workload runs for every subject; how fast is not a matter of tests. */
class MainTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int run(String... args) {
    var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    var command = new CommandLine(new Main(stream, stream));
    command.setErr(new java.io.PrintWriter(stream, true, StandardCharsets.UTF_8));
    return command.execute(args);
  }

  @Test
  void everyWorkloadMeasuresEverySubject() throws IOException {
    Path json = folder.resolve("figures.json");

    int exit = run("--tiny", "--rounds=1", "--dir=" + folder, "--json=" + json);

    assertThat(exit).as(out.toString(StandardCharsets.UTF_8)).isZero();
    List<String> lines = Files.readAllLines(json);
    for (Workload workload : Workload.values()) {
      assertThat(lines)
          .anyMatch(line ->
              line.contains("\"workload\":\"" + workload.label() + "\",\"subject\":\"daybook\""));
    }
    assertThat(lines).anyMatch(line -> line.contains("\"scan\",\"subject\":\"sqlite\""));
    assertThat(lines).anyMatch(line -> line.contains("\"load-100\",\"subject\":\"rocksdb\""));
    assertThat(lines).anyMatch(line -> line.contains("\"append-1\",\"subject\":\"raw\""));
    try (var left = Files.list(folder)) {
      assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactly("figures.json");
    }
  }

  @Test
  void anUnknownWorkloadIsRefusedByName() {
    assertThat(run("--only=append-2")).isEqualTo(2);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("append-2")
        .contains(Arrays.stream(Workload.values()).map(Workload::label).toList());
  }
}
