package io.daybook.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** Payloads and tags that are made before the clock runs. */
final class Samples {
  /** How many tags there are; who needs each only once stops there. */
  static final int TAGS = 1 << 18;

  private static final int PAYLOADS = 1 << 13;
  private static final int BATCHES = 16;

  private final byte[][] payloads = new byte[PAYLOADS][];
  private final String[] tags = new String[TAGS];

  Samples() {
    for (int i = 0; i < PAYLOADS; i++) {
      payloads[i] = Sample.payload(i);
    }
    var random = new SplittableRandom(TAGS);
    for (int i = 0; i < TAGS; i++) {
      tags[i] = "order:" + new UUID(random.nextLong(), random.nextLong());
    }
  }

  /** The event of that number, with a tag that no other of the {@link #TAGS} numbers around has. */
  Sample at(long number) {
    return new Sample(
        Sample.typeOf(number), tags[(int) (number % TAGS)], payloads[(int) (number % PAYLOADS)]);
  }

  /**
   * A batch of that many events from this tag on, ten of which have the same tag. Making it costs a
   * few nanoseconds an event, the same for every subject.
   */
  List<Sample> batch(long firstTag, int size) {
    List<Sample> batch = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      long tag = firstTag + i / 10;
      batch.add(
          new Sample(
              Sample.typeOf(tag + i),
              tags[(int) (tag % TAGS)],
              payloads[(int) ((firstTag * 10 + i) % PAYLOADS)]));
    }
    return batch;
  }

  /** Batches of that many events. */
  List<List<Sample>> batches(int size) {
    List<List<Sample>> batches = new ArrayList<>();
    for (int b = 0; b < BATCHES; b++) {
      batches.add(batch((long) b * size / 10, size));
    }
    return batches;
  }
}
