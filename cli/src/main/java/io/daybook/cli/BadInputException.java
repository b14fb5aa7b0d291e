package io.daybook.cli;

import org.jspecify.annotations.Nullable;

/** A place in an input that can't be imported, reported as {@code FILE:LINE:COLUMN: what}. */
final class BadInputException extends RuntimeException {
  private final int exitCode;

  private BadInputException(String message, int exitCode, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** What is wrong with the input itself. */
  static BadInputException at(String file, Place place, String what) {
    return new BadInputException(file + ":" + place + ": " + what, ExitCode.FAILURE, null);
  }

  /** What the store made of it. */
  static BadInputException refused(String file, Place place, Throwable cause, String more) {
    String what = Failures.message(cause) + more;
    return new BadInputException(
        file + ":" + place + ": " + what, Failures.exitCodeOf(cause), cause);
  }

  int exitCode() {
    return exitCode;
  }

  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? "" : message;
  }
}
