package io.daybook.micrometer;

import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import java.util.Iterator;

/** A read that counts, and tells once when it is closed. */
final class MeteredRead implements ReadResult<RecordedEvent> {

  /** Is told what was read. */
  @FunctionalInterface
  interface Closed {
    void read(long events, long bytes);
  }

  private final ReadResult<RecordedEvent> read;
  private final Closed listener;
  private long events;
  private long bytes;
  private boolean closed;

  MeteredRead(ReadResult<RecordedEvent> read, Closed listener) {
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
        return source.hasNext();
      }

      @Override
      public RecordedEvent next() {
        RecordedEvent event = source.next();
        events++;
        bytes += (long) event.data().size() + event.metadata().size();
        return event;
      }
    };
  }

  @Override
  public void close() {
    read.close();
    if (!closed) {
      closed = true;
      listener.read(events, bytes);
    }
  }
}
