package io.daybook.engine.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Where the searches for some terms of an index file led lately. A search waits for memory again
 * and again, the longer the larger the file is; what is asked often is answered from one place, so
 * that a large store answers it like a small one.
 *
 * <p>It is exact: the hash of a term has one entry, or none, or is not kept here. A slot is one
 * number, so that any threads may use it without a lock and lose nothing but a remembrance.
 */
final class RecentSearches {
  /** Nothing is known of the hash. */
  static final long UNKNOWN = -2;

  /** No entry has the hash. */
  static final long NOWHERE = -1;

  private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int MOST_SLOT_BITS = 12;
  private static final int LEAST_SLOT_BITS = 4;

  private final long[] slots;
  private final int slotBits;

  /** Of a slot, above them the bits of the hash that its index does not say. */
  private final int offsetBits;

  /** For a file of so many terms. */
  RecentSearches(long terms) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(terms);
    this.slotBits = Math.clamp(bits, LEAST_SLOT_BITS, MOST_SLOT_BITS);
    this.offsetBits = Long.SIZE - (Term.HASH_BITS - slotBits);
    this.slots = new long[1 << slotBits];
  }

  /** The offset of the one entry with that hash, or what else is known. */
  long of(long hash) {
    long slot = (long) SLOTS.getOpaque(slots, index(hash));
    return slot != 0 && slot >>> offsetBits == hash >>> slotBits
        ? (slot & ((1L << offsetBits) - 1)) - 2 // an empty slot is 0
        : UNKNOWN;
  }

  /** Keeps where the one entry with that hash stands, or that it is nowhere. */
  void keep(long hash, long offset) {
    if (offset + 2 < 1L << offsetBits) {
      SLOTS.setOpaque(slots, index(hash), hash >>> slotBits << offsetBits | (offset + 2));
    }
  }

  private int index(long hash) {
    return (int) hash & (slots.length - 1);
  }
}
