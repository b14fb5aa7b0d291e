package io.daybook.cli;

import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.EventStoreException;
import io.daybook.eventstore.IdempotencyConflictException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever goes wrong into one line on standard error and an exit code. */
final class Failures {
  private final Context context;
  private final CommandLine root;

  Failures(Context context, CommandLine root) {
    this.context = context;
    this.root = root;
  }

  /** The command line makes no sense. */
  int handleUsage(ParameterException e, String[] args) {
    CommandLine failed = e.getCommandLine();
    String name = failed.getCommandSpec().qualifiedName();
    String help =
        failed.getParent() == null ? "daybook help" : "daybook help " + failed.getCommandName();
    return report(name + ": " + usageMessage(e) + "; see: " + help, e, ExitCode.USAGE);
  }

  /** What makes no sense, without a full stop, as more follows. */
  static String usageMessage(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      String message = String.valueOf(e.getMessage());
      return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }
    String argument = unmatched.getUnmatched().isEmpty() ? "" : unmatched.getUnmatched().getFirst();
    boolean option = unmatched.isUnknownOption() || argument.startsWith("-");
    boolean group = !unmatched.getCommandLine().getSubcommands().isEmpty();
    String message =
        option
            ? "there is no option " + argument
            : group ? "there is no command " + argument : "one argument too many: " + argument;
    var suggestions = unmatched.getSuggestions();
    return suggestions.isEmpty()
        ? message
        : message + " (did you mean " + suggestions.getFirst() + "?)";
  }

  /** A command failed. */
  int handle(Throwable thrown, CommandLine failed) {
    Throwable e = cause(thrown);
    String name = failed.getCommandSpec().qualifiedName();
    return switch (e) {
      case Output.ReaderGoneException _ -> ExitCode.OK;
      case Throwable _ when isInterruption(e) -> ExitCode.INTERRUPTED;
      case BadInputException bad -> report(bad.getMessage(), e, bad.exitCode());
      case CommandFailedException known ->
          report(name + ": " + known.getMessage(), e, known.exitCode());
      case ParameterException usage -> handleUsage(usage, new String[0]);
      default -> report(name + ": " + message(e), e, exitCodeOf(e));
    };
  }

  /**
   * Whether it was thrown because the thread was interrupted, whoever passed it on; unless a
   * command has words of its own for that.
   */
  static boolean isInterruption(Throwable thrown) {
    for (Throwable e = thrown;
        e != null && !(e instanceof CommandFailedException);
        e = e.getCause()) {
      if (e instanceof InterruptedException
          || e instanceof CancellationException
          || e instanceof ClosedByInterruptException) {
        return true;
      }
    }
    return false;
  }

  /** The exit code for what a store throws. */
  static int exitCodeOf(Throwable e) {
    return e instanceof ConflictException || e instanceof IdempotencyConflictException
        ? ExitCode.CONFLICT
        : ExitCode.FAILURE;
  }

  /** What happened, in words for the user. */
  static String message(Throwable e) {
    String message = e.getMessage();
    return switch (e) {
      case EventStoreException _ when message != null -> message;
      case NoSuchFileException _ -> "there is no file " + message;
      case AccessDeniedException _ -> "access to the file is denied: " + message;
      case FileAlreadyExistsException _ -> "the file exists already: " + message;
      case NotDirectoryException _ -> "not a directory: " + message;
      case FileSystemException file when message != null ->
          file.getReason() == null ? "the file can't be used: " + message : message;
      case IOException _ when message != null -> message;
      case OutOfMemoryError _ ->
          "out of memory (" + message + "); give Java more, for example DAYBOOK_JAVA_OPTS=-Xmx4g";
      case Exception _ when isExpected(e) && message != null -> message;
      default -> "internal error, please report it with what --stacktrace shows: " + e;
    };
  }

  /** A request that can never be right: the contract's message says why. */
  private static boolean isExpected(Throwable e) {
    return e instanceof IllegalArgumentException;
  }

  /** What went wrong, without what only passed it on. */
  static Throwable cause(Throwable e) {
    Throwable cause = e.getCause();
    boolean wrapper =
        e instanceof CompletionException
            || e instanceof ExecutionException
            || e instanceof CommandLine.ExecutionException
            || e instanceof UncheckedIOException;
    return wrapper && cause != null ? cause(cause) : e;
  }

  private int report(String message, Throwable e, int exitCode) {
    try {
      context.out().flush();
    } catch (RuntimeException _) {
      // the failure to report matters more than lost output
    }
    var lines = new StringBuilder(Text.printable(message)).append('\n');
    RootCommand options = root.getCommand();
    if (options.showsStacktrace() || System.getenv("DAYBOOK_DEBUG") != null) {
      var trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      lines.append(trace);
    }
    try {
      context.terminal().err().write(lines.toString().getBytes(StandardCharsets.UTF_8));
      context.terminal().err().flush();
    } catch (IOException _) {
      // nobody listens: the exit code has to do
    }
    return exitCode;
  }
}
