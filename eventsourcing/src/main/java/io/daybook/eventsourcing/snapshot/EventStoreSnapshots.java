package io.daybook.eventsourcing.snapshot;

import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.StreamSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Snapshots in an event store: that of the events, so that nothing else has to be run and backed
 * up, or another one.
 *
 * <p>The snapshots of {@code account-42} are events of type {@code SnapshotTaken} in the stream
 * {@code snapshot:account-42}, whose category is {@code snapshot:account}. The stream's max count
 * is 1: the latest hides the others, and a scavenge reclaims them. An event's data is the encoded
 * state, its metadata {@code {"revision":N,"eventId":"…","shape":"…"}}.
 */
public final class EventStoreSnapshots implements SnapshotStore {
  /** The type of the events that hold snapshots. */
  public static final String TYPE = "SnapshotTaken";

  /** What the name of a stream of snapshots begins with, before that of the stream they are of. */
  public static final String PREFIX = "snapshot:";

  private static final int SNAPSHOTS_PER_LOOK = 100;
  private static final Pattern METADATA =
      Pattern.compile(
          "\\{\"revision\":(\\d{1,19}),\"eventId\":\"([0-9a-f-]{36})\",\"shape\":\"([\\w.:-]{0,100})\"}");

  private final EventStore store;

  /** In that store. */
  public EventStoreSnapshots(EventStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  @Override
  public Optional<Snapshot> latest(String stream) {
    var request = ReadRequest.of(Query.stream(PREFIX + stream)).inReverse().limit(1);
    try (var read = store.read(request)) {
      for (RecordedEvent stored : read) {
        return snapshot(stream, stored);
      }
    }
    return Optional.empty();
  }

  @Override
  public void save(Snapshot snapshot) {
    String stream = PREFIX + snapshot.stream();
    String metadata =
        "{\"revision\":"
            + snapshot.revision()
            + ",\"eventId\":\""
            + snapshot.eventId()
            + "\",\"shape\":\""
            + snapshot.shape()
            + "\"}";
    if (!METADATA.matcher(metadata).matches()) {
      throw new IllegalArgumentException("not the shape of a state: " + snapshot.shape());
    }
    var event = new Event(Event.newId(), TYPE, List.of(), snapshot.state(), Payload.json(metadata));
    long saved = store.append(stream, ExpectedRevision.any(), event).lastRevision(stream).value();
    // now and then again: a crash may have come between the first one and this
    if (saved % SNAPSHOTS_PER_LOOK == 0 && !isLimited(stream)) {
      store.changeSettings(stream, ExpectedRevision.any(), StreamSettings.none().withMaxCount(1));
    }
  }

  private boolean isLimited(String stream) {
    return store.streamInfo(stream).filter(i -> i.settings().maxCount().isPresent()).isPresent();
  }

  @Override
  public List<String> streams(String prefix) {
    var streams = new ArrayList<String>();
    try (var listed = store.list(Dimension.STREAM, PREFIX + prefix)) {
      listed.forEach(stream -> streams.add(stream.substring(PREFIX.length())));
    }
    return List.copyOf(streams);
  }

  /**
   * Deletes the stream that holds the snapshots. Their bytes are gone when the store is scavenged;
   * backups that were made before still have them.
   */
  @Override
  public void delete(String stream) {
    if (store.streamInfo(PREFIX + stream).flatMap(StreamInfo::firstVisibleRevision).isPresent()) {
      store.delete(PREFIX + stream, ExpectedRevision.any());
    }
  }

  private static Optional<Snapshot> snapshot(String stream, RecordedEvent stored) {
    Matcher matcher = METADATA.matcher(stored.metadata().text());
    if (!stored.type().equals(TYPE) || !matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Snapshot(
            stream,
            new Revision(Long.parseLong(matcher.group(1))),
            UUID.fromString(matcher.group(2)),
            matcher.group(3),
            stored.data()));
  }
}
