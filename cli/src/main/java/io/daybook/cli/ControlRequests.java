package io.daybook.cli;

import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.projection.Progress;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.projection.RunningProjection;
import io.daybook.eventsourcing.subscription.DeadLetter;
import io.daybook.eventsourcing.subscription.DeadLetters;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a running application answers. A request is a JSON object on a line, an answer as many lines
 * as it takes: {@code {"progress":…}} while something goes on, at last {@code {"ok":…}} or {@code
 * {"error":"what","code":"why"}}. May be used by any number of threads.
 */
final class ControlRequests {
  private static final long PROGRESS_MILLIS = 200;
  private static final int MAX_LETTERS = 10_000;

  private final Map<String, RunningProjection> projections = new LinkedHashMap<>();
  private final Map<String, ControlledProcess> processes = new LinkedHashMap<>();

  /** The names of those that are being rebuilt by a request. */
  private final Set<String> rebuilding = ConcurrentHashMap.newKeySet();

  /** Where lines of an answer go. */
  interface Answer {
    void line(String json) throws IOException;
  }

  /** A request that is refused. */
  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;
    private final String code;

    RefusedException(String code, String message) {
      super(message);
      this.code = code;
    }
  }

  ControlRequests(
      List<? extends RunningProjection> projections, List<? extends ProcessRunner<?>> processes) {
    for (RunningProjection projection : projections) {
      if (this.projections.put(projection.name(), projection) != null) {
        throw new IllegalArgumentException(
            "two projections have the name " + projection.name() + "; each needs its own");
      }
    }
    for (ProcessRunner<?> process : processes) {
      String name = process.name();
      if (this.projections.containsKey(name)
          || this.processes.put(name, new ControlledProcess(process)) != null) {
        throw new IllegalArgumentException(
            "a process and something else have the name " + name + "; each needs its own");
      }
    }
  }

  /** Answers a request, whatever it is. Throws only if the answer cannot be given. */
  void answer(String request, Answer answer) throws IOException {
    String line;
    try {
      line = ok(handle(JsonTree.parseObject(request), answer));
    } catch (RefusedException e) {
      line = error(e.code, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      line = error("bad-request", String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      line = error("failed", Failures.message(e));
    }
    answer.line(line);
  }

  private Map<String, ?> handle(Map<String, @Nullable Object> request, Answer answer)
      throws RefusedException, IOException {
    String command = required(request, "command");
    if (command.equals("projections")) {
      var states = new ArrayList<Object>();
      for (RunningProjection projection : projections.values()) {
        states.add(ProjectionState.of(projection).toJson());
      }
      for (ControlledProcess process : processes.values()) {
        states.add(process.state().toJson());
      }
      return Map.of("projections", states);
    }
    String name = required(request, "projection");
    ControlledProcess process = processes.get(name);
    return process == null
        ? handle(command, projection(name), request, answer)
        : handle(command, process, request);
  }

  private static Map<String, ?> handle(
      String command, ControlledProcess process, Map<String, @Nullable Object> request)
      throws RefusedException {
    return switch (command) {
      case "status" -> Map.of("projection", process.state().toJson());
      case "dead-letters" -> process.letters(limit(request));
      case "replay" ->
          process.replay(request.containsKey("event") ? eventId(required(request, "event")) : null);
      case "discard" -> process.discard(eventId(required(request, "event")));
      default ->
          throw new RefusedException(
              "bad-request",
              process.name()
                  + " is a process manager, and there is no "
                  + command
                  + " of it; there are status, dead-letters, replay, discard");
    };
  }

  private Map<String, ?> handle(
      String command,
      RunningProjection projection,
      Map<String, @Nullable Object> request,
      Answer answer)
      throws RefusedException, IOException {
    switch (command) {
      case "status" -> {}
      case "pause" -> projection.pause();
      case "resume" -> projection.resume();
      case "rebuild" -> rebuild(projection, answer);
      case "dead-letters" -> {
        return letters(parked(projection, request), request);
      }
      case "replay" -> {
        return replay(parked(projection, request), request);
      }
      case "discard" -> {
        UUID event = eventId(required(request, "event"));
        parked(projection, request).discard(event);
        return Map.of("discarded", List.of(event));
      }
      default ->
          throw new RefusedException(
              "bad-request",
              "there is no command "
                  + command
                  + "; there are projections, status, pause, resume, rebuild, dead-letters, replay,"
                  + " discard");
    }
    return Map.of("projection", ProjectionState.of(projection).toJson());
  }

  /** What is parked: events, or the effects of events if the request says so. */
  private static DeadLetters parked(
      RunningProjection projection, Map<String, @Nullable Object> request) {
    Object effects = request.getOrDefault("effects", false);
    if (!(effects instanceof Boolean wanted)) {
      throw new IllegalArgumentException("effects is true or false");
    }
    return wanted ? projection.deadEffects() : projection.deadLetters();
  }

  private RunningProjection projection(String name) throws RefusedException {
    RunningProjection projection = projections.get(name);
    if (projection == null) {
      var names = new ArrayList<>(projections.keySet());
      names.addAll(processes.keySet());
      String known =
          names.isEmpty() ? "the application has none" : "there are " + String.join(", ", names);
      throw new RefusedException(
          "unknown-projection", "there is no projection " + name + "; " + known);
    }
    return projection;
  }

  private void rebuild(RunningProjection projection, Answer answer)
      throws RefusedException, IOException {
    String name = projection.name();
    if (projection.status() == ReadModel.Status.PAUSED) {
      throw new RefusedException(
          "paused", "the projection " + name + " is paused; resume it first");
    }
    if (!rebuilding.add(name)) {
      throw new RefusedException(
          "busy", "the projection " + name + " is being rebuilt already; its status tells how far");
    }
    var rebuild =
        new FutureTask<@Nullable Void>(
            () -> {
              try {
                projection.rebuild();
              } finally {
                rebuilding.remove(name);
              }
            },
            null);
    // a thread of its own: who asked may go away, and is never the reason that a rebuild ends
    var _ = Thread.ofVirtual().name("daybook-rebuild-" + name).start(rebuild);
    while (true) {
      try {
        rebuild.get(PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException _) {
        var progress = projection.rebuildProgress();
        if (progress.isPresent()) {
          answer.line(JsonTree.write(Map.of("progress", progress(progress.get()))));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while a rebuild was watched", e);
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String message = cause.getMessage();
        throw new RefusedException(
            "failed", message == null ? "the rebuild failed: " + cause : message);
      }
    }
  }

  static Map<String, Object> progress(Progress progress) {
    var json = new LinkedHashMap<String, Object>();
    json.put("events", progress.events());
    json.put("position", progress.position().value());
    json.put("target", progress.target().value());
    json.put("eventsPerSecond", Math.round(progress.eventsPerSecond()));
    json.put("timeLeftMillis", progress.timeLeft().toMillis());
    return json;
  }

  private static Map<String, ?> letters(
      DeadLetters deadLetters, Map<String, @Nullable Object> request) {
    List<DeadLetter> all = deadLetters.list();
    var listed = new ArrayList<Object>();
    for (DeadLetter letter : all.subList(0, Math.min(all.size(), limit(request)))) {
      var json = new LinkedHashMap<String, Object>();
      json.put("event", letter.eventId());
      json.put("position", letter.position().value());
      json.put("stream", letter.stream());
      json.put("type", letter.type());
      json.put("key", letter.key());
      json.put("attempts", letter.attempts());
      json.put("waits", letter.waits());
      json.put("error", letter.error());
      json.put("parkedAt", letter.parkedAt());
      listed.add(json);
    }
    return Map.of("parked", all.size(), "deadLetters", listed);
  }

  private static int limit(Map<String, @Nullable Object> request) {
    long limit = request.containsKey("limit") ? JsonTree.number(request.get("limit")) : MAX_LETTERS;
    if (limit < 1 || limit > MAX_LETTERS) {
      throw new IllegalArgumentException("limit is a number from 1 to " + MAX_LETTERS);
    }
    return (int) limit;
  }

  private static Map<String, ?> replay(
      DeadLetters deadLetters, Map<String, @Nullable Object> request) {
    if (!request.containsKey("event")) {
      int parked = deadLetters.list().size();
      var _ = deadLetters.replayAll();
      return Map.of("requested", parked);
    }
    var _ = deadLetters.replay(eventId(required(request, "event")));
    return Map.of("requested", 1);
  }

  private static String required(Map<String, @Nullable Object> request, String field) {
    if (request.get(field) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw new IllegalArgumentException("the request has no text " + field);
  }

  static UUID eventId(String text) {
    try {
      UUID id = UUID.fromString(text);
      if (id.toString().equalsIgnoreCase(text)) {
        return id;
      }
    } catch (IllegalArgumentException _) {
      // is said below
    }
    throw new IllegalArgumentException(
        "an event's id is like 0190163d-8694-739b-aea5-966c26f8ad91, not " + text);
  }

  private static String ok(Map<String, ?> result) {
    return JsonTree.write(Map.of("ok", result));
  }

  static String error(String code, String message) {
    var json = new LinkedHashMap<String, Object>();
    json.put("error", message);
    json.put("code", code);
    return JsonTree.write(json);
  }

  /** A duration as people read it: {@code 350 ms}, {@code 12 s}, {@code 3 min}, {@code 5 h}. */
  static String brief(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1_000) {
      return millis + " ms";
    }
    long seconds = duration.toSeconds();
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 7_200
        ? duration.toMinutes() + " min"
        : seconds < 172_800 ? duration.toHours() + " h" : duration.toDays() + " days";
  }
}
