package io.daybook.benchmarks;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The synthetic events of a filled store: streams that grow side by side, ten events at a time, in
 * appends of a thousand events. The ten events of a tag stand far apart.
 *
 * @param events how many, a multiple of a thousand
 * @param streamLength how many events a stream has in the end
 */
record Filling(long events, int streamLength) {
  /** Events of a stream that is read. */
  static final int STREAM_LENGTH = 100;

  /** Events of a tag. */
  static final int TAG_LENGTH = 10;

  private static final int EVENTS_PER_APPEND = 1_000;

  static Filling of(long events) {
    return new Filling(events, STREAM_LENGTH);
  }

  long streams() {
    return events / streamLength;
  }

  long tags() {
    return events / TAG_LENGTH;
  }

  static String stream(long number) {
    return "account-" + number;
  }

  static String tag(long number) {
    return "account:" + number;
  }

  /** The appends, made as they are asked for. */
  Iterable<List<Write>> appends() {
    return () ->
        new Iterator<>() {
          private final int run = Math.min(10, streamLength);
          private long next;

          @Override
          public boolean hasNext() {
            return next < events;
          }

          @Override
          public List<Write> next() {
            List<Write> writes = new ArrayList<>(EVENTS_PER_APPEND / run);
            for (long end = Math.min(events, next + EVENTS_PER_APPEND); next < end; ) {
              long turn = next / run;
              long part = turn / streams();
              List<Sample> samples = new ArrayList<>(run);
              for (int i = 0; i < run; i++) {
                long number = next++;
                samples.add(
                    new Sample(
                        Sample.typeOf(number), tag(number % tags()), Sample.payload(number)));
              }
              writes.add(new Write(stream(turn % streams()), part * run - 1, samples));
            }
            return writes;
          }
        };
  }
}
