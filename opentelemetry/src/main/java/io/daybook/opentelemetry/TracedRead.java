package io.daybook.opentelemetry;

import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A read that counts, and tells once when it is closed. */
final class TracedRead implements ReadResult<RecordedEvent> {

  /** Is told what was read, and what was thrown meanwhile. */
  @FunctionalInterface
  interface Closed {
    void read(long events, long firstPosition, long lastPosition, @Nullable Throwable thrown);
  }

  private final ReadResult<RecordedEvent> read;
  private final Closed listener;
  private long events;
  private long firstPosition;
  private long lastPosition;
  private @Nullable Throwable thrown;
  private boolean closed;

  TracedRead(ReadResult<RecordedEvent> read, Closed listener) {
    this.read = read;
    this.listener = listener;
  }

  @Override
  public Position head() {
    return read.head();
  }

  @Override
  public Iterator<RecordedEvent> iterator() {
    Iterator<RecordedEvent> source = read.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        try {
          return source.hasNext();
        } catch (RuntimeException | Error e) {
          thrown = e;
          throw e;
        }
      }

      @Override
      public RecordedEvent next() {
        RecordedEvent event = source.next();
        lastPosition = event.position().value();
        if (events == 0) {
          firstPosition = lastPosition;
        }
        events++;
        return event;
      }
    };
  }

  @Override
  public void close() {
    read.close();
    if (!closed) {
      closed = true;
      listener.read(events, firstPosition, lastPosition, thrown);
    }
  }
}
