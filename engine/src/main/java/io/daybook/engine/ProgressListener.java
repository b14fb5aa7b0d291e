package io.daybook.engine;

/**
 * Hears how far long work has come. Called by the thread that works, a few times a second at most;
 * should be quick.
 */
@FunctionalInterface
public interface ProgressListener {
  /**
   * So much is done.
   *
   * @param task what is being done, for a person to read:
   *     <ul>
   *       <li>in events: "index", "verify", "hash", "repair", "scavenge: looking"
   *       <li>in bytes: "backup", "restore"
   *       <li>in files, which are written anew: "scavenge: log files", "scavenge: index files",
   *           "encrypt: log files", "encrypt: index files"; the two of "encrypt" are counted
   *           through
   *     </ul>
   *
   * @param done how much is done
   * @param total how much there is, in the same unit, as far as could be seen when the task began;
   *     0 if that is not known
   */
  void progressed(String task, long done, long total);

  /** Hears nothing. */
  static ProgressListener none() {
    return (_, _, _) -> {};
  }
}
