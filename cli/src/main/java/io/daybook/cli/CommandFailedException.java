package io.daybook.cli;

import org.jspecify.annotations.Nullable;

/**
 * Ends a command with an exit code and one line on standard error. Demos and the commands of
 * applications may throw it, too.
 */
public class CommandFailedException extends RuntimeException {
  private final int exitCode;

  /** With one of {@link ExitCode} and what to say. */
  public CommandFailedException(int exitCode, String message) {
    this(exitCode, message, null);
  }

  /** With one of {@link ExitCode}, what to say and the cause. */
  public CommandFailedException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  static CommandFailedException usage(String message) {
    return new CommandFailedException(ExitCode.USAGE, message);
  }

  static CommandFailedException failure(String message, @Nullable Throwable cause) {
    return new CommandFailedException(ExitCode.FAILURE, message, cause);
  }

  static CommandFailedException interrupted(String message, Throwable cause) {
    return new CommandFailedException(ExitCode.INTERRUPTED, message, cause);
  }

  /** One of {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }

  /** The message; never null. */
  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? "" : message;
  }
}
