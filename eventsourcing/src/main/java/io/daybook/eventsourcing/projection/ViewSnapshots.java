package io.daybook.eventsourcing.projection;

import io.daybook.eventsourcing.snapshot.Snapshot;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one view. In {@link Snapshot} the revision is the position of the last event
 * that is in the view.
 */
final class ViewSnapshots<V> {
  private static final System.Logger LOG = System.getLogger(ViewSnapshots.class.getName());
  private static final String PREFIX = "projection:";

  private final Projection.Snapshots<V> settings;
  private final EventStore store;
  private final String stream;
  private @Nullable RecordedEvent last;
  private @Nullable RecordedEvent saved;
  private int since;

  /** A view, and the position that it is of. */
  record Kept<V>(V view, Position position) {}

  private ViewSnapshots(
      Projection.Snapshots<V> settings, EventStore store, String name, Partition partition) {
    this.settings = settings;
    this.store = store;
    // the view of one partition of three is not that of one of two
    this.stream = PREFIX + name + (partition.of() == 1 ? "" : "/" + partition.of());
  }

  /** Null if no snapshots are kept. */
  static <V> @Nullable ViewSnapshots<V> of(
      Projection<V> projection, EventStore store, String name, Partition partition) {
    Projection.Snapshots<V> settings = projection.snapshots();
    return settings == null ? null : new ViewSnapshots<>(settings, store, name, partition);
  }

  /** The latest view, if it can be relied on. */
  @Nullable Kept<V> latest() {
    Snapshot snapshot = settings.store().latest(stream).orElse(null);
    if (snapshot == null || !snapshot.shape().equals(settings.codec().shape())) {
      return null;
    }
    var position = new Position(snapshot.revision().value());
    boolean stands =
        store.find(snapshot.eventId()).filter(e -> e.position().equals(position)).isPresent();
    if (!stands) {
      return null;
    }
    try {
      return new Kept<>(settings.codec().decode(snapshot.state()), position);
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the snapshot {0} cannot be read and is passed over: {1}",
          stream,
          e);
      return null;
    }
  }

  /** Whether a snapshot is due after that event, which is in the view. */
  boolean isDue(RecordedEvent event) {
    passed(event);
    return ++since >= settings.everyEvents();
  }

  /** All up to that event is in the view. */
  void passed(RecordedEvent event) {
    last = event;
  }

  /** Keeps the view; it can be built again, so a failure is no more than a warning. */
  void save(V view) {
    RecordedEvent event = last;
    if (event == null || event.equals(saved)) {
      return;
    }
    since = 0;
    saved = event;
    try {
      settings
          .store()
          .save(
              new Snapshot(
                  stream,
                  new Revision(event.position().value()),
                  event.id(),
                  settings.codec().shape(),
                  settings.codec().encode(view)));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "the snapshot {0} could not be kept: {1}", stream, e);
    }
  }
}
