package io.daybook.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

class ResultsTest {
  private final Results results = new Results();

  private void add(Score score, String subject, double... figures) {
    for (double figure : figures) {
      results.add("some", score, subject, new Measurement(figure, figure, figure, figure));
    }
  }

  private Results.Row row(String subject) {
    return results.rows().stream()
        .filter(row -> row.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void ratiosCompareMediansAndGreaterIsBetter() {
    add(Score.RATE, "raw", 100);
    add(Score.RATE, "daybook", 1, 50, 80);
    add(Score.RATE, "sqlite", 20);
    add(Score.RATE, "h2", 10);

    assertThat(row("daybook").eventsPerSecond()).isEqualTo(50);
    assertThat(row("daybook").ratioToRaw()).isEqualTo(0.5);
    assertThat(row("daybook").ratioToBestPeer()).isEqualTo(2.5);
    assertThat(row("h2").ratioToBestPeer()).isEqualTo(0.5);
    assertThat(row("sqlite").ratioToBestPeer()).isEqualTo(2);
  }

  @Test
  void lessTimeAndFewerBytesAreBetter() {
    add(Score.TIME, "daybook", 10, 20);
    add(Score.TIME, "sqlite", 30);

    assertThat(row("daybook").ratioToBestPeer()).isCloseTo(2.25, offset(0.001));
    assertThat(row("daybook").ratioToRaw()).isNaN();
  }

  @Test
  void thePlotHasABarForEachWorkloadThatHasAPeer() {
    add(Score.RATE, "daybook", 50);
    add(Score.RATE, "sqlite", 20);
    results.add("alone", Score.RATE, "daybook", new Measurement(1, 1, 1, 1));

    assertThat(Plot.svg(results.rows())).contains(">some<", ">2.50<").doesNotContain("alone");
  }

  @Test
  void whatDoesNotApplyIsNullInJson() {
    add(Score.RATE, "daybook", 50);

    assertThat(results.json())
        .isEqualTo(
            "{\"workload\":\"some\",\"subject\":\"daybook\",\"eventsPerSecond\":50.000,"
                + "\"p50Micros\":50.000,\"p99Micros\":50.000,\"bytesPerEvent\":50.000,"
                + "\"ratioToRaw\":null,\"ratioToBestPeer\":null}\n");
  }
}
