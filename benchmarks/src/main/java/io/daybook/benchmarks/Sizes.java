package io.daybook.benchmarks;

/**
 * How much is done in a round.
 *
 * @param loneAppends appends of the lone writer
 * @param groupAppends appends of each of many writers
 * @param batches appends of a batch
 * @param streams streams of the filled store
 * @param loads reads of a stream or tag
 */
record Sizes(int loneAppends, int groupAppends, int batches, int streams, int loads) {
  /** Events in a batch. */
  static final int BATCH = 1_000;

  /** Events in a stream of the filled store. */
  static final int STREAM_LENGTH = 100;

  static final Sizes FULL = new Sizes(3_000, 1_500, 200, 10_000, 5_000);
  static final Sizes QUICK = new Sizes(300, 100, 20, 200, 300);
  static final Sizes TINY = new Sizes(5, 3, 2, 3, 5);

  /** Subjects that sync each append by itself get a tenth, or a round would take minutes. */
  int appendsPerWriter(Subject subject) {
    return subject.hasConditions() ? groupAppends : Math.max(1, groupAppends / 10);
  }

  long filled() {
    return (long) streams * STREAM_LENGTH;
  }

  /** Ten events each. */
  long tags() {
    return filled() / 10;
  }
}
