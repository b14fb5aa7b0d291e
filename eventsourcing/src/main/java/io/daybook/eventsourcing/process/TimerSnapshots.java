package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.snapshot.EventStoreSnapshots;
import io.daybook.eventsourcing.snapshot.Snapshot;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Which timers are pending, kept now and then, so that not all that was ever recorded of timers has
 * to be read at each start.
 *
 * <p>It is a snapshot like that of a stream, as if all events about timers were one whose revisions
 * are positions: it counts as long as the store has the last of them at that very position, so that
 * neither a copy nor a store that was restored takes it for its own. Its state is the ids of the
 * events that scheduled the timers, 16 bytes each; the timers themselves are read from those, and
 * one that is hidden by now is no timer any more.
 */
final class TimerSnapshots {
  private static final System.Logger LOG = System.getLogger(Timers.class.getName());
  private static final String NAME = "timers";
  private static final String SHAPE = "timers:1";
  private static final String CONTENT_TYPE = "application/octet-stream";
  private static final int ID_BYTES = 2 * Long.BYTES;

  /** As many as an event takes; so many timers are read anew at each start. */
  private static final int MOST_TIMERS = 1_000_000;

  /** One is taken when so many events about timers came since the last, or as many as are open. */
  static final int FEWEST_EVENTS = 1_000;

  private final EventStore store;
  private final EventStoreSnapshots snapshots;

  TimerSnapshots(EventStore store) {
    this.store = store;
    this.snapshots = new EventStoreSnapshots(store);
  }

  /**
   * What is pending.
   *
   * @param book the timers
   * @param position up to where it is known
   */
  record Pending(TimerBook book, Position position) {}

  /** What the last snapshot says; nothing is pending at the beginning, if there is none. */
  Pending latest() {
    Optional<Pending> pending;
    try {
      pending = snapshots.latest(NAME).flatMap(this::read);
    } catch (EventStoreClosedException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "a snapshot of timers cannot be read", e);
      pending = Optional.empty();
    }
    return pending.orElseGet(() -> new Pending(new TimerBook(), Position.BEFORE_FIRST));
  }

  /** What is pending now. */
  List<PendingTimer> pending() {
    Pending latest = latest();
    TimerBook book = latest.book();
    try (var read = store.read(ReadRequest.of(TimerBook.QUERY).from(latest.position().next()))) {
      read.forEach(book::add);
    }
    return book.pending();
  }

  private Optional<Pending> read(Snapshot snapshot) {
    long position = snapshot.revision().value();
    ByteBuffer ids = snapshot.state().asByteBuffer();
    boolean fits =
        snapshot.shape().equals(SHAPE)
            && ids.remaining() % ID_BYTES == 0
            && store
                .find(snapshot.eventId())
                .filter(last -> last.position().value() == position)
                .filter(TimerBook.QUERY::matches)
                .isPresent();
    if (!fits) {
      return Optional.empty();
    }
    var book = new TimerBook();
    while (ids.hasRemaining()) {
      RecordedEvent scheduled = store.find(new UUID(ids.getLong(), ids.getLong())).orElse(null);
      if (scheduled != null) {
        if (!scheduled.type().equals(ProcessEventCodec.TIMER_SCHEDULED)) {
          return Optional.empty();
        }
        book.add(scheduled);
      }
    }
    return Optional.of(new Pending(book, new Position(position)));
  }

  /**
   * Keeps what is pending; a failure is logged, since it costs nothing but time.
   *
   * @param scheduled the ids of the events that scheduled what is pending
   * @param last the last event about timers that they know of
   */
  void save(List<UUID> scheduled, RecordedEvent last) {
    if (scheduled.size() > MOST_TIMERS) {
      return;
    }
    ByteBuffer ids = ByteBuffer.allocate(scheduled.size() * ID_BYTES);
    scheduled.forEach(
        id -> ids.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()));
    try {
      snapshots.save(
          new Snapshot(
              NAME,
              new Revision(last.position().value()),
              last.id(),
              SHAPE,
              Payload.of(ids.array(), CONTENT_TYPE)));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "no snapshot of the timers was kept", e);
    }
  }
}
