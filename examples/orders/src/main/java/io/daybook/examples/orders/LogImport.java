package io.daybook.examples.orders;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ProgressLine;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Limits;
import io.daybook.examples.orders.LogEvent.ActivityRecorded;
import io.daybook.examples.orders.LogEvent.MoreObjectsTouched;
import io.daybook.examples.orders.LogEvent.ObjectChanged;
import io.daybook.examples.orders.LogEvent.ObjectDescribed;
import io.daybook.examples.orders.LogEvent.TotalsStated;
import io.daybook.examples.orders.LogEvent.Touched;
import io.daybook.jackson.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;

/**
 * Records logs of other systems. An event's id is made of all that the log tells of it, so what is
 * recorded already is known by its id: a log can be imported again, what is left of it after an
 * interruption, or another that tells some of the same. What a log tells twice happened twice. A
 * log is read and checked as a whole before anything is recorded. Used once, by one thread.
 *
 * <p>Each event carries a tag for every object that it touches; its stream is that of its case, or
 * of the first object.
 */
final class LogImport {
  static final Codec<LogEvent> CODEC = JsonCodec.of(LogEvent.class);

  /** The category of the streams of events. */
  static final String EVENTS = "log";

  /** The category of the streams of objects. */
  static final String OBJECTS = "object";

  /** Types whose objects are cases, if an event touches one. */
  static final List<String> CASES = List.of("orders", "order", LogEvent.CASE);

  /** Leaves room for a few tags of another kind. */
  private static final int OBJECTS_PER_EVENT = Limits.MAX_TAGS_PER_EVENT - 4;

  private static final int EVENTS_PER_APPEND = 500;
  private static final int BYTES_PER_APPEND = 4 << 20;

  private final EventStore store;
  private final ProgressLine progress;
  private final List<Append.Write> batch = new ArrayList<>();
  private final Set<UUID> inBatch = new HashSet<>();

  /** How often each event was told that nothing sets apart. */
  private final Map<UUID, Integer> timesTold = new HashMap<>();

  private int batchBytes;
  private long events;
  private long knownEvents;
  private long objects;
  private long knownObjects;

  /**
   * What came of it.
   *
   * @param events events that are recorded now and were not before
   * @param knownEvents events that were recorded before
   * @param objects facts about objects that are recorded now and were not before
   * @param knownObjects those that were recorded before
   */
  record Summary(long events, long knownEvents, long objects, long knownObjects) {}

  /** A log that was read and checked as a whole. */
  interface Log {
    /** Records it, once. */
    Summary recordIn(EventStore store);
  }

  private LogImport(EventStore store, ProgressLine progress) {
    this.store = store;
    this.progress = progress;
  }

  /**
   * Reads an OCEL log.
   *
   * @throws CommandFailedException if it is none
   */
  static Log ocel(Path file, ProgressLine progress) {
    OcelFile.Log log = OcelFile.read(file);
    log.events().forEach(row -> check(file, row.event()));
    log.objects().forEach(object -> check(file, object));
    if (log.events().isEmpty() && log.objects().isEmpty()) {
      throw LogFiles.bad(file, "the log has no events and no objects");
    }
    return store -> new LogImport(store, progress).record(log);
  }

  /**
   * Reads an XES log, which is read once more when it is recorded.
   *
   * @throws CommandFailedException if it is none
   */
  static Log xes(Path file, ProgressLine progress) {
    long[] counted = {0};
    Map<String, Long> totals =
        XesFile.read(
            file,
            event -> {
              requireNotInterrupted();
              check(file, event);
              counted[0]++;
            });
    if (counted[0] == 0) {
      throw LogFiles.bad(file, "the log has no events");
    }
    return store -> new LogImport(store, progress).record(file, counted[0], totals);
  }

  private Summary record(OcelFile.Log log) {
    long total = (long) log.objects().size() + log.changes().size() + log.events().size();
    for (ObjectDescribed object : log.objects()) {
      countObject(add(objectStream(object.type(), object.id()), object, "object"), total);
    }
    for (ObjectChanged change : log.changes()) {
      countObject(add(objectStream(change.type(), change.id()), change, "change"), total);
    }
    for (OcelFile.Row row : log.events()) {
      countEvent(add(eventStream(row.event()), row.event(), row.id()));
      show(total);
    }
    return end();
  }

  private Summary record(Path file, long total, Map<String, Long> totals) {
    var _ =
        XesFile.read(
            file,
            event -> {
              String stream = eventStream(event);
              int before = timesTold.merge(idOf(stream, "", event), 1, Integer::sum) - 1;
              countEvent(add(stream, event, Integer.toString(before)));
              show(total);
            });
    if (!totals.isEmpty()) {
      var _ = add(OBJECTS + "-totals", new TotalsStated(totals), "totals");
    }
    return end();
  }

  private void countEvent(boolean isNew) {
    if (isNew) {
      events++;
    } else {
      knownEvents++;
    }
  }

  private void countObject(boolean isNew, long total) {
    if (isNew) {
      objects++;
    } else {
      knownObjects++;
    }
    show(total);
  }

  private void show(long total) {
    long done = events + knownEvents + objects + knownObjects;
    requireNotInterrupted();
    progress.show(done, done, total);
  }

  private static void requireNotInterrupted() {
    if (Thread.interrupted()) {
      throw new CancellationException();
    }
  }

  private Summary end() {
    flush();
    progress.close();
    return new Summary(events, knownEvents, objects, knownObjects);
  }

  /** Adds an event unless it is recorded; whether it was not. */
  private boolean add(String stream, LogEvent event, String name) {
    UUID id = idOf(stream, name, event);
    if (inBatch.contains(id) || store.find(id).isPresent()) {
      return false;
    }
    List<Event> encoded = encode(id, event);
    batch.add(new Append.Write(stream, encoded));
    inBatch.add(id);
    batchBytes += encoded.stream().mapToInt(Event::sizeBytes).sum();
    if (batch.size() >= EVENTS_PER_APPEND || batchBytes >= BYTES_PER_APPEND) {
      flush();
    }
    return true;
  }

  private void flush() {
    if (!batch.isEmpty()) {
      var _ = store.append(new Append(batch, Map.of(), null));
      batch.clear();
      inBatch.clear();
      batchBytes = 0;
    }
  }

  /** The event, and others for the objects that there is no room for among its tags. */
  private static List<Event> encode(UUID id, LogEvent event) {
    if (!(event instanceof ActivityRecorded activity)) {
      return List.of(CODEC.encode(id, event, Audit.none()).withTags(tags(event)));
    }
    Audit audit = activity.at() == null ? Audit.none() : Audit.none().occurredAt(activity.at());
    List<Touched> objects = activity.objects();
    var events = new ArrayList<Event>();
    int first = Math.min(objects.size(), OBJECTS_PER_EVENT);
    events.add(CODEC.encode(id, event, audit).withTags(tags(activity, objects.subList(0, first))));
    for (int from = first; from < objects.size(); from += OBJECTS_PER_EVENT) {
      int to = Math.min(objects.size(), from + OBJECTS_PER_EVENT);
      List<Touched> more = List.copyOf(objects.subList(from, to));
      UUID moreId = uuid(id + "/" + from);
      var rest = new MoreObjectsTouched(activity.activity(), more);
      events.add(CODEC.encode(moreId, rest, audit).withTags(tags(activity, more)));
    }
    return events;
  }

  private static List<String> tags(LogEvent event) {
    return switch (event) {
      case ActivityRecorded activity -> tags(activity, activity.objects());
      case ObjectDescribed object -> List.of(LogEvent.tag(object.type(), object.id()));
      case ObjectChanged change -> List.of(LogEvent.tag(change.type(), change.id()));
      case MoreObjectsTouched _, TotalsStated _ -> List.of();
    };
  }

  private static List<String> tags(ActivityRecorded activity, List<Touched> objects) {
    var tags = new LinkedHashSet<String>();
    tags.add("activity:" + activity.activity());
    objects.forEach(object -> tags.add(LogEvent.tag(object.type(), object.id())));
    return List.copyOf(tags);
  }

  /** Says what a store would refuse before anything is recorded. */
  private static void check(Path file, ActivityRecorded event) {
    try {
      for (String tag : tags(event)) {
        var _ = Limits.requireTag(tag);
      }
      var _ = Limits.requireStreamName(eventStream(event));
    } catch (IllegalArgumentException e) {
      throw LogFiles.bad(
          file,
          "an event of the activity "
              + event.activity()
              + " cannot be recorded: "
              + e.getMessage());
    }
  }

  private static void check(Path file, ObjectDescribed object) {
    try {
      var _ = Limits.requireTag(LogEvent.tag(object.type(), object.id()));
    } catch (IllegalArgumentException e) {
      throw LogFiles.bad(
          file, "the object " + object.id() + " cannot be recorded: " + e.getMessage());
    }
  }

  private static String eventStream(ActivityRecorded event) {
    for (String type : CASES) {
      for (Touched object : event.objects()) {
        if (object.type().equals(type)) {
          return EVENTS + "-" + LogEvent.tag(type, object.id());
        }
      }
    }
    return event.objects().isEmpty()
        ? EVENTS + "-" + event.log()
        : EVENTS
            + "-"
            + LogEvent.tag(event.objects().getFirst().type(), event.objects().getFirst().id());
  }

  private static String objectStream(String type, String id) {
    return OBJECTS + "-" + LogEvent.tag(type, id);
  }

  /** The id of what is told: the same for the same, another for anything else. */
  private static UUID idOf(String stream, String name, LogEvent event) {
    String told = stream.length() + ":" + stream + name.length() + ":" + name + event;
    return uuid(told);
  }

  private static UUID uuid(String told) {
    return UUID.nameUUIDFromBytes(told.getBytes(StandardCharsets.UTF_8));
  }
}
