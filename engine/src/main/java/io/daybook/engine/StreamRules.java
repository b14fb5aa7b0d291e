package io.daybook.engine;

import io.daybook.engine.index.IndexView;
import io.daybook.engine.log.Micros;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.SystemEvents;
import java.util.HashMap;
import java.util.Map;

/**
 * The rules of all streams that have one. Immutable, so that a read keeps those it began with; a
 * change copies one of many small maps.
 */
final class StreamRules {
  private static final int PARTS = 256;

  /** Of a store without settings, deletes and tombstones. */
  static final StreamRules NONE = new StreamRules(emptyParts(), 0);

  private final Map<String, StreamRule>[] parts;
  private final int size;

  private StreamRules(Map<String, StreamRule>[] parts, int size) {
    this.parts = parts;
    this.size = size;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generic types cannot be made otherwise
  private static Map<String, StreamRule>[] emptyParts() {
    Map<String, StreamRule>[] parts = new Map[PARTS];
    java.util.Arrays.fill(parts, Map.of());
    return parts;
  }

  private static int part(String stream) {
    int hash = stream.hashCode();
    return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (PARTS - 1);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The stream's rule; {@link StreamRule#NONE} if it has none. */
  StreamRule of(String stream) {
    return size == 0 ? StreamRule.NONE : parts[part(stream)].getOrDefault(stream, StreamRule.NONE);
  }

  boolean contains(String stream) {
    return parts[part(stream)].containsKey(stream);
  }

  private StreamRules with(String stream, StreamRule rule) {
    int part = part(stream);
    Map<String, StreamRule> changed = new HashMap<>(parts[part]);
    boolean isNew = changed.put(stream, rule) == null;
    Map<String, StreamRule>[] copy = parts.clone();
    copy[part] = changed;
    return new StreamRules(copy, isNew ? size + 1 : size);
  }

  /**
   * The rules after a system event.
   *
   * @param index tells the last revision that its stream had then
   */
  StreamRules after(RecordedEvent event, IndexView index) {
    String stream = SystemEvents.streamOf(event.stream());
    long last = contains(stream) ? index.lastRevision(stream, event.position().value()) : -1;
    long recordedAt = Micros.of(event.recordedAt());
    return after(event.type(), stream, settingsIn(event), last, recordedAt);
  }

  /**
   * The rules after a system event of that type, with what its data says.
   *
   * @param lastRevision the stream's last revision then; of no matter if it has no rule yet
   * @param recordedAtMicros when it was recorded
   */
  StreamRules after(
      String type, String stream, StreamSettings data, long lastRevision, long recordedAtMicros) {
    StreamRule rule = of(stream);
    return switch (type) {
      case SystemEvents.STREAM_SETTINGS_CHANGED ->
          with(stream, rule.withSettings(data, lastRevision, recordedAtMicros));
      case SystemEvents.STREAM_DELETED ->
          with(stream, rule.deleted(data.truncateBefore().orElseThrow().value()));
      case SystemEvents.STREAM_TOMBSTONED -> with(stream, rule.asTombstone());
      default -> this; // of a later version: it hides nothing that this one knows of
    };
  }

  private static StreamSettings settingsIn(RecordedEvent event) {
    return StreamSettings.fromPayload(event.data());
  }
}
