package io.daybook.examples.bank;

import io.daybook.eventsourcing.process.ProcessException;
import io.daybook.eventsourcing.process.ProcessInstance;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.process.Timers;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bank's processes at work, until this is closed. May be used by any number of threads.
 *
 * <p>What they do, they do once, whenever and however often they are ended and run again.
 */
final class BankProcesses implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final EventStore store;
  private final InstantSource clock;
  private final List<ProcessRunner<?>> runners;
  private final @Nullable Timers timers;

  /** Those processes; and the timers, if one of them has any. */
  BankProcesses(
      EventStore store,
      InstantSource clock,
      List<ProcessRunner<?>> runners,
      @Nullable Timers timers) {
    this.store = store;
    this.clock = clock;
    this.runners = List.copyOf(runners);
    this.timers = timers;
  }

  /** What runs the processes. */
  List<ProcessRunner<?>> runners() {
    return runners;
  }

  /**
   * Waits until all is done that is due now, also what that leads to.
   *
   * @throws ProcessException if a process or the timers fail, or it takes more than ten minutes
   */
  void settle() {
    Position before;
    do {
      before = store.head();
      if (timers != null) {
        timers.awaitFired(PATIENCE);
      }
      for (ProcessRunner<?> runner : runners) {
        runner.awaitIdle(PATIENCE);
      }
      // what a timer set off, or a process has still to see, was written meanwhile
    } while (isDue() || !store.head().equals(before));
  }

  private boolean isDue() {
    return timers != null
        && Timers.pending(store).stream().anyMatch(timer -> !timer.due().isAfter(clock.instant()));
  }

  /** Tries again what stands still since it failed too often; what still stands still. */
  List<ProcessInstance> retryParked() {
    var parked = new ArrayList<ProcessInstance>();
    for (ProcessRunner<?> runner : runners) {
      for (ProcessInstance instance : runner.instances()) {
        if (instance.status() == ProcessInstance.Status.PARKED && !runner.retry(instance.id())) {
          parked.add(instance);
        }
      }
    }
    return parked;
  }

  /**
   * Checks that all are at work.
   *
   * @throws ProcessException if one is not
   */
  void requireRunning() {
    for (ProcessRunner<?> runner : runners) {
      if (runner.status() != ProcessRunner.Status.RUNNING) {
        throw new ProcessException(
            "the process " + runner.name() + " stands still" + because(runner.failure()),
            runner.failure().orElse(null));
      }
    }
    if (timers != null && timers.failure().isPresent()) {
      throw new ProcessException(
          "timers fire no more" + because(timers.failure()), timers.failure().get());
    }
  }

  private static String because(Optional<Throwable> failure) {
    return failure.map(why -> ": " + why.getMessage()).orElse("");
  }

  @Override
  public void close() {
    runners.forEach(ProcessRunner::close);
    if (timers != null) {
      timers.close();
    }
  }
}
