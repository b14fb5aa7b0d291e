package io.daybook.eventsourcing.copy;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.SystemEvents;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives streams of the target the settings that the streams have that they come from, once all
 * events are there, and closes for ever what is tombstoned. What was hidden before was not copied,
 * so "truncate before" means nothing any more, nor does a deletion. Used once, by one thread.
 */
final class CopySettings {
  private final EventStore source;
  private final EventStore target;
  private final Query query;
  private final CopySteps steps;
  private final Position head;
  private final List<String> left = new ArrayList<>();
  private int copied;

  CopySettings(EventStore source, EventStore target, Query query, CopySteps steps, Position head) {
    this.source = source;
    this.target = target;
    this.query = query;
    this.steps = steps;
    this.head = head;
  }

  void copy() {
    for (String stream : changedStreams()) {
      StreamSettings settings =
          source
              .streamInfo(stream)
              .map(StreamInfo::settings)
              .map(CopySettings::meaningful)
              .orElse(StreamSettings.none());
      if (!settings.equals(StreamSettings.none())) {
        copy(stream, settings);
      }
    }
    tombstone();
  }

  /** No event of a tombstoned stream is left to tell where it went, so the steps are asked. */
  private void tombstone() {
    var tombstones = Query.types(SystemEvents.STREAM_TOMBSTONED);
    try (var events = source.read(ReadRequest.of(tombstones).withSystemEvents().asOf(head))) {
      for (RecordedEvent tombstone : events) {
        String stream = SystemEvents.streamOf(tombstone.stream());
        String name = selects(stream) ? steps.streamOf(tombstone, stream).orElse("") : "";
        if (isTombstoned(name)) {
          continue;
        }
        if (!name.isEmpty() && comesFrom(stream, name)) {
          var _ = target.tombstone(name, ExpectedRevision.any());
          copied++;
        } else {
          left.add(stream);
        }
      }
    }
  }

  private boolean isTombstoned(String name) {
    return !name.isEmpty()
        && target
            .streamInfo(name)
            .filter(info -> info.status() == StreamInfo.Status.TOMBSTONED)
            .isPresent();
  }

  /** Whether events of a stream are copied, whatever their types and tags. */
  private boolean selects(String stream) {
    return switch (query) {
      case Query.Everything() -> true;
      case Query.AnyOf(var items) ->
          items.stream()
              .anyMatch(item ->
                  item.types().isEmpty()
                      && item.tags().isEmpty()
                      && (item.streams().isEmpty() || item.streams().contains(stream))
                      && (item.categories().isEmpty()
                          || Query.categoryOf(stream)
                              .filter(item.categories()::contains)
                              .isPresent()));
    };
  }

  /** How many streams of the target were given settings or closed. */
  int copied() {
    return copied;
  }

  /** The streams of the source whose settings, or tombstones, could not be given to others. */
  List<String> left() {
    return left;
  }

  private void copy(String stream, StreamSettings settings) {
    Set<String> targets = targetsOf(stream);
    boolean all = settings.maxCount().isEmpty() || targets.size() <= 1;
    for (String name : targets) {
      if (settingsOf(name).equals(settings)) {
        continue;
      }
      if (all && comesFrom(stream, name)) {
        var _ = target.changeSettings(name, ExpectedRevision.any(), settings);
        copied++;
      } else {
        all = false;
      }
    }
    if (!all) {
      left.add(stream);
    }
  }

  private Set<String> changedStreams() {
    var streams = new LinkedHashSet<String>();
    var changes = Query.types(SystemEvents.STREAM_SETTINGS_CHANGED);
    try (var events = source.read(ReadRequest.of(changes).withSystemEvents().asOf(head))) {
      for (RecordedEvent change : events) {
        streams.add(SystemEvents.streamOf(change.stream()));
      }
    }
    return streams;
  }

  private static StreamSettings meaningful(StreamSettings settings) {
    StreamSettings kept = StreamSettings.none();
    if (settings.maxCount().isPresent()) {
      kept = kept.withMaxCount(settings.maxCount().getAsLong());
    }
    return settings.maxAge().map(kept::withMaxAge).orElse(kept);
  }

  private StreamSettings settingsOf(String name) {
    return target.streamInfo(name).map(StreamInfo::settings).orElse(StreamSettings.none());
  }

  /** The streams that the events of a stream went to. */
  private Set<String> targetsOf(String stream) {
    var targets = new LinkedHashSet<String>();
    try (var events = source.read(ReadRequest.of(Query.stream(stream)).asOf(head))) {
      for (RecordedEvent stored : events) {
        if (query.matches(stored)) {
          steps.apply(stored).ifPresent(made -> targets.add(made.stream()));
        }
      }
    }
    return targets;
  }

  /** Whether all events of a stream of the target come from that stream of the source. */
  private boolean comesFrom(String stream, String name) {
    try (var events = target.read(Query.stream(name))) {
      for (RecordedEvent copy : events) {
        Optional<RecordedEvent> original = source.find(copy.id());
        if (original.isPresent() && !original.get().stream().equals(stream)) {
          return false;
        }
      }
      return true;
    }
  }
}
