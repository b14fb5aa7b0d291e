package io.daybook.engine;

import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.LogRecovery;
import io.daybook.engine.log.Manifests;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The location columns of an open store's full log files: makes anew from the log those that turn
 * out to be damaged.
 */
final class LogColumns {
  private static final System.Logger LOG = System.getLogger(LogColumns.class.getName());

  private final LogRecovery recovery;
  private final Manifests manifests;
  private final Published published;

  /** Of which log files the column was made anew. */
  private final Set<String> rebuilt = ConcurrentHashMap.newKeySet();

  LogColumns(LogRecovery recovery, Manifests manifests, Published published) {
    this.recovery = recovery;
    this.manifests = manifests;
    this.published = published;
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
      return log != null && (!log.isColumnWhole() || rebuilt.contains(log.name()));
    } finally {
      snapshot.version().release();
    }
  }

  /**
   * Makes the column of a log file anew, if it is that which is damaged. Called by one thread at a
   * time.
   *
   * @return whether what came upon the damage can be tried again
   * @throws StoreDamagedException if the log file is damaged, too
   */
  boolean rebuild(StoreDamagedException damage) throws IOException {
    LogFile log = find(published.now().version(), damage);
    if (log == null) {
      return false;
    }
    if (log.isColumnWhole()) {
      return rebuilt.contains(log.name()); // it was not, when another thread came upon it
    }
    LOG.log(
        Level.WARNING,
        "the location column of {0} is made anew from the log: {1}",
        log.name(),
        damage.getMessage());
    published.replaceColumn(log, recovery.renewColumn(log, manifests.fullLog(log.base())));
    rebuilt.add(log.name());
    return true;
  }

  /** The full log file in which, or in whose column, it was found; null if there is none. */
  private static @Nullable LogFile find(Version version, StoreDamagedException damage) {
    return version.logs().stream()
        .filter(log -> log.isSettled() && log.hasPart(damage.file()))
        .findFirst()
        .orElse(null);
  }
}
