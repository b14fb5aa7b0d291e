package io.daybook.cli;

import io.daybook.eventsourcing.codec.CodecException;
import io.daybook.eventsourcing.copy.StoreCopyException;
import io.daybook.eventsourcing.decider.CommandIdReusedException;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.decider.TooManyConflictsException;
import io.daybook.eventsourcing.privacy.SubjectForgottenException;
import io.daybook.eventsourcing.privacy.SubjectKeysException;
import io.daybook.eventsourcing.process.ProcessException;
import io.daybook.eventsourcing.projection.ProjectionException;
import io.daybook.eventsourcing.subscription.LeaseLostException;
import io.daybook.eventsourcing.tenancy.TenantException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Runs the commands of an application, which are picocli's, as {@code daybook} runs its own:
 * whatever goes wrong is one line on standard error and an {@link ExitCode}, never a stack trace.
 * Used once, by one thread.
 *
 * <p>Ctrl-C, or a termination signal, interrupts the thread of the command, and the process ends
 * when the command has, or after 10 seconds: so it can close what it has open. To end sooner loses
 * nothing that a store has acknowledged. A command must not end the process by itself.
 *
 * <pre>{@code
 * var application = new Application(Terminal.ofProcess());
 * System.exit(application.run(new ShopCommand(application.out()), args));
 * }</pre>
 */
public final class Application {
  private static final long SECONDS_TO_END = 10;
  private static final String INTERRUPTED = "interrupted";

  private final Terminal terminal;
  private final ShutdownHooks hooks;
  private final StandardOutput standardOutput;
  private final PrintStream out;
  private final CountDownLatch returned = new CountDownLatch(1);

  /** What the process runs before it ends. */
  interface ShutdownHooks {
    /** Those of this process. */
    ShutdownHooks OF_PROCESS =
        new ShutdownHooks() {
          @Override
          public void add(Thread hook) {
            Runtime.getRuntime().addShutdownHook(hook);
          }

          @Override
          public void remove(Thread hook) {
            boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
          }
        };

    /**
     * Has the thread started when the process is told to end.
     *
     * @throws IllegalStateException if it is told already
     */
    void add(Thread hook);

    /**
     * Undoes {@link #add}.
     *
     * @throws IllegalStateException if the process is told to end already
     */
    void remove(Thread hook);
  }

  /** Remembers why it could not be written, which a {@link PrintStream} does not tell. */
  private static final class StandardOutput extends OutputStream {
    private final OutputStream out;
    private volatile @Nullable IOException failure;

    StandardOutput(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }

  /** For an application that writes there. */
  public Application(Terminal terminal) {
    this(terminal, ShutdownHooks.OF_PROCESS);
  }

  Application(Terminal terminal, ShutdownHooks hooks) {
    this.hooks = hooks;
    this.terminal = Objects.requireNonNull(terminal, "terminal");
    this.standardOutput = new StandardOutput(terminal.out());
    this.out =
        new PrintStream(new BufferedOutputStream(standardOutput), false, StandardCharsets.UTF_8);
  }

  /**
   * Standard output, buffered, in UTF-8; flushed when the command ends. If something of it can't be
   * written, the command goes on, and fails in the end; unless nobody reads any more, as in {@code
   * | head}. {@link PrintStream#checkError()} tells a command that only writes that it may end.
   */
  public PrintStream out() {
    return out;
  }

  /** Where the application reads and writes. */
  public Terminal terminal() {
    return terminal;
  }

  /**
   * Runs the command that the arguments name. Never throws.
   *
   * @param command an object that picocli takes for a command
   * @return one of {@link ExitCode}
   */
  public int run(Object command, String... arguments) {
    return run(command, _ -> {}, arguments);
  }

  /**
   * Runs the command that the arguments name. Never throws.
   *
   * @param command an object that picocli takes for a command
   * @param setup says more about the command line, for example how arguments are read
   * @return one of {@link ExitCode}
   */
  public int run(Object command, Consumer<? super CommandLine> setup, String... arguments) {
    var commandLine = new CommandLine(command);
    commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler((e, _) -> reportUsage(e))
        .setExecutionExceptionHandler((e, failed, _) -> report(e, failed));
    setup.accept(commandLine);
    Thread hook = hookOf(Thread.currentThread());
    try {
      hooks.add(hook);
    } catch (IllegalStateException _) {
      return report(commandLine, INTERRUPTED, ExitCode.INTERRUPTED);
    }
    try {
      int exitCode = commandLine.execute(arguments);
      return written(exitCode, commandLine);
    } finally {
      returned.countDown();
      try {
        hooks.remove(hook);
      } catch (IllegalStateException _) {
        // the process ends already, and waits for this
      }
    }
  }

  /** Interrupts the command, and gives it the time to close what it has open. */
  private Thread hookOf(Thread command) {
    Runnable stop =
        () -> {
          command.interrupt();
          try {
            boolean _ = returned.await(SECONDS_TO_END, TimeUnit.SECONDS);
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        };
    return Thread.ofPlatform().name("stop").unstarted(stop);
  }

  /** The exit code, unless something that was written is lost. */
  private int written(int exitCode, CommandLine commandLine) {
    out.flush();
    IOException failure = standardOutput.failure;
    return failure == null || Output.isReaderGone(failure)
        ? exitCode
        : report(commandLine, Output.failure("standard output", failure), ExitCode.FAILURE);
  }

  /**
   * For a command that serves until it is stopped: flushes what was written, and waits until the
   * process is told to end, by Ctrl-C or a termination signal, or the thread is interrupted. The
   * process then lets the command close what it has open, which may take 10 seconds. To be called
   * by the command, on its thread.
   */
  public void awaitStop() {
    out.flush();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      // this is how it is told
    }
  }

  /**
   * Arguments in which a number below zero is not taken for an option, so that the application
   * itself can refuse it: such a number begins with a space, which whoever reads it strips.
   */
  public static String[] withNumbersBelowZero(String... arguments) {
    return Arrays.stream(arguments)
        .map(argument -> argument.matches("-[.]?[0-9].*") ? " " + argument : argument)
        .toArray(String[]::new);
  }

  private int reportUsage(ParameterException e) {
    CommandLine failed = e.getCommandLine();
    CommandLine parent = failed.getParent();
    String help =
        parent == null
            ? failed.getCommandName() + " help"
            : parent.getCommandSpec().qualifiedName() + " help " + failed.getCommandName();
    return report(failed, Failures.usageMessage(e) + "; see: " + help, ExitCode.USAGE);
  }

  private int report(Throwable thrown, CommandLine failed) {
    if (Failures.isInterruption(thrown)) {
      return report(failed, INTERRUPTED, ExitCode.INTERRUPTED);
    }
    Throwable e = Failures.cause(thrown);
    return switch (e) {
      case ParameterException usage -> reportUsage(usage);
      case Rejected no ->
          report(
              failed,
              no.reason().equals(no.getMessage())
                  ? "refused: " + no.reason()
                  : "refused, " + no.reason() + ": " + no.getMessage(),
              ExitCode.REFUSED);
      case CommandFailedException known -> report(failed, known.getMessage(), known.exitCode());
      case CommandIdReusedException _,
          CodecException _,
          ProjectionException _,
          ProcessException _,
          TenantException _,
          SubjectKeysException _,
          SubjectForgottenException _,
          StoreCopyException _,
          LeaseLostException _ ->
          report(failed, e.getMessage(), ExitCode.FAILURE);
      case TooManyConflictsException _ -> report(failed, e.getMessage(), ExitCode.CONFLICT);
      case IllegalArgumentException _ -> report(failed, e.getMessage(), ExitCode.USAGE);
      default -> report(failed, Failures.message(e), Failures.exitCodeOf(e));
    };
  }

  private int report(CommandLine failed, @Nullable String message, int exitCode) {
    out.flush();
    String name = failed.getCommandSpec().qualifiedName();
    String line = name + ": " + Text.printable(String.valueOf(message)) + "\n";
    try {
      terminal.err().write(line.getBytes(StandardCharsets.UTF_8));
      terminal.err().flush();
    } catch (IOException _) {
      // nobody listens: the exit code has to do
    }
    return exitCode;
  }
}
