package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.index.MemoryIndex;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.Micros;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.CheckpointMismatchException;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * All that is asked of a store and changes nothing: the same for a store that is written by this
 * process and for one that is written by another.
 */
final class StoreReader {
  private final Published published;
  private final HeadSignal signal;
  private final UUID storeId;
  private final long epoch;
  private final InstantSource clock;
  private final Runnable refresh;
  private final IndexRepair repair;
  private final Readers readers;
  private volatile boolean closed;

  /**
   * Reads what is published.
   *
   * @param refresh is called before each look at it
   * @param rebuild puts something else in the place of a damaged index file or location column
   */
  StoreReader(
      Published published,
      HeadSignal signal,
      UUID storeId,
      long epoch,
      EngineOptions options,
      Runnable refresh,
      IndexRepair.Rebuild<RuntimeException> rebuild) {
    this.published = published;
    this.signal = signal;
    this.storeId = storeId;
    this.epoch = epoch;
    this.clock = options.clock();
    this.readers = new Readers(new ColdReads(options.newReaders()));
    this.refresh = refresh;
    this.repair = new IndexRepair(published, rebuild);
  }

  private Snapshot lease() {
    requireOpen();
    refresh.run();
    return published.lease();
  }

  EngineStats stats() {
    Snapshot snapshot = lease();
    try {
      Version version = snapshot.version();
      List<LogFile> logs = version.logs();
      return new EngineStats(
          snapshot.head() + 1,
          logs.size(),
          (int) logs.stream().filter(LogFile::isPacked).count(),
          logs.stream().mapToLong(LogFile::bytes).sum(),
          version.index().files().stream().map(StoreReader::range).toList(),
          version.index().memory().stream().mapToLong(MemoryIndex::events).sum());
    } finally {
      snapshot.version().release();
    }
  }

  private static EngineStats.IndexRange range(IndexFile file) {
    return new EngineStats.IndexRange(file.name(), file.from(), file.to(), file.bytes());
  }

  /** The longest of the streams that show an event, longest first, and by name where equal. */
  List<StreamSize> largestStreams(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("the count is 0 or more, not " + count);
    }
    return count == 0 ? List.of() : repair.answer(() -> largestOnce(count));
  }

  private List<StreamSize> largestOnce(int count) {
    var order =
        Comparator.comparingLong(StreamSize::events)
            .thenComparing(StreamSize::stream, Comparator.reverseOrder());
    var largest = new PriorityQueue<StreamSize>(order);
    Snapshot snapshot = lease();
    try (ReadResult<String> names = list(Dimension.STREAM, "")) {
      for (String name : names) {
        long last = snapshot.version().index().lastRevision(name, snapshot.head());
        largest.add(new StreamSize(name, last + 1));
        if (largest.size() > count) {
          largest.remove();
        }
      }
    } finally {
      snapshot.version().release();
    }
    return largest.stream().sorted(order.reversed()).toList();
  }

  EngineRead read(ReadRequest request) {
    Objects.requireNonNull(request, "request");
    return repair.answer(() -> new EngineRead(lease(), request, nowMicros(), repair, readers));
  }

  Optional<RecordedEvent> find(UUID eventId) {
    Objects.requireNonNull(eventId, "eventId");
    return repair.answer(() -> findOnce(eventId));
  }

  private Optional<RecordedEvent> findOnce(UUID eventId) {
    Snapshot snapshot = lease();
    EventReader reader = readers.take();
    try {
      reader.expectStream(null);
      LongFunction<RecordedEvent> events = position -> snapshot.version().read(reader, position);
      long position = StoredIds.find(snapshot.version().index(), eventId, events);
      if (position < 0 || position > snapshot.head()) {
        return Optional.empty();
      }
      return Optional.of(events.apply(position))
          .filter(Visibility.of(snapshot, nowMicros(), true)::sees);
    } finally {
      readers.giveBack(reader);
      snapshot.version().release();
    }
  }

  /** Whether an event, a system one maybe, is hidden neither by a rule nor by a scavenge. */
  boolean shows(RecordedEvent event) {
    Snapshot snapshot = lease();
    try {
      return Visibility.of(snapshot, nowMicros(), true).sees(event);
    } finally {
      snapshot.version().release();
    }
  }

  long nowMicros() {
    return Micros.of(clock.instant());
  }

  Subscription subscribe(SubscriptionRequest request) {
    requireOpen();
    long after =
        switch (request.start()) {
          case SubscriptionRequest.Start.Beginning _ -> -1;
          case SubscriptionRequest.Start.End _ -> headValue();
          case SubscriptionRequest.Start.After(Checkpoint checkpoint) -> checked(checkpoint);
        };
    return new EngineSubscription(this, signal, request, after);
  }

  private long checked(Checkpoint checkpoint) {
    Checkpoint head = checkpointAt(new Position(headValue()));
    if (!checkpoint.storeId().equals(head.storeId())
        || checkpoint.epoch() != head.epoch()
        || checkpoint.position().compareTo(head.position()) > 0) {
      throw new CheckpointMismatchException(checkpoint, head);
    }
    return checkpoint.position().value();
  }

  Position head() {
    requireOpen();
    return new Position(headValue());
  }

  /** The last position; -1 if there is none. Of a closed store it is the last that was seen. */
  long headValue() {
    refresh.run();
    return published.now().head();
  }

  Checkpoint checkpointAt(Position position) {
    requireOpen();
    return new Checkpoint(storeId, epoch, position);
  }

  Optional<StreamInfo> streamInfo(String stream) {
    Limits.requireStreamName(stream);
    return repair.answer(() -> infoOnce(stream));
  }

  private Optional<StreamInfo> infoOnce(String stream) {
    Snapshot snapshot = lease();
    try {
      StreamRule rule = snapshot.rules().of(stream);
      long last = snapshot.version().index().lastRevision(stream, snapshot.head());
      boolean known = last >= 0 || snapshot.rules().contains(stream);
      if (!known || Limits.isSystemName(stream)) {
        return Optional.empty();
      }
      StreamInfo.Status status;
      if (rule.tombstoned()) {
        status = StreamInfo.Status.TOMBSTONED;
      } else if (last < rule.deletedBefore()) {
        status = StreamInfo.Status.DELETED;
      } else {
        status = StreamInfo.Status.ACTIVE;
      }
      return Optional.of(
          new StreamInfo(
              stream,
              status,
              last < 0 ? null : new Revision(last),
              firstVisible(stream),
              rule.settings()));
    } finally {
      snapshot.version().release();
    }
  }

  private @Nullable Revision firstVisible(String stream) {
    try (EngineRead read = read(ReadRequest.of(Query.stream(stream)).limit(1))) {
      return read.hasNext() ? read.next().revision() : null;
    }
  }

  ReadResult<String> list(Dimension dimension, String prefix) {
    Objects.requireNonNull(dimension, "dimension");
    Objects.requireNonNull(prefix, "prefix");
    return repair.answer(() -> new EngineListing(lease(), dimension, prefix, nowMicros(), repair));
  }

  boolean isClosed() {
    return closed;
  }

  /** Nothing more is read, and subscribers are told. */
  void close() {
    closed = true;
  }

  void requireOpen() {
    if (closed) {
      throw new EventStoreClosedException("the store is closed");
    }
  }
}
