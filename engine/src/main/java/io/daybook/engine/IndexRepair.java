package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.eventstore.StoreDamagedException;
import java.util.HashMap;
import java.util.Map;

/**
 * Answers questions in spite of damaged index files and location columns: has them made anew from
 * the log, and asks again. Thread-safe.
 */
final class IndexRepair {
  private final Published published;
  private final Rebuild<RuntimeException> rebuild;

  /** What may come upon damage, and can be begun again. */
  interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** Puts something else in the place of what is damaged. */
  interface Rebuild<E extends Exception> {
    /** False if that is neither an index file nor a location column. */
    boolean instead(StoreDamagedException damage) throws E;
  }

  /** Repairs what is published. */
  IndexRepair(Published published, Rebuild<RuntimeException> rebuild) {
    this.published = published;
    this.rebuild = rebuild;
  }

  /**
   * The answer to a question that takes its own lease of the current version.
   *
   * @throws StoreDamagedException if anything else than an index is damaged, or it could not be
   *     made anew
   */
  <T> T answer(Work<T, RuntimeException> question) {
    return answer(question, () -> {});
  }

  /** The answer to a question; before it is asked again, the action is run. */
  <T> T answer(Work<T, RuntimeException> question, Runnable beforeAsking) {
    return mending(published, question, beforeAsking, rebuild);
  }

  /**
   * Does work that looks at what is published when it begins, and begins it again when it came upon
   * something damaged that could be made anew.
   *
   * @throws StoreDamagedException if it could not, or is damaged again and again
   */
  static <T, E extends Exception> T mending(
      Published published, Work<T, E> work, Rebuild<E> rebuild) throws E {
    return mending(published, work, () -> {}, rebuild);
  }

  private static <T, E extends Exception> T mending(
      Published published, Work<T, E> work, Runnable beforeAgain, Rebuild<E> rebuild) throws E {
    Met met = null;
    while (true) {
      try {
        if (met != null) {
          beforeAgain.run();
        }
        return work.run();
      } catch (StoreDamagedException e) {
        met = met == null ? new Met(published.now().version()) : met;
        if (met.tooOften(e) || !rebuild.instead(e)) {
          throw e;
        }
      }
    }
  }

  /** The damage that one piece of work came upon. */
  private static final class Met {
    /** What is made anew is not damaged again, unless the disk damages what is written. */
    private static final int MOST_OF_ONE_FILE = 2;

    /** Files may be added meanwhile. */
    private static final int MORE_THAN_FILES = 8;

    private final Map<String, Integer> times = new HashMap<>();
    private final int most;
    private int inAll;

    Met(Version version) {
      most = MORE_THAN_FILES + version.logs().size() + version.index().files().size();
    }

    boolean tooOften(StoreDamagedException damage) {
      String file = IndexFile.withoutGeneration(damage.file());
      return ++inAll > most || times.merge(file, 1, Integer::sum) > MOST_OF_ONE_FILE;
    }
  }

  /** The same moment of the store, behind the files of now; takes the old one's lease. */
  Snapshot renewed(Snapshot old) {
    Snapshot now = published.lease();
    old.version().release();
    return new Snapshot(now.version(), old.head(), old.recordedAtMicros(), old.rules());
  }
}
