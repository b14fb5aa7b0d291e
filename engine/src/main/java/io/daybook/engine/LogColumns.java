package io.daybook.engine;

import io.daybook.engine.log.LogFile;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The location columns of an open store's full log files: has those made anew from the log that
 * turn out to be damaged.
 */
final class LogColumns {
  private static final System.Logger LOG = System.getLogger(LogColumns.class.getName());

  private final Published published;
  private final Renewal renewal;

  /** Of which log files the column was made anew. */
  private final Set<String> renewed = ConcurrentHashMap.newKeySet();

  /** Makes a column anew. */
  interface Renewal {
    /**
     * The same log file behind another column.
     *
     * @throws StoreDamagedException if the log file is damaged, too
     */
    LogFile of(LogFile log) throws IOException;
  }

  LogColumns(Published published, Renewal renewal) {
    this.published = published;
    this.renewal = renewal;
  }

  /**
   * Whether it may be the column of a log file that is damaged: a place that is wrong looks like
   * damage of the log file, since it is there that it leads to something else. Called by any
   * thread.
   */
  boolean mayExplain(StoreDamagedException damage) {
    Snapshot snapshot = published.lease();
    try {
      LogFile log = find(snapshot.version(), damage);
      return log != null && (isDamaged(log) || renewed.contains(log.name()));
    } finally {
      snapshot.version().release();
    }
  }

  /**
   * Has the column of a log file made anew, if it is that which is damaged. Called by one thread at
   * a time.
   *
   * @return whether what came upon the damage can be tried again
   * @throws StoreDamagedException if the log file is damaged, too
   */
  boolean renew(StoreDamagedException damage) throws IOException {
    LogFile log = find(published.now().version(), damage);
    if (log == null) {
      return false;
    }
    if (!isDamaged(log)) {
      return renewed.contains(log.name()); // it was, when another thread came upon it
    }
    LOG.log(
        Level.WARNING,
        "the location column of {0} is made anew from the log: {1}",
        log.name(),
        damage.getMessage());
    published.replaceColumn(log, renewal.of(log));
    renewed.add(log.name());
    return true;
  }

  /** What is in memory is not damaged. */
  private static boolean isDamaged(LogFile log) {
    return log.isSettled() && !log.isColumnWhole();
  }

  /** The log file in which, or in whose column, it was found; null if there is none. */
  private static @Nullable LogFile find(Version version, StoreDamagedException damage) {
    return version.logs().stream()
        .filter(log -> log.hasPart(damage.file()))
        .findFirst()
        .orElse(null);
  }
}
