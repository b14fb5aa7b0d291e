package io.daybook.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.EventStoreFailedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

class DaybookCommandTest {
  @TempDir private Path directory;
  private final Shell shell = new Shell();

  /** Fails as it is told. */
  @Command(name = "fail")
  private static final class Failing implements Callable<Integer> {
    private final Throwable failure;

    private Failing(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      switch (failure) {
        case Error error -> throw error;
        case Exception exception -> throw exception;
        default -> throw new AssertionError(failure);
      }
    }
  }

  private Shell.Outcome fail(Throwable failure, String... options) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var terminal = Terminal.of(InputStream.nullInputStream(), out, err);
    var daybook = DaybookCommand.of(terminal, List.of(), List.of());
    daybook.commandLine().addSubcommand(new Failing(failure));
    var args = new java.util.ArrayList<>(List.of("fail"));
    args.addAll(List.of(options));
    int exitCode = daybook.execute(args.toArray(String[]::new));
    return new Shell.Outcome(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }

  @Test
  void without_a_command_it_helps() {
    String help = shell.run().ok().out();
    assertThat(help).startsWith("Usage: daybook ").contains("Exit codes:");
    for (String command :
        List.of(
            "append",
            "read",
            "tail",
            "import",
            "export",
            "copy",
            "stats",
            "verify",
            "backup",
            "snapshot",
            "restore",
            "repair",
            "scavenge",
            "head",
            "prove",
            "check-proof",
            "demo",
            "help",
            "version",
            "completion")) {
      assertThat(help).contains("\n  " + command + " ");
    }
    assertThat(shell.run("help").ok().out()).isEqualTo(help);
    assertThat(shell.run("--help").ok().out()).isEqualTo(help);
    assertThat(shell.run("-h").ok().out()).isEqualTo(help);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "append",
        "read",
        "tail",
        "import",
        "export",
        "copy",
        "stats",
        "verify",
        "backup",
        "snapshot",
        "restore",
        "repair",
        "scavenge",
        "head",
        "prove",
        "check-proof",
        "demo",
        "version",
        "completion"
      })
  void each_command_helps(String command) {
    String help = shell.run("help", command).ok().out();
    assertThat(help).startsWith("Usage: daybook " + command + " ");
    assertThat(help.lines()).allMatch(line -> line.length() <= 100);
    assertThat(shell.run(command, "--help").ok().out()).isEqualTo(help);
  }

  @Test
  void a_store_may_be_called_like_a_command() {
    shell.stores().store("backup");
    assertThat(shell.run("--data", "backup", "head").ok().out()).isEqualTo("-1\n");
    assertThat(shell.run("head", "--data", "backup").ok().out()).isEqualTo("-1\n");
  }

  @Test
  void the_version_comes_from_the_build() {
    String version = shell.run("version").ok().out();
    assertThat(version).matches("daybook \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? \\(Java 25.*\\)\n");
    assertThat(shell.run("--version").ok().out()).isEqualTo(version);
  }

  @Test
  void the_completion_script_is_one_for_bash() throws IOException, InterruptedException {
    String script = shell.run("completion").ok().out();
    assertThat(script).contains("complete -F").contains("--as-of").contains("compdef");
    Path bash = Path.of("/bin/bash");
    Assumptions.assumeTrue(Files.isExecutable(bash), "there is no /bin/bash to check it with");
    Path file = directory.resolve("completion.sh");
    Files.writeString(file, script);
    Process check = new ProcessBuilder("/bin/bash", "-n", file.toString()).start();
    assertThat(check.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(check.exitValue()).isZero();
  }

  @Test
  void bad_usage_is_exit_code_2_and_one_line() {
    shell
        .run("appnd")
        .failed(2, "daybook: there is no command appnd (did you mean append?); see: daybook help");
    shell.run("--nope").failed(2, "daybook: there is no option --nope; see: daybook help");
    shell
        .run("read", "--limit")
        .failed(
            2,
            "daybook read: Missing required parameter for option '--limit' (N); see: daybook"
                + " help read");
    shell
        .run("stats", "more")
        .failed(2, "daybook stats: one argument too many: more; see: daybook help stats");
    var unknown = shell.run("help", "nope");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("'nope'").hasLineCount(1);
  }

  @Test
  void whatever_is_thrown_is_one_line_and_an_exit_code() {
    fail(new CommandFailedException(42, "my\nown\u001b words"))
        .failed(42, "daybook fail: my own\\u001b words");
    fail(new EventStoreFailedException("the disk is full", null))
        .failed(1, "daybook fail: the disk is full");
    fail(new CompletionException(new EventStoreFailedException("the disk is full", null)))
        .failed(1, "daybook fail: the disk is full");
    fail(new IOException("no luck")).failed(1, "daybook fail: no luck");
    fail(new java.io.UncheckedIOException(new IOException("no luck")))
        .failed(1, "daybook fail: no luck");
    fail(new java.nio.file.NoSuchFileException("x")).failed(1, "daybook fail: there is no file x");
    fail(new java.nio.file.AccessDeniedException("x"))
        .failed(1, "daybook fail: access to the file is denied: x");
    fail(new IllegalArgumentException("the tag is blank"))
        .failed(1, "daybook fail: the tag is blank");
    fail(new NullPointerException("oops"))
        .failed(
            1,
            "daybook fail: internal error, please report it with what --stacktrace shows:"
                + " java.lang.NullPointerException: oops");
    var outOfMemory = fail(new OutOfMemoryError("Java heap space"));
    assertThat(outOfMemory.exitCode()).isEqualTo(1);
    assertThat(outOfMemory.err())
        .startsWith("daybook: out of memory (Java heap space); ")
        .hasLineCount(1);
  }

  @Test
  void an_interrupt_says_nothing() {
    var outcome = fail(new InterruptedException());
    assertThat(outcome.exitCode()).isEqualTo(130);
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void the_stack_trace_is_shown_on_request() {
    assertThat(fail(new IOException("no luck"), "--stacktrace").err())
        .startsWith("daybook fail: no luck\njava.io.IOException: no luck\n\tat io.daybook.cli");
  }
}
