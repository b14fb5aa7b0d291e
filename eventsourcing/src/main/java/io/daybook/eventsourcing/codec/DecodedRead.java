package io.daybook.eventsourcing.codec;

import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** A read that decodes what it hands out. */
final class DecodedRead<E> implements ReadResult<Recorded<E>> {
  private final ReadResult<RecordedEvent> stored;
  private final Codec<E> codec;

  DecodedRead(ReadResult<RecordedEvent> stored, Codec<E> codec) {
    this.stored = stored;
    this.codec = codec;
  }

  @Override
  public Position head() {
    return stored.head();
  }

  @Override
  public Iterator<Recorded<E>> iterator() {
    Iterator<RecordedEvent> source = stored.iterator();
    return new Iterator<>() {
      private Iterator<Recorded<E>> decoded = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        while (!decoded.hasNext()) {
          if (!source.hasNext()) {
            return false;
          }
          decoded = codec.recorded(source.next()).iterator();
        }
        return true;
      }

      @Override
      public Recorded<E> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return decoded.next();
      }
    };
  }

  @Override
  public void close() {
    stored.close();
  }
}
