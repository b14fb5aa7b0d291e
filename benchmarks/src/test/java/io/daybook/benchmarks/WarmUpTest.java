package io.daybook.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many rounds of whom do not count. */
class WarmUpTest {
  @TempDir private Path folder;

  /** A workload that does nothing, of a shape, with so many rounds that warm up at most. */
  private record Nothing(String label, String shape, int most) implements Workload {
    @Override
    public String what() {
      return "nothing";
    }

    @Override
    public Score score() {
      return Score.RATE;
    }

    @Override
    public List<Long> fillings(Sizes sizes) {
      return List.of();
    }

    @Override
    public int warmUps(Sizes sizes) {
      return most;
    }

    @Override
    public void run(Bench bench) {
      throw new UnsupportedOperationException();
    }
  }

  /** How many rounds each has that do not count; how many do is known. */
  private static Map<String, Integer> warmUps(
      Bench bench, Workload workload, Map<String, List<Double>> rates) throws Exception {
    Map<String, Integer> warmUps = new LinkedHashMap<>();
    Map<String, Integer> counted = new LinkedHashMap<>();
    Map<String, String> names = new LinkedHashMap<>();
    rates.keySet().forEach(name -> names.put(name, name));
    bench.rounds(
        workload,
        names,
        (name, round) -> {
          (round > 0 ? counted : warmUps).merge(name, 1, Integer::sum);
          List<Double> its = rates.get(name);
          double rate = its.get(Math.min(Math.max(0, -round), its.size() - 1));
          return new Measurement(rate, Double.NaN, Double.NaN, Double.NaN);
        });
    boolean areCompared = warmUps.size() > 1;
    assertThat(counted)
        .isEqualTo(Map.of("raw", 3, "daybook", 3, "near", 3, "far", areCompared ? 2 : 3));
    return warmUps;
  }

  @Test
  void whoIsFarBelowTheBestHasFewAndWhoIsWarmNeedsNoMoreForTheSameShape() throws Exception {
    var silent = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    try (var subjects = new Subjects(folder, List.of())) {
      var bench = new Bench(Sizes.FULL, folder, subjects, silent, new Results());
      Map<String, List<Double>> rates =
          Map.of(
              "raw", List.of(50_000.0),
              "daybook", List.of(400.0, 600.0, 900.0, 910.0, 1_000.0),
              "near", List.of(100.0),
              "far", List.of(39.0));

      Map<String, Integer> first = warmUps(bench, new Nothing("a", "s", 10), rates);
      assertThat(first)
          .isEqualTo(Map.of("raw", 3, "daybook", 7, "near", 3, "far", 1)); // 1,000 is a gain, too

      assertThat(warmUps(bench, new Nothing("b", "s", 10), rates))
          .isEqualTo(Map.of("raw", 1, "daybook", 1, "near", 1, "far", 1));
      assertThat(warmUps(bench, new Nothing("c", "cold", 1), rates)).hasSize(4);
      assertThat(warmUps(bench, new Nothing("d", "cold", 1), rates)).isEqualTo(Map.of("far", 1));
      assertThat(warmUps(bench, new Nothing("e", "other", 2), rates))
          .isEqualTo(Map.of("raw", 2, "daybook", 2, "near", 2, "far", 1));
      assertThat(warmUps(bench, new Nothing("f", "third", 0), rates)).isEmpty();
    }
  }
}
