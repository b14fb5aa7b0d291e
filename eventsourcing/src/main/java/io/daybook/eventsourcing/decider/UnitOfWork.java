package io.daybook.eventsourcing.decider;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides several commands, of any deciders and on any streams, and decisions by any models, and
 * appends all that follows in one atomic append, or nothing. May be used by any number of threads.
 *
 * <pre>{@code
 * UnitOfWork.on(store).run("transfer-77", unit -> {
 *   unit.handle(accounts, "1", new Withdraw(amount));
 *   unit.handle(accounts, "2", new Deposit(amount));
 *   unit.handle(transfers, "77", new Record("1", "2", amount));
 * });
 * }</pre>
 *
 * <p>Every stream that the work read or wrote is expected to be unchanged when the append is
 * decided, and nothing to have been added that a view of its decisions would read; otherwise the
 * work is done again, so it must have no side effects. What the work throws, a {@link Rejected} for
 * example, ends it, and nothing is written. Work that leads to no event appends nothing, and holds
 * on to nothing.
 */
public final class UnitOfWork {
  private final EventStore store;
  private final Retry retry;

  private UnitOfWork(EventStore store, Retry retry) {
    this.store = Objects.requireNonNull(store, "store");
    this.retry = Objects.requireNonNull(retry, "retry");
  }

  /** Units of work on that store. */
  public static UnitOfWork on(EventStore store) {
    return new UnitOfWork(store, Retry.standard());
  }

  /** The same, with another answer to writers that are faster. */
  public UnitOfWork retrying(Retry newRetry) {
    return new UnitOfWork(store, newRetry);
  }

  /**
   * Does the work and appends what it decided.
   *
   * @throws TooManyConflictsException if others were faster too often
   */
  public UnitOutcome run(Consumer<? super Unit> work) {
    return run(null, work);
  }

  /**
   * Does the work and appends what it decided, unless that was done before under that command id:
   * then the first outcome is returned. What is said of command ids at {@link CommandHandler} is
   * true here.
   *
   * @param commandId names this unit among all commands in the store; null if it has no id, like
   *     {@link #run(Consumer)}
   * @throws TooManyConflictsException if others were faster too often
   */
  public UnitOutcome run(@Nullable String commandId, Consumer<? super Unit> work) {
    String what = commandId == null ? "a unit of work" : "the unit of work " + commandId;
    CommandIds ids = commandId == null ? null : CommandIds.of(commandId);
    var written = new HashSet<Turns.Place>();
    return Attempts.of(
        retry,
        what,
        // the work may use command ids of its own
        true,
        () -> written,
        () ->
            ids == null
                ? attempt(null, work, written)
                : ids.once(
                    store,
                    () -> attempt(ids, work, written),
                    outcome -> outcome.eventCount() > 0,
                    UnitOfWork::repeated));
  }

  private UnitOutcome attempt(
      @Nullable CommandIds ids, Consumer<? super Unit> work, Set<Turns.Place> written) {
    var unit = new Unit(store, ids);
    try {
      work.accept(unit);
    } finally {
      unit.end();
    }
    if (unit.isEmpty()) {
      return new UnitOutcome(Map.of(), Position.BEFORE_FIRST, 0, false);
    }
    written.addAll(unit.places());
    Append append = unit.append();
    AppendResult result = store.append(append);
    // otherwise the store took it for a retry: another thread was faster with the same ids
    boolean first = unit.wasWrittenBy(result);
    if (first) {
      unit.written();
    }
    return new UnitOutcome(
        result.lastRevisions(), result.lastPosition(), append.eventCount(), !first);
  }

  private static UnitOutcome repeated(List<RecordedEvent> stored) {
    var revisions = new HashMap<String, Revision>();
    for (RecordedEvent event : stored) {
      revisions.put(event.stream(), event.revision());
    }
    return new UnitOutcome(revisions, stored.getLast().position(), stored.size(), true);
  }
}
