package io.daybook.benchmarks;

import java.util.List;

/**
 * How much is done.
 *
 * @param warmUps rounds before those that count, at most; none where the code is only tried
 * @param rounds rounds that count, unless told otherwise
 * @param pace how long a round goes on
 * @param filled events of the stores that are read warm
 * @param cold events of the stores that are read cold
 * @param growth events of the stores that are compared by size
 * @param openings events of the stores that are opened
 * @param heapStreams streams of the store whose heap is taken
 * @param tail events that a killed process leaves unindexed: near to the most that may be
 * @param realEvents how many real events are stored, at most
 */
record Sizes(
    int warmUps,
    int rounds,
    Pace pace,
    long filled,
    long cold,
    List<Long> growth,
    List<Long> openings,
    long heapStreams,
    int tail,
    long realEvents) {
  private static final long MILLION = 1_000_000;

  static final Sizes FULL =
      new Sizes(
          10,
          3,
          Pace.millis(1_000),
          MILLION,
          8 * MILLION,
          List.of(MILLION, 10 * MILLION, 50 * MILLION),
          List.of(MILLION, 10 * MILLION, 100 * MILLION),
          10 * MILLION,
          200_000,
          Long.MAX_VALUE);
  static final Sizes QUICK =
      new Sizes(
          1,
          1,
          Pace.millis(150),
          20_000,
          40_000,
          List.of(20_000L, 40_000L),
          List.of(20_000L),
          100_000,
          10_000,
          10_000);
  static final Sizes TINY =
      new Sizes(
          0,
          1,
          new Pace(Long.MAX_VALUE, 3),
          1_000,
          2_000,
          List.of(1_000L, 2_000L),
          List.of(1_000L),
          1_000,
          100,
          100);

  /** The same, with no store of more events than these. */
  Sizes atMost(long events) {
    return new Sizes(
        warmUps,
        rounds,
        pace,
        Math.min(filled, events),
        Math.min(cold, events),
        capped(growth, events),
        capped(openings, events),
        Math.min(heapStreams, events),
        tail,
        realEvents);
  }

  private static List<Long> capped(List<Long> sizes, long events) {
    return sizes.stream().map(size -> Math.min(size, events)).distinct().toList();
  }

  Sizes withRounds(int newRounds) {
    return new Sizes(
        warmUps, newRounds, pace, filled, cold, growth, openings, heapStreams, tail, realEvents);
  }

  /** A number of events as part of a name: 20k, 10m. */
  static String brief(long events) {
    if (events % MILLION == 0) {
      return events / MILLION + "m";
    }
    return events % 1_000 == 0 ? events / 1_000 + "k" : Long.toString(events);
  }
}
