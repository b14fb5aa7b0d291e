package io.daybook.eventsourcing.projection;

import io.daybook.eventsourcing.snapshot.Snapshot;
import io.daybook.eventsourcing.snapshot.SnapshotStore;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StoreReadOnlyException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one view. In {@link Snapshot} the revision is the position of the last event
 * that is in the view. To be used by the thread that leads the view, but for what says otherwise.
 *
 * <p>A read model has one snapshot, and it is of the view that is read: not of one that is being
 * built, or was replaced, nor of one that holds what has to be forgotten.
 */
final class ViewSnapshots<V> {
  private static final System.Logger LOG = System.getLogger(ViewSnapshots.class.getName());
  private static final String PREFIX = "projection:";
  private static final Pattern PARTITION = Pattern.compile("#\\d+/\\d+");

  private final Projection.Snapshots<V> settings;
  private final EventStore store;
  private final String projection;
  private final Partition partition;
  private final String stream;

  /** Held while a snapshot is saved, so that nobody deletes it a moment too early. */
  private final ReentrantLock saving = new ReentrantLock();

  private boolean isRead;
  private boolean isPurged;
  private @Nullable RecordedEvent last;
  private @Nullable RecordedEvent saved;
  private int since;

  /** A view, and the position that it is of. */
  record Kept<V>(V view, Position position) {}

  private ViewSnapshots(
      Projection<V> projection,
      Projection.Snapshots<V> settings,
      EventStore store,
      String name,
      Partition partition) {
    this.settings = settings;
    this.store = store;
    this.projection = projection.name();
    this.partition = partition;
    // the view of one partition of three is not that of one of two
    this.stream = PREFIX + name + (partition.of() == 1 ? "" : "/" + partition.of());
  }

  /** Null if no snapshots are kept. */
  static <V> @Nullable ViewSnapshots<V> of(
      Projection<V> projection, EventStore store, String name, Partition partition) {
    Projection.Snapshots<V> settings = projection.snapshots();
    return settings == null
        ? null
        : new ViewSnapshots<>(projection, settings, store, name, partition);
  }

  /** The streams of a projection's snapshots, in however many partitions they were taken. */
  static List<String> streams(SnapshotStore store, String projection) {
    String whole = PREFIX + projection;
    return store.streams(whole).stream()
        .filter(stream ->
            stream.equals(whole) || PARTITION.matcher(stream.substring(whole.length())).matches())
        .toList();
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

  /** Whether the view is the one that is read. Any thread may say so. */
  void isRead(boolean nowIsRead) {
    saving.lock();
    try {
      isRead = nowIsRead;
    } finally {
      saving.unlock();
    }
  }

  /** Keeps this view never again. Any thread may say so. */
  void purge() {
    saving.lock();
    try {
      isPurged = true;
    } finally {
      saving.unlock();
    }
  }

  /** Deletes what is kept, of whichever view. Any thread may do so. */
  void delete() {
    settings.store().delete(stream);
  }

  /** Deletes what is kept of all partitions, of however many. Any thread may do so. */
  void deleteAll() {
    delete();
    streams(settings.store(), projection).forEach(settings.store()::delete);
  }

  /** Deletes what is kept of other numbers of partitions, where anything can be deleted. */
  void deleteOthers() {
    try {
      tryToDeleteOthers();
    } catch (StoreReadOnlyException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "snapshots of {0} in other numbers of partitions are kept: {1}",
          projection,
          e);
    }
  }

  private void tryToDeleteOthers() {
    for (String other : streams(settings.store(), projection)) {
      boolean isOther =
          partition.of() == 1 ? !other.equals(stream) : !other.endsWith("/" + partition.of());
      if (isOther) {
        settings.store().delete(other);
      }
    }
  }

  /** Keeps the view; it can be built again, so a failure is no more than a warning. */
  void save(V view) {
    RecordedEvent event = last;
    if (event == null || event.equals(saved)) {
      return;
    }
    saving.lock();
    try {
      if (isRead && !isPurged) {
        since = 0;
        saved = event;
        save(view, event);
      }
    } finally {
      saving.unlock();
    }
  }

  private void save(V view, RecordedEvent event) {
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
