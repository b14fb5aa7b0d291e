package io.daybook.engine;

import io.daybook.engine.index.PositionCursor;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.Micros;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A read under way: positions that match, one after another, each turned into a verified copy of
 * its event.
 */
final class EngineRead extends LeasedResult<RecordedEvent> {
  private final EventReader reader;
  private final Readers readers;
  private final ReadRequest request;
  private final long nowMicros;
  private final long head;

  /** What is left to be looked at. */
  private long low;

  private long high;
  private Visibility visibility;
  private ReadAhead positions;
  private long left;

  /** Owns the lease on the snapshot's version from now on. */
  EngineRead(
      Snapshot snapshot, ReadRequest request, long nowMicros, IndexRepair repair, Readers readers) {
    super(snapshot, repair);
    this.readers = readers;
    this.reader = readers.take();
    this.request = request;
    this.nowMicros = nowMicros;
    this.left = request.limit();
    boolean built = false;
    try {
      this.visibility = visibility();
      this.head = asOf(request.asOf());
      findRange();
      this.positions = aheadOf(positions());
      built = true;
    } finally {
      if (!built) {
        release();
      }
    }
  }

  private Visibility visibility() {
    return Visibility.of(snapshot(), nowMicros, request.systemEvents());
  }

  @Override
  void resume() {
    visibility = visibility();
    positions = aheadOf(positions());
  }

  @Override
  void finished() {
    readers.giveBack(reader);
  }

  @Override
  public Position head() {
    return new Position(head);
  }

  private long asOf(ReadRequest.AsOf asOf) {
    return switch (asOf) {
      case ReadRequest.AsOf.Now _ -> snapshot().head();
      case ReadRequest.AsOf.AtPosition(Position position) ->
          Math.min(position.value(), snapshot().head());
      case ReadRequest.AsOf.AtInstant(Instant instant) -> lastRecordedBy(instant);
    };
  }

  /** The last position whose recorded time is not later; recorded time never decreases. */
  private long lastRecordedBy(Instant instant) {
    if (snapshot().head() < 0
        || Micros.toInstant(snapshot().recordedAtMicros()).compareTo(instant) <= 0) {
      return snapshot().head();
    }
    long low = -1;
    long high = snapshot().head();
    while (low < high) {
      long middle = (low + high + 1) >> 1;
      if (snapshot().version().read(reader, middle).recordedAt().isAfter(instant)) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return low;
  }

  private void findRange() {
    low = 0;
    high = head;
    boolean backwards = request.backwards();
    String stream = onlyStream(request.query());
    reader.expectStream(stream);
    switch (request.from()) {
      case ReadRequest.From.Edge _ -> {}
      case ReadRequest.From.AtPosition(Position position) -> {
        if (backwards) {
          high = Math.min(high, position.value());
        } else {
          low = Math.max(low, position.value());
        }
      }
      case ReadRequest.From.AtRevision(var revision) -> {
        long start = positionOf(stream, revision.value(), backwards);
        if (backwards) {
          high = Math.min(high, start);
        } else {
          low = start < 0 ? Long.MAX_VALUE : start;
        }
      }
    }
    if (stream != null && !visibility.hidesNothing()) {
      long first = visibility.firstRevision(stream);
      if (first > 0) {
        long start = first == Long.MAX_VALUE ? -1 : positionOf(stream, first, false);
        low = start < 0 ? Long.MAX_VALUE : Math.max(low, start);
      }
    }
  }

  private ReadAhead aheadOf(PositionCursor cursor) {
    return new ReadAhead(cursor, snapshot().version(), reader, readers.coldReads());
  }

  private PositionCursor positions() {
    boolean backwards = request.backwards();
    if (low > high) {
      return PositionCursor.empty();
    }
    return request.query() instanceof Query.Everything
        ? PositionCursor.range(low, high, backwards)
        : snapshot().version().index().cursor(request.query(), low, high, backwards);
  }

  private long positionOf(@Nullable String stream, long revision, boolean backwards) {
    if (stream == null) {
      throw new IllegalStateException("a revision without a stream");
    }
    return snapshot().version().index().revisionToPosition(stream, revision, backwards);
  }

  private static @Nullable String onlyStream(Query query) {
    return query instanceof Query.AnyOf(List<Query.Item> items)
            && items.size() == 1
            && items.getFirst().streams().size() == 1
        ? items.getFirst().streams().iterator().next()
        : null;
  }

  @Override
  @Nullable RecordedEvent advance() {
    while (left > 0) {
      long position = positions.next(left);
      if (position == PositionCursor.END) {
        return null;
      }
      RecordedEvent event = snapshot().version().read(reader, position);
      boolean seen = visibility.sees(event);
      if (request.backwards()) {
        high = position - 1;
      } else {
        low = position + 1;
      }
      if (seen) {
        left--;
        return event;
      }
    }
    return null;
  }
}
