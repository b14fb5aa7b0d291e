package io.daybook.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/**
 * Work that many threads begin at the same moment. They are platform threads: some of the work
 * never waits, and would keep a few virtual threads from letting the others run.
 */
final class Parallel {
  /** How often a writer tries again after a conflict, before it gives up. */
  static final int MOST_TRIES = 10_000;

  private Parallel() {}

  /** What a thread does that has begun. */
  static <T> Running<T> start(Callable<T> work) {
    var task = new FutureTask<>(work);
    return new Running<>(Thread.ofPlatform().daemon().start(task), task);
  }

  /**
   * Runs so many pieces of work at once, each on its own thread, and returns their results in
   * order. Fails if one throws, or if they are not done in time.
   */
  static <T> List<T> run(Duration patience, int count, IntFunction<Callable<T>> work) {
    var begin = new CountDownLatch(1);
    var running = new ArrayList<Running<T>>();
    for (int i = 0; i < count; i++) {
      Callable<T> piece = work.apply(i);
      running.add(
          start(() -> {
            begin.await();
            return piece.call();
          }));
    }
    begin.countDown();
    var results = new ArrayList<T>();
    for (Running<T> each : running) {
      results.add(each.result(patience));
    }
    return results;
  }

  /**
   * A thread and what it computes.
   *
   * @param <T> what it computes
   */
  record Running<T>(Thread thread, FutureTask<T> task) {

    /** The result; fails if the work throws, or takes longer. */
    T result(Duration patience) {
      try {
        return rethrow(patience);
      } catch (ExecutionException e) {
        throw new AssertionError("a thread failed: " + e.getCause(), e.getCause());
      }
    }

    /** The result, or the unchecked exception that the work throws; fails if it takes longer. */
    T rethrow(Duration patience) throws ExecutionException {
      try {
        return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException thrown) {
          throw thrown;
        }
        throw e;
      } catch (TimeoutException | InterruptedException e) {
        thread.interrupt();
        throw new AssertionError("a thread was not done within " + patience, e);
      }
    }
  }
}
