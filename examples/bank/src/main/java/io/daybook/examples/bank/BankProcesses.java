package io.daybook.examples.bank;

import io.daybook.eventsourcing.process.ProcessException;
import io.daybook.eventsourcing.process.ProcessInstance;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.process.Processes;
import io.daybook.eventsourcing.process.Timers;
import java.time.Duration;
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

  private final Processes processes;
  private final @Nullable Timers timers;

  /** Those processes; and the timers, if one of them has any. */
  BankProcesses(@Nullable Timers timers, ProcessRunner<?>... runners) {
    this.processes = timers == null ? Processes.of(runners) : Processes.of(timers, runners);
    this.timers = timers;
  }

  /** What runs the processes. */
  List<ProcessRunner<?>> runners() {
    return processes.runners();
  }

  /**
   * Waits until all is done that is due now, also what that leads to.
   *
   * @throws ProcessException if a process or the timers fail, or it takes more than ten minutes
   */
  void settle() {
    processes.awaitSettled(PATIENCE);
  }

  /** Tries again what stands still since it failed too often; what still stands still. */
  List<ProcessInstance> retryParked() {
    var parked = new ArrayList<ProcessInstance>();
    for (ProcessRunner<?> runner : runners()) {
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
    for (ProcessRunner<?> runner : runners()) {
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
    processes.close();
  }
}
