package io.daybook.engine.index;

import io.daybook.engine.io.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The event ids of a range of positions, kept whole. One thread adds, any number look up.
 *
 * <p>Adding only notes the id. What leads from an id to its number is made by the first lookup that
 * needs it, since most ids are new, and seen to be new by their order alone: see {@link
 * MemoryIndex#findId}. An id is written before the count that covers it, and before the slot that
 * leads to it.
 *
 * <p>The slots are divided into many small tables with open addressing that grow one by one, and
 * the ids into pages, so that growing never stops the writer for long. Slots go by a hash with a
 * random seed, so that nobody can choose ids that collide.
 */
final class MemoryIds {
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(MemoryIds.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final int TABLE_BITS = 6;
  private static final int FIRST_SLOTS = 8;
  private static final int PAGE_BITS = 10;
  private static final int PAGE_IDS = 1 << PAGE_BITS;

  private final long seed = ThreadLocalRandom.current().nextLong();

  /** A slot holds 1 + the id's number, or 0. */
  private final AtomicReferenceArray<@Nullable AtomicIntegerArray> tables =
      new AtomicReferenceArray<>(1 << TABLE_BITS);

  private final ReentrantLock hashing = new ReentrantLock();

  /** How many slots of each table are used; guarded by {@link #hashing}. */
  private final int[] used = new int[1 << TABLE_BITS];

  /** All ids below this number have a slot. */
  private volatile int hashed;

  /** How many ids there are. */
  private volatile int count;

  /** High and low halves by turns. */
  private volatile long[][] pages = {};

  /** Adds the id of that number, which is the number of ids before it. */
  void add(int number, long high, long low) {
    long[] page = pageForWriting(number >>> PAGE_BITS);
    int at = 2 * (number & (PAGE_IDS - 1));
    page[at] = high;
    page[at + 1] = low;
    COUNT.setRelease(this, number + 1);
  }

  /** The number of an id, or -1. */
  int find(long high, long low) {
    int added = count;
    if (hashed < added) {
      hashUpTo(added);
    }
    long hash = hash(high, low);
    AtomicIntegerArray slots = tables.getAcquire(tableOf(hash));
    if (slots == null) {
      return -1;
    }
    int mask = slots.length() - 1;
    for (int slot = (int) hash & mask; ; slot = (slot + 1) & mask) {
      int entry = slots.getAcquire(slot);
      if (entry == 0) {
        return -1;
      }
      if (high(entry - 1) == high && low(entry - 1) == low) {
        return entry - 1;
      }
    }
  }

  private void hashUpTo(int end) {
    hashing.lock();
    try {
      for (int number = hashed; number < end; number++) {
        hash(number);
      }
      hashed = Math.max(hashed, end);
    } finally {
      hashing.unlock();
    }
  }

  private void hash(int number) {
    long hash = hash(high(number), low(number));
    int table = tableOf(hash);
    AtomicIntegerArray slots = tables.getPlain(table);
    if (slots == null) {
      slots = new AtomicIntegerArray(FIRST_SLOTS);
      tables.setRelease(table, slots);
    } else if (2 * (used[table] + 1) > slots.length()) {
      slots = grown(slots);
      tables.setRelease(table, slots);
    }
    insert(slots, hash, number);
    used[table]++;
  }

  /** The high half of the id of a number that was added. */
  long high(int number) {
    return pages[number >>> PAGE_BITS][2 * (number & (PAGE_IDS - 1))];
  }

  /** The low half of the id of a number that was added. */
  long low(int number) {
    return pages[number >>> PAGE_BITS][2 * (number & (PAGE_IDS - 1)) + 1];
  }

  private long[] pageForWriting(int index) {
    long[][] all = pages;
    if (index < all.length) {
      return all[index];
    }
    long[][] more = Arrays.copyOf(all, index + 1);
    more[index] = new long[2 * PAGE_IDS];
    pages = more;
    return more[index];
  }

  private AtomicIntegerArray grown(AtomicIntegerArray slots) {
    AtomicIntegerArray more = new AtomicIntegerArray(2 * slots.length());
    for (int i = 0; i < slots.length(); i++) {
      int entry = slots.getPlain(i);
      if (entry != 0) {
        insert(more, hash(high(entry - 1), low(entry - 1)), entry - 1);
      }
    }
    return more;
  }

  private static void insert(AtomicIntegerArray slots, long hash, int number) {
    int mask = slots.length() - 1;
    int slot = (int) hash & mask;
    while (slots.getPlain(slot) != 0) {
      slot = (slot + 1) & mask;
    }
    slots.setRelease(slot, number + 1);
  }

  private long hash(long high, long low) {
    return Bytes.mix(high + Bytes.mix(low ^ seed));
  }

  private static int tableOf(long hash) {
    return (int) (hash >>> (Long.SIZE - TABLE_BITS));
  }
}
