package io.daybook.cli;

/** What the command's exit codes mean. */
public final class ExitCode {
  /** It did what was asked. */
  public static final int OK = 0;

  /**
   * It failed: a file can't be read, a line is malformed, the store is damaged, the disk is full.
   */
  public static final int FAILURE = 1;

  /** It was asked wrongly: an unknown option, a missing argument, data that is not JSON. */
  public static final int USAGE = 2;

  /** The store is not as the append expected. Nothing was appended. */
  public static final int CONFLICT = 3;

  /** The rules of an application's domain say no. */
  public static final int REFUSED = 4;

  /** It was stopped by Ctrl-C or a termination signal. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
