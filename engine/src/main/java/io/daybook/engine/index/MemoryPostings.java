package io.daybook.engine.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The postings of one term in memory. One thread adds; any number of others read what was published
 * to them: the count is written after the values that it counts, and read before them.
 */
sealed class MemoryPostings {
  private static final int FIRST_CAPACITY = 2;
  private static final VarHandle COUNT;
  private static final VarHandle VALUES;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      COUNT = lookup.findVarHandle(MemoryPostings.class, "count", int.class);
      VALUES = lookup.findVarHandle(MemoryPostings.class, "values", int[].class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Ascending, counted from the tier's first position. */
  private int[] values = new int[FIRST_CAPACITY];

  private int count;

  /** Adds a number above all before. */
  final void add(int relative) {
    int size = count;
    int[] target = values;
    if (size == target.length) {
      target = Arrays.copyOf(target, 2 * size);
      VALUES.setRelease(this, target);
    }
    target[size] = relative;
    COUNT.setRelease(this, size + 1);
  }

  /** How many there are. */
  final int count() {
    return (int) COUNT.getAcquire(this);
  }

  /** The revision of the first event of a stream; {@link Postings#UNKNOWN} for other terms. */
  long ordinal() {
    return Postings.UNKNOWN;
  }

  /** What is there now, up to a number; null if that is nothing. */
  final @Nullable Snapshot snapshot(long from, long limitRelative) {
    int size = count(); // before the values, so that these hold as many
    int[] all = (int[]) VALUES.getAcquire(this);
    if (size > 0 && all[size - 1] > limitRelative) {
      size =
          limitRelative < 0 ? 0 : BlockPostings.lowerBound(all, 0, size, (int) limitRelative + 1);
    }
    return size == 0 ? null : new Snapshot(from, size, ordinal(), all);
  }

  /** The postings of a stream: each event adds to those of its category, too. */
  static final class OfStream extends MemoryPostings {
    private final long firstRevision;
    private final @Nullable MemoryPostings category;

    OfStream(long firstRevision, @Nullable MemoryPostings category) {
      this.firstRevision = firstRevision;
      this.category = category;
    }

    @Override
    long ordinal() {
      return firstRevision;
    }

    @Nullable MemoryPostings category() {
      return category;
    }

    /** The revision of the last event. */
    long lastRevision() {
      return firstRevision + count() - 1;
    }
  }

  /** What was there when a reader looked. */
  static final class Snapshot extends BlockPostings {
    private final int[] values;

    private Snapshot(long from, int count, long ordinal, int[] values) {
      super(from, count, ordinal, ONE_BLOCK);
      this.values = values;
    }

    @Override
    int[] block(int block) {
      return values;
    }

    @Override
    int blockOf(int relative) {
      return 0;
    }
  }
}
