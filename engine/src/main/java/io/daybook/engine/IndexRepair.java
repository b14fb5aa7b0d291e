package io.daybook.engine;

import io.daybook.eventstore.StoreDamagedException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Answers questions in spite of damaged index files and location columns: has them made anew from
 * the log, and asks again. Thread-safe.
 */
final class IndexRepair {
  /** A question that meets more damage than this is answered when it is asked once more. */
  private static final int MOST_REBUILT = 8;

  private final Published published;
  private final Predicate<StoreDamagedException> rebuild;

  /**
   * Repairs what is published.
   *
   * @param rebuild puts something else in the place of what is damaged; false if that is neither an
   *     index file nor a location column
   */
  IndexRepair(Published published, Predicate<StoreDamagedException> rebuild) {
    this.published = published;
    this.rebuild = rebuild;
  }

  /**
   * The answer to a question that takes its own lease of the current version.
   *
   * @throws StoreDamagedException if anything else than an index is damaged, or it could not be
   *     made anew
   */
  <T> T answer(Supplier<T> question) {
    return answer(question, () -> {});
  }

  /** The answer to a question; before it is asked again, the action is run. */
  <T> T answer(Supplier<T> question, Runnable beforeAsking) {
    for (int rebuilt = 0; ; rebuilt++) {
      try {
        if (rebuilt > 0) {
          beforeAsking.run();
        }
        return question.get();
      } catch (StoreDamagedException e) {
        if (rebuilt == MOST_REBUILT || !rebuild.test(e)) {
          throw e;
        }
      }
    }
  }

  /** The same moment of the store, behind the files of now; takes the old one's lease. */
  Snapshot renewed(Snapshot old) {
    Snapshot now = published.lease();
    old.version().release();
    return new Snapshot(now.version(), old.head(), old.recordedAtMicros(), old.rules());
  }
}
