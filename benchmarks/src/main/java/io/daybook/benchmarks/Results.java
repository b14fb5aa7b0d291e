package io.daybook.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The measurements of all rounds, and the medians that are told. */
final class Results {
  private final Map<Workload, Map<String, List<Measurement>>> rounds = new LinkedHashMap<>();

  /** The medians of a workload and subject, with what they are in relation to others. */
  record Row(
      String workload,
      String subject,
      double eventsPerSecond,
      double p50Micros,
      double p99Micros,
      double bytesPerEvent,
      double ratioToRaw,
      double ratioToBestPeer) {}

  void add(Workload workload, String subject, Measurement measurement) {
    rounds
        .computeIfAbsent(workload, _ -> new LinkedHashMap<>())
        .computeIfAbsent(subject, _ -> new ArrayList<>())
        .add(measurement);
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rounds.forEach((workload, subjects) ->
        subjects.keySet().forEach(subject -> rows.add(row(workload, subject, subjects))));
    return rows;
  }

  private static Row row(
      Workload workload, String subject, Map<String, List<Measurement>> subjects) {
    List<Measurement> own = subjects.getOrDefault(subject, List.of());
    double score = score(workload, own);
    double raw = score(workload, subjects.getOrDefault("raw", List.of()));
    double best =
        subjects.keySet().stream()
            .filter(name -> !name.equals(subject) && !name.equals("raw") && !name.equals("daybook"))
            .mapToDouble(name -> score(workload, subjects.getOrDefault(name, List.of())))
            .max()
            .orElse(Double.NaN);
    return new Row(
        workload.label(),
        subject,
        median(own, Measurement::eventsPerSecond),
        median(own, Measurement::p50Micros),
        median(own, Measurement::p99Micros),
        median(own, Measurement::bytesPerEvent),
        score / raw,
        score / best);
  }

  /**
   * What is compared, greater being better: events a second, for the lone writer 1 / p50, on disk 1
   * / bytes.
   */
  private static double score(Workload workload, List<Measurement> measurements) {
    return switch (workload) {
      case APPEND_1, LOAD_100, TAG_10 -> 1 / median(measurements, Measurement::p50Micros);
      case DISK -> 1 / median(measurements, Measurement::bytesPerEvent);
      default -> median(measurements, Measurement::eventsPerSecond);
    };
  }

  private static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
    List<Double> sorted =
        rounds.stream().map(figure::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
    return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
  }

  /** A table for a terminal or a page in Markdown. */
  String table() {
    var text = new StringBuilder();
    line(
        text,
        "workload",
        "subject",
        "events/s",
        "p50 µs",
        "p99 µs",
        "bytes/event",
        "× raw",
        "× best peer");
    line(text, "---", "---", "--:", "--:", "--:", "--:", "--:", "--:");
    for (Row row : rows()) {
      line(
          text,
          row.workload,
          row.subject,
          number("%,.0f", row.eventsPerSecond),
          number("%,.1f", row.p50Micros),
          number("%,.1f", row.p99Micros),
          number("%,.0f", row.bytesPerEvent),
          number("%.2f", row.ratioToRaw),
          number("%.2f", row.ratioToBestPeer));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String... cells) {
    text.append(
        String.format(
            "| %-13s | %-8s | %12s | %9s | %10s | %11s | %6s | %11s |%n", (Object[]) cells));
  }

  private static String number(String format, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "";
  }

  /** One JSON object a row. */
  String json() {
    var text = new StringBuilder();
    for (Row row : rows()) {
      text.append("{\"workload\":\"").append(row.workload);
      text.append("\",\"subject\":\"").append(row.subject).append('"');
      field(text, "eventsPerSecond", row.eventsPerSecond);
      field(text, "p50Micros", row.p50Micros);
      field(text, "p99Micros", row.p99Micros);
      field(text, "bytesPerEvent", row.bytesPerEvent);
      field(text, "ratioToRaw", row.ratioToRaw);
      field(text, "ratioToBestPeer", row.ratioToBestPeer);
      text.append("}\n");
    }
    return text.toString();
  }

  private static void field(StringBuilder text, String name, double value) {
    text.append(",\"").append(name).append("\":");
    text.append(Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null");
  }
}
