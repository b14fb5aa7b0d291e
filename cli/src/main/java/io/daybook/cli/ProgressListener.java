package io.daybook.cli;

/** Is told how far a long task is. Cheap to call often. */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Called now and then.
   *
   * @param done how much is done
   * @param total how much there is to do, in the same unit; 0 if it is not known
   */
  void progress(long done, long total);
}
