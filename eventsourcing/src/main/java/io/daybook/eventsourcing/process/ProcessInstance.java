package io.daybook.eventsourcing.process;

import io.daybook.eventstore.EventStore;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a process, as a list shows it.
 *
 * @param process the process
 * @param id the instance
 * @param status how it is
 * @param startedAt when it was first heard of
 * @param changedAt when it last did something
 * @param openCommands how many of its commands have no outcome yet
 * @param problem why it stands still; null unless it is parked
 */
public record ProcessInstance(
    String process,
    String id,
    Status status,
    Instant startedAt,
    Instant changedAt,
    int openCommands,
    @Nullable String problem) {

  /** How an instance is. */
  public enum Status {
    /** It reacts to what happens. */
    RUNNING,
    /** It stands still after a failure, until {@link ProcessRunner#retry}. */
    PARKED,
    /** It ended, and reacts to nothing any more. */
    ENDED
  }

  /**
   * All instances of a process, also those that ended, in the order in which they began. Needs no
   * runner; reads all that they recorded.
   */
  public static List<ProcessInstance> list(EventStore store, String process) {
    return InstanceList.of(store, process);
  }
}
