package io.daybook.cli;

import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.projection.RunningProjection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a projection or a process manager is, as it is told and shown.
 *
 * @param json its fields, as they are sent and printed
 */
record ProjectionState(Map<String, @Nullable Object> json) {
  private static final String STOPPED = "stopped";

  /** Of one that runs here. */
  static ProjectionState of(RunningProjection projection) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("name", projection.name());
    json.put("version", projection.version().isPresent() ? projection.version().getAsInt() : null);
    json.put("status", name(projection.status()));
    json.put("position", projection.position().value());
    json.put("lagEvents", projection.lag());
    json.put("lagMillis", projection.lagTime().toMillis());
    json.put("unknown", projection.unknownEvents());
    json.put("parked", (long) projection.deadLetters().list().size());
    json.put("parkedEffects", (long) projection.deadEffects().list().size());
    projection
        .rebuildProgress()
        .ifPresent(progress -> json.put("rebuild", ControlRequests.progress(progress)));
    projection.failure().ifPresent(failure -> json.put("failure", failure.getMessage()));
    return new ProjectionState(json);
  }

  /** Of a process manager that is run here. */
  static ProjectionState of(ProcessRunner<?> process) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("name", process.name());
    json.put("kind", "process");
    json.put("status", name(process.status()));
    json.put("position", process.position().value());
    json.put("lagEvents", process.lag());
    json.put("lagMillis", process.lagTime().toMillis());
    json.put("parked", (long) process.parked().size());
    process.failure().ifPresent(failure -> json.put("failure", String.valueOf(failure)));
    return new ProjectionState(json);
  }

  /** Of one that nobody runs. */
  static ProjectionState stopped(String name) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("name", name);
    json.put("status", STOPPED);
    return new ProjectionState(json);
  }

  private static String name(Enum<?> status) {
    return status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  String toText(String field) {
    return JsonTree.text(json.get(field));
  }

  Map<String, @Nullable Object> toJson() {
    return json;
  }

  boolean hasFailed() {
    return name(ReadModel.Status.FAILED).equals(json.get("status"));
  }

  /** A table of several. */
  static Columns table(List<ProjectionState> states) {
    var table =
        new Columns(
            "projection",
            "version",
            "status",
            "position",
            "lag",
            "behind",
            "unknown",
            "parked",
            "parked effects");
    for (ProjectionState state : states) {
      table.add(
          state.toText("name"),
          state.orDash("version"),
          state.toText("status"),
          state.orDash("position"),
          state.orDash("lagEvents"),
          state.json.containsKey("lagMillis")
              ? ControlRequests.brief(
                  Duration.ofMillis(JsonTree.number(state.json.get("lagMillis"))))
              : "-",
          state.orDash("unknown"),
          state.orDash("parked"),
          state.orDash("parkedEffects"));
    }
    return table;
  }

  private String orDash(String field) {
    Object value = json.get(field);
    return value instanceof Number number
        ? String.format(Locale.ROOT, "%,d", number.longValue())
        : "-";
  }
}
