package io.daybook.eventsourcing.decider;

import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.IdempotencyConflictException;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;

/** Repeats work that ends in a conflict. */
final class Attempts {
  private Attempts() {}

  /**
   * Does the work until it ends without a conflict.
   *
   * @param what names the work in the error
   * @param withCommandId whether a conflict of event ids means that another thread was faster with
   *     the same command, so that its outcome will be found next time
   * @param places the streams that the work is known to write
   */
  static <R> R of(
      Retry retry,
      String what,
      boolean withCommandId,
      Supplier<Collection<Turns.Place>> places,
      Supplier<R> work) {
    try (var turns = new Turns.Taken()) {
      if (places.get().stream().anyMatch(Turns.Place::isContended)) {
        turns.take(places.get());
      }
      for (int attempt = 1; ; attempt++) {
        RuntimeException conflict;
        try {
          return work.get();
        } catch (ConflictException e) {
          conflict = e;
        } catch (IdempotencyConflictException e) {
          if (!withCommandId) {
            throw e;
          }
          conflict = e;
        }
        turns.giveBack();
        if (attempt >= retry.attempts() || !paused(retry.pauseAfter(attempt))) {
          throw new TooManyConflictsException(what, attempt, conflict);
        }
        turns.take(places.get());
      }
    }
  }

  /** Whether the pause went by without an interrupt, which is kept for the caller. */
  private static boolean paused(Duration pause) {
    if (pause.isZero()) {
      return true;
    }
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
