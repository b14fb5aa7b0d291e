package io.daybook.cli;

/** Is told how the import of a file goes, by the thread that reads it. */
public interface ImportObserver {

  /**
   * So much is read.
   *
   * @param count how many lines, rows or whatever the file holds
   * @param done how much of the file that is
   * @param total how much the whole file is, in the unit of {@code done}
   */
  void progress(long count, long done, long total);

  /**
   * Something could not be used.
   *
   * @param line the line of the file that it begins in, from 1
   * @param problem why
   */
  void bad(long line, String problem);
}
