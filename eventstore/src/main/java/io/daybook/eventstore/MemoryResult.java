package io.daybook.eventstore;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A lazy answer of an in-memory store, taken from a source that gives null at its end.
 *
 * @param <T> what is read
 */
final class MemoryResult<T> implements ReadResult<T> {
  private final Position head;
  private final BooleanSupplier storeClosed;
  private final Supplier<@Nullable T> source;
  private long left;
  private boolean started;
  private volatile boolean closed;

  MemoryResult(
      Position head, long limit, BooleanSupplier storeClosed, Supplier<@Nullable T> source) {
    this.head = head;
    this.left = limit;
    this.storeClosed = storeClosed;
    this.source = source;
  }

  @Override
  public Position head() {
    return head;
  }

  @Override
  public Iterator<T> iterator() {
    if (started || closed) {
      throw new IllegalStateException(
          "a read is iterated once, and not after it was closed; read again");
    }
    started = true;
    return new Items();
  }

  @Override
  public void close() {
    closed = true;
  }

  private final class Items implements Iterator<T> {
    private @Nullable T next;

    @Override
    public boolean hasNext() {
      if (closed) {
        throw new IllegalStateException("the read is closed; read again");
      }
      if (storeClosed.getAsBoolean()) {
        throw new EventStoreClosedException("the store was closed while it was read");
      }
      if (next == null && left > 0) {
        next = source.get();
        left = next == null ? 0 : left - 1;
      }
      return next != null;
    }

    @Override
    public T next() {
      T item = hasNext() ? next : null;
      if (item == null) {
        throw new NoSuchElementException("all is read");
      }
      next = null;
      return item;
    }
  }
}
