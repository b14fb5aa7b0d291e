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
   * @param task what is being done, for a person to read: "index", "verify", "backup", "restore"
   * @param done how much is done: events, or bytes where files are copied
   * @param total how much there is; 0 if that is not known
   */
  void progressed(String task, long done, long total);

  /** Hears nothing. */
  static ProgressListener none() {
    return (_, _, _) -> {};
  }
}
