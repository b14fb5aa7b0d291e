package io.daybook.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The measurements of all rounds, and the medians that are told. */
final class Results {
  private final Map<String, OfWorkload> workloads = new LinkedHashMap<>();

  private record OfWorkload(Score score, Map<String, List<Measurement>> subjects) {
    double median(String subject, ToDoubleFunction<Measurement> figure) {
      double[] sorted =
          subjects.getOrDefault(subject, List.of()).stream().mapToDouble(figure).sorted().toArray();
      if (sorted.length == 0) {
        return Double.NaN;
      }
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double score(String subject) {
      return median(subject, score::of);
    }

    double bestPeer(String other) {
      return subjects.keySet().stream()
          .filter(name ->
              !name.equals(other)
                  && !name.equals(Subjects.RawLimit.NAME)
                  && !DaybookSubject.isDaybook(name))
          .mapToDouble(this::score)
          .max()
          .orElse(Double.NaN);
    }
  }

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

  void add(String workload, Score score, String subject, Measurement measurement) {
    workloads
        .computeIfAbsent(workload, _ -> new OfWorkload(score, new LinkedHashMap<>()))
        .subjects()
        .computeIfAbsent(subject, _ -> new ArrayList<>())
        .add(measurement);
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    workloads.forEach((label, workload) ->
        workload.subjects().keySet().forEach(subject -> rows.add(row(label, subject, workload))));
    return rows;
  }

  private static Row row(String label, String subject, OfWorkload workload) {
    double score = workload.score(subject);
    return new Row(
        label,
        subject,
        workload.median(subject, Measurement::eventsPerSecond),
        workload.median(subject, Measurement::p50Micros),
        workload.median(subject, Measurement::p99Micros),
        workload.median(subject, Measurement::bytesPerEvent),
        score / workload.score(Subjects.RawLimit.NAME),
        score / workload.bestPeer(subject));
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
          number("%,.1f", row.bytesPerEvent),
          number("%.2f", row.ratioToRaw),
          number("%.2f", row.ratioToBestPeer));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String... cells) {
    text.append(
        String.format(
            "| %-23s | %-18s | %12s | %11s | %12s | %11s | %7s | %11s |%n", (Object[]) cells));
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
