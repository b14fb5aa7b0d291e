package io.daybook.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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

  /** The caller's own thread repeats the operation. */
  Timer run(Pace pace, Operation operation) throws Exception {
    long start = System.nanoTime();
    events += repeat(0, pace, start, operation);
    totalNanos += System.nanoTime() - start;
    return this;
  }

  /** So many threads, started together, repeat the operation. */
  Timer run(int callers, boolean virtual, Pace pace, Operation operation) throws Exception {
    if (callers == 1) {
      return run(pace, operation);
    }
    var ready = new CountDownLatch(callers);
    var go = new CountDownLatch(1);
    try (ExecutorService threads =
        virtual
            ? Executors.newVirtualThreadPerTaskExecutor()
            : Executors.newFixedThreadPool(callers)) {
      List<Future<Long>> running = new ArrayList<>();
      for (int c = 0; c < callers; c++) {
        int caller = c;
        running.add(
            threads.submit(() -> {
              ready.countDown();
              go.await();
              return repeat(caller, pace, System.nanoTime(), operation);
            }));
      }
      ready.await();
      long start = System.nanoTime();
      go.countDown();
      for (Future<Long> each : running) {
        events += each.get();
      }
      totalNanos += System.nanoTime() - start;
    }
    return this;
  }

  private long repeat(int caller, Pace pace, long start, Operation operation) throws Exception {
    long sum = 0;
    long before = System.nanoTime();
    for (int i = 0; i < pace.operations() && (i == 0 || before - start < pace.nanos()); i++) {
      sum += operation.run(caller, i);
      long after = System.nanoTime();
      nanos.recordValue(after - before);
      before = after;
    }
    return sum;
  }

  /** Takes a time that was measured elsewhere. */
  void record(long measuredNanos) {
    nanos.recordValue(Math.max(0, measuredNanos));
  }

  Measurement measured() {
    var histogram = nanos.getIntervalHistogram();
    return new Measurement(
        totalNanos == 0 ? Double.NaN : events * 1e9 / totalNanos,
        histogram.getValueAtPercentile(50) / 1e3,
        histogram.getValueAtPercentile(99) / 1e3,
        Double.NaN);
  }
}
