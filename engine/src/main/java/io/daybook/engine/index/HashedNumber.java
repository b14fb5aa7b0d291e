package io.daybook.engine.index;

/** A hash and a number below 2^24 in one long, so that sorting longs sorts by hash. */
final class HashedNumber {
  private static final int NUMBER_BITS = Long.SIZE - Term.HASH_BITS;

  /** Numbers are below this. */
  static final int MAX_NUMBERS = 1 << NUMBER_BITS;

  private HashedNumber() {}

  /** The sign bit is turned, since longs are compared as signed numbers. */
  static long of(long hash, int number) {
    return (hash << NUMBER_BITS | number) ^ Long.MIN_VALUE;
  }

  static long hash(long packed) {
    return (packed ^ Long.MIN_VALUE) >>> NUMBER_BITS;
  }

  static int number(long packed) {
    return (int) packed & (MAX_NUMBERS - 1);
  }
}
