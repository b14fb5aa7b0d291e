package io.daybook.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Recorder;

/** Runs operations and takes their times. */
final class Timer {
  private final Recorder nanos = new Recorder(3);
  private long totalNanos;
  private long events;

  /** An operation of a caller. */
  interface Operation {
    /** Returns how many events it appended or read. */
    long run(int caller, int round) throws Exception;
  }

  /** Has each of the callers, virtual threads if they are many, run the operation so many times. */
  Timer run(int callers, int rounds, Operation operation) throws Exception {
    long start = System.nanoTime();
    if (callers == 1) {
      events += repeat(0, rounds, operation);
    } else {
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Long>> running = new ArrayList<>();
        for (int c = 0; c < callers; c++) {
          int caller = c;
          running.add(threads.submit(() -> repeat(caller, rounds, operation)));
        }
        for (Future<Long> each : running) {
          events += each.get();
        }
      }
    }
    totalNanos += System.nanoTime() - start;
    return this;
  }

  private long repeat(int caller, int rounds, Operation operation) throws Exception {
    long sum = 0;
    for (int i = 0; i < rounds; i++) {
      long before = System.nanoTime();
      sum += operation.run(caller, i);
      nanos.recordValue(System.nanoTime() - before);
    }
    return sum;
  }

  Measurement measured() {
    var histogram = nanos.getIntervalHistogram();
    return new Measurement(
        events * 1e9 / totalNanos,
        histogram.getValueAtPercentile(50) / 1e3,
        histogram.getValueAtPercentile(99) / 1e3,
        Double.NaN);
  }
}
