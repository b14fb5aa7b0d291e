package io.daybook.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.privacy.SubjectForgottenException;
import io.daybook.eventsourcing.privacy.SubjectKeysException;
import io.daybook.eventsourcing.tenancy.TenantException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Whatever goes wrong is one line and an exit code; what is written is written, or told of. */
class ApplicationTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** A command that prints a lot, a table, or fails. */
  @Command(
      name = "app",
      subcommands = {CommandLine.HelpCommand.class, Group.class})
  static final class App {
    private final PrintStream out;
    private final @Nullable Throwable failure;
    private final @Nullable Application application;
    private boolean ended;

    App(PrintStream out, @Nullable Throwable failure) {
      this(out, failure, null);
    }

    App(PrintStream out, @Nullable Throwable failure, @Nullable Application application) {
      this.out = out;
      this.application = application;
      this.failure = failure;
    }

    @Command
    void print() {
      out.println("x".repeat(100_000));
      out.println("the end");
      ended = true;
    }

    @Command
    void table(@Mixin TableOption table) {
      out.println(table.isCsv() ? "a,b" : "a  b");
    }

    @Command
    void work() throws InterruptedException {
      new CountDownLatch(1).await();
    }

    @Command
    void serve() {
      if (application != null) {
        application.awaitStop();
        out.println("closed");
      }
    }

    @Command
    void fail() throws Throwable {
      if (failure != null) {
        throw failure;
      }
    }
  }

  /** A command with commands of its own. */
  @Command(name = "group")
  static final class Group {
    @Command
    void member() {
      // only its name matters
    }
  }

  private record Outcome(int exitCode, String out, String err, boolean ended) {}

  private Outcome run(OutputStream out, @Nullable Throwable failure, String... args) {
    var application = new Application(Terminal.of(InputStream.nullInputStream(), out, err));
    var app = new App(application.out(), failure);
    int exitCode = application.run(app, args);
    return new Outcome(exitCode, out.toString(), err.toString(UTF_8), app.ended);
  }

  private Outcome run(String... args) {
    return run(new ByteArrayOutputStream(), null, args);
  }

  private static Arguments failure(int exitCode, String line, Throwable failure) {
    return Arguments.of(exitCode, line, failure);
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        failure(4, "refused, no-stock: none left", new Rejected("no-stock", "none left")),
        failure(2, "not so", new IllegalArgumentException("not so")),
        failure(1, "gone", new CommandFailedException(ExitCode.FAILURE, "gone")),
        failure(1, "the store of the tenant ann is in use", tenant()),
        failure(1, "the store of the tenant ann is in use", new CompletionException(tenant())),
        failure(
            1,
            new SubjectForgottenException("ann").getMessage(),
            new SubjectForgottenException("ann")),
        failure(130, "interrupted", new InterruptedException()),
        failure(130, "interrupted", new CancellationException("interrupted")),
        failure(
            130,
            "interrupted",
            new SubjectKeysException(
                SubjectKeysException.Reason.FAILED, "lost", new ClosedByInterruptException())),
        failure(
            130,
            "stopped after 3 of 5",
            CommandFailedException.interrupted("stopped after 3 of 5", new InterruptedException())),
        failure(
            1,
            "out of memory (heap); give Java more, for example DAYBOOK_JAVA_OPTS=-Xmx4g",
            new OutOfMemoryError("heap")));
  }

  private static TenantException tenant() {
    return new TenantException("ann", "is in use", null);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_failure_is_one_line_and_an_exit_code(int exitCode, String line, Throwable failure) {
    assertThat(run(new ByteArrayOutputStream(), failure, "fail"))
        .isEqualTo(new Outcome(exitCode, "", "app fail: " + line + "\n", false));
  }

  @Test
  void a_table_is_text_or_csv() {
    assertThat(run("table").out()).isEqualTo("a  b\n");
    assertThat(run("table", "--format", "text").out()).isEqualTo("a  b\n");
    assertThat(run("table", "--format=CSV").out()).isEqualTo("a,b\n");
    assertThat(run("table", "--format", "xml"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "app table: Invalid value for option '--format': expected one of [TEXT, CSV]"
                    + " (case-insensitive) but was 'xml'; see: app help table\n",
                false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          prnt x       | app: there is no command prnt (did you mean print?); see: app help
          --nope       | app: there is no option --nope; see: app help
          group membr  | app group: there is no command membr (did you mean member?); see: app help group
          table --frmt | app table: there is no option --frmt; see: app help table
          print more   | app print: one argument too many: more; see: app help print
          help prnt    | app: Unknown subcommand 'prnt'; see: app help
          """)
  void what_makes_no_sense_is_said_in_words(String arguments, String line) {
    assertThat(run(arguments.split(" ")))
        .isEqualTo(new Outcome(ExitCode.USAGE, "", line + "\n", false));
  }

  /** A process that is told to end as soon as somebody wants to know. */
  private static final class Ending implements Application.ShutdownHooks {
    private final boolean ends;
    private final List<Thread> hooks = new ArrayList<>();
    private boolean removed;

    Ending(boolean ends) {
      this.ends = ends;
    }

    @Override
    public void add(Thread hook) {
      if (ends) {
        throw new IllegalStateException("Shutdown in progress");
      }
      hooks.add(hook);
      hook.start();
    }

    @Override
    public void remove(Thread hook) {
      removed = hooks.contains(hook);
      throw new IllegalStateException("Shutdown in progress");
    }
  }

  private Outcome run(Ending process, String command) {
    var out = new ByteArrayOutputStream();
    var terminal = Terminal.of(InputStream.nullInputStream(), out, err);
    var application = new Application(terminal, process);
    var app = new App(application.out(), null, application);
    int exitCode = application.run(app, command);
    return new Outcome(exitCode, out.toString(UTF_8), err.toString(UTF_8), app.ended);
  }

  @Test
  @Timeout(60)
  void a_command_that_serves_ends_when_the_process_is_told_to() throws InterruptedException {
    var process = new Ending(false);
    assertThat(run(process, "serve")).isEqualTo(new Outcome(0, "closed\n", "", false));
    assertThat(process.removed).isTrue();
    // the process need not wait any more
    process.hooks.getFirst().join();
  }

  @Test
  @Timeout(60)
  void a_command_at_work_is_interrupted_when_the_process_is_told_to_end()
      throws InterruptedException {
    var process = new Ending(false);
    assertThat(run(process, "work"))
        .isEqualTo(new Outcome(ExitCode.INTERRUPTED, "", "app work: interrupted\n", false));
    process.hooks.getFirst().join();
  }

  @Test
  void nothing_begins_when_the_process_ends_already() {
    assertThat(run(new Ending(true), "print"))
        .isEqualTo(new Outcome(ExitCode.INTERRUPTED, "", "app: interrupted\n", false));
  }

  /** Takes some bytes, and then no more. */
  private static final class Failing extends OutputStream {
    private final String failure;
    private int left = 10;

    Failing(String failure) {
      this.failure = failure;
    }

    @Override
    public void write(int b) throws IOException {
      if (left-- <= 0) {
        throw new IOException(failure);
      }
    }

    @Override
    public String toString() {
      return "";
    }
  }

  @Test
  void output_that_is_lost_is_told_of_when_the_command_ends() {
    assertThat(run(new Failing("No space left on device"), null, "print"))
        .isEqualTo(
            new Outcome(
                1, "", "app: standard output can't be written: No space left on device\n", true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Broken pipe", "Pipe closed"})
  void a_reader_that_goes_away_is_no_failure(String message) {
    assertThat(run(new Failing(message), null, "print")).isEqualTo(new Outcome(0, "", "", true));
  }
}
