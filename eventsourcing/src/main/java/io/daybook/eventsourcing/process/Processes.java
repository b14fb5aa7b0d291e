package io.daybook.eventsourcing.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The processes of an application and the timers that they wait for, as one: to be waited for until
 * nothing is left to do, and to be closed together. May be used by any number of threads.
 *
 * <pre>{@code
 * try (var processes = Processes.of(Timers.run(store, clock), payments, deliveries)) {
 *   clock.advance(Duration.ofMinutes(30));
 *   processes.awaitSettled(Duration.ofSeconds(10));
 * }
 * }</pre>
 *
 * <p>To wait for each of them by itself is not enough: a timer wakes a process, whose command leads
 * to an event that another process schedules a timer for, which may be due already.
 */
public final class Processes implements AutoCloseable {
  private final @Nullable Timers timers;
  private final List<ProcessRunner<?>> runners;

  private Processes(@Nullable Timers timers, List<ProcessRunner<?>> runners) {
    this.timers = timers;
    this.runners = List.copyOf(runners);
  }

  /** Those processes, with what fires their timers. */
  public static Processes of(Timers timers, ProcessRunner<?>... runners) {
    return new Processes(Objects.requireNonNull(timers, "timers"), List.of(runners));
  }

  /** Those processes, which wait for no timers, or for none that fire here. */
  public static Processes of(ProcessRunner<?>... runners) {
    return new Processes(null, List.of(runners));
  }

  /** What runs the processes, as it was given. */
  public List<ProcessRunner<?>> runners() {
    return runners;
  }

  /**
   * Waits until all is done that is to be done by now, also what that leads to: every timer that is
   * due has fired, every process has dealt with all that concerns it, and nothing that concerns one
   * of them was written meanwhile. Parked instances are waited for no more; what does not concern
   * the processes may go on being written.
   *
   * @throws ProcessException if it takes longer than that, or a process or the timers fail, are
   *     closed, or are another instance's of the application
   * @throws CancellationException if the waiting thread is interrupted; it stays interrupted
   */
  public void awaitSettled(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    do {
      List<Long> before = newest();
      if (timers != null) {
        timers.awaitFired(deadline, timeout);
      }
      for (ProcessRunner<?> runner : runners) {
        runner.awaitIdle(deadline, timeout);
      }
      if (newest().equals(before) && (timers == null || !timers.isDue())) {
        return; // none of them set off another
      }
    } while (System.nanoTime() - deadline < 0);
    throw new ProcessException(
        "the processes have not settled after " + timeout + ": one thing leads to the next", null);
  }

  /** Where the last event stands that concerns each. */
  private List<Long> newest() {
    var newest = new ArrayList<Long>();
    if (timers != null) {
      newest.add(timers.lastOfInterest());
    }
    for (ProcessRunner<?> runner : runners) {
      newest.add(runner.lastOfInterest());
    }
    return newest;
  }

  /** Closes the processes, one after the other, and then the timers. Twice does nothing. */
  @Override
  public void close() {
    runners.forEach(ProcessRunner::close);
    if (timers != null) {
      timers.close();
    }
  }
}
