package io.daybook.cli;

import io.daybook.eventsourcing.process.ParkedInstance;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of a process manager that runs here: its parked instances are to it what parked
 * events are to a projection. May be used by any number of threads.
 */
record ControlledProcess(ProcessRunner<?> runner) {

  String name() {
    return runner.name();
  }

  ProjectionState state() {
    return ProjectionState.of(runner);
  }

  /** The parked instances, each with the event that it could not deal with. */
  Map<String, ?> letters(int limit) {
    List<ParkedInstance> all = runner.parked();
    var listed = new ArrayList<Object>();
    for (ParkedInstance instance : all.subList(0, Math.min(all.size(), limit))) {
      var json = new LinkedHashMap<String, @Nullable Object>();
      RecordedEvent cause = runner.causeOf(instance).orElse(null);
      json.put("event", instance.cause());
      json.put("position", cause == null ? null : cause.position().value());
      json.put("stream", cause == null ? null : cause.stream());
      json.put("type", cause == null ? null : cause.type());
      json.put("instance", instance.id());
      json.put("error", instance.problem());
      json.put("parkedAt", instance.parkedAt());
      listed.add(json);
    }
    return Map.of("parked", all.size(), "deadLetters", listed);
  }

  /** Tries the instances again that are parked at an event, or all. */
  Map<String, ?> replay(@Nullable UUID event) {
    List<String> instances = parkedAt(event);
    return Map.of(
        "requested", instances.size(), "parkedAgain", parkedAgain(instances, runner::retry));
  }

  /** Gives up what the instances that are parked at an event could not deal with. */
  Map<String, ?> discard(UUID event) {
    List<String> instances = parkedAt(event);
    return Map.of(
        "discarded", List.of(event), "parkedAgain", parkedAgain(instances, runner::discard));
  }

  private static long parkedAgain(List<String> instances, Predicate<String> goesOn) {
    return instances.stream().filter(goesOn.negate()).count();
  }

  private List<String> parkedAt(@Nullable UUID event) {
    var instances = new LinkedHashSet<String>();
    for (ParkedInstance instance : runner.parked()) {
      if (event == null || instance.cause().equals(event)) {
        instances.add(instance.id());
      }
    }
    if (event != null && instances.isEmpty()) {
      throw new IllegalArgumentException(
          "no instance of the process " + name() + " is parked at the event " + event);
    }
    return List.copyOf(instances);
  }
}
