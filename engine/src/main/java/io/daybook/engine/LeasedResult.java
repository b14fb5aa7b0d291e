package io.daybook.engine;

import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadResult;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A read under way, which keeps the files of its snapshot until it comes to its end or is closed.
 */
abstract class LeasedResult<T> implements ReadResult<T> {
  private final IndexRepair repair;
  private Snapshot snapshot;
  private @Nullable T next;
  private boolean iterated;
  private boolean closed;
  private boolean released;

  /** Owns the lease on the snapshot's version from now on. */
  LeasedResult(Snapshot snapshot, IndexRepair repair) {
    this.snapshot = snapshot;
    this.repair = repair;
  }

  /** What comes next; null at the end. */
  abstract @Nullable T advance();

  /**
   * The snapshot has other files of the index, since one was damaged: goes on behind what was
   * passed last.
   */
  abstract void resume();

  /** The end was reached by the thread that reads. */
  void finished() {}

  final Snapshot snapshot() {
    return snapshot;
  }

  @Override
  public Position head() {
    return new Position(snapshot.head());
  }

  final boolean hasNext() {
    if (closed) {
      throw new IllegalStateException("this was closed");
    }
    if (next == null && !released) {
      next = repair.answer(() -> new Found<>(advance()), this::renew).item();
      if (next == null) {
        release();
        finished();
      }
    }
    return next != null;
  }

  /** What was found, so that nothing is something, too. */
  private record Found<T>(@Nullable T item) {}

  private void renew() {
    snapshot = repair.renewed(snapshot);
    resume();
  }

  final T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T result = next;
    next = null;
    if (result == null) {
      throw new NoSuchElementException();
    }
    return result;
  }

  @Override
  public final Iterator<T> iterator() {
    if (closed || iterated) {
      throw new IllegalStateException(closed ? "this was closed" : "this is iterated once");
    }
    iterated = true;
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return LeasedResult.this.hasNext();
      }

      @Override
      public T next() {
        return LeasedResult.this.next();
      }
    };
  }

  @Override
  public final void close() {
    closed = true;
    next = null;
    release();
  }

  /** What came to its end holds nothing, even if it is never closed. */
  final void release() {
    if (!released) {
      released = true;
      snapshot.version().release();
    }
  }
}
