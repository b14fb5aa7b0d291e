package io.daybook.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.daybook.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own: signals, pipes, standard input. */
@Timeout(180)
@Tag("long")
class ProcessTest {
  /** 128 and the number of SIGTERM: the JVM's own answer, after the command has ended. */
  private static final int TERMINATED = 143;

  @TempDir private Path directory;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endAll() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(String... args) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of("--data", store().toString()));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command).redirectError(directory.resolve("err").toFile()).start();
    started.add(process);
    return process;
  }

  private Path store() {
    return directory.resolve("store");
  }

  /** The next line; where there is none, the process has ended, and said why. */
  private String next(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    if (line == null) {
      fail("no more lines; on standard error: " + err());
    }
    return line;
  }

  private String err() throws IOException {
    return Files.readString(directory.resolve("err"));
  }

  /**
   * What Ctrl-C does, but by SIGTERM: whoever runs the tests may have them ignore SIGINT. Not
   * {@link Process#destroy}, which closes the streams, too.
   */
  private static void interrupt(Process process) {
    assertThat(process.toHandle().destroy()).isTrue();
  }

  private static int await(Process process) throws InterruptedException {
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void an_interrupted_import_leaves_whole_appends_and_says_how_many() throws Exception {
    Process process = start("import", "-");
    Thread feeder = Thread.ofVirtual().start(() -> feed(process.getOutputStream()));
    awaitLog();
    interrupt(process);
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(await(process)).isEqualTo(TERMINATED);
    feeder.join();
    assertThat(err()).isEmpty();
    Matcher said = Pattern.compile("imported ([\\d,]+) events in ([\\d,]+) appends\n").matcher(out);
    assertThat(said.matches()).as(out).isTrue();
    long events = Long.parseLong(said.group(1).replace(",", ""));
    long appends = Long.parseLong(said.group(2).replace(",", ""));
    assertThat(events).isPositive().isEqualTo(appends * 3);
    assertThat(Shell.run(store(), "stats", "--json").ok().out())
        .contains("\"events\":" + events + ",");
    Shell.run(store(), "verify").ok();
  }

  /** Three events an append, until nobody reads any more. */
  private static void feed(OutputStream input) {
    try (input) {
      for (long i = 0; ; i++) {
        input.write(
            ("{\"stream\":\"s\",\"type\":\"T\",\"data\":1,\"append\":" + i / 3 + "}\n")
                .getBytes(UTF_8));
      }
    } catch (IOException _) {
      // the process ended
    }
  }

  /** Waits until something is stored: the log has more than its header. */
  private void awaitLog() throws Exception {
    Path log = store().resolve("log");
    while (true) {
      if (Files.isDirectory(log)) {
        try (var files = Files.list(log)) {
          if (files.anyMatch(ProcessTest::hasFrames)) {
            return;
          }
        }
      }
      Thread.onSpinWait();
    }
  }

  private static boolean hasFrames(Path log) {
    try (var in = Files.newInputStream(log)) {
      byte[] start = in.readNBytes(136);
      return log.toString().endsWith(".log") && start.length == 136 && start[128] != 0;
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void an_import_that_waits_for_input_can_be_interrupted() throws Exception {
    Process process = start("import", "-");
    process
        .getOutputStream()
        .write("{\"stream\":\"s\",\"type\":\"T\",\"data\":1}\n".getBytes(UTF_8));
    process.getOutputStream().flush();
    awaitLog();
    interrupt(process);
    assertThat(await(process)).isEqualTo(TERMINATED);
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("imported 1 event in 1 append\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void a_tail_ends_by_interrupt() throws Exception {
    Shell.run(store(), "append", "s", "--type", "T", "--data", "1").ok();
    Process process = start("tail");
    var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    assertThat(next(lines)).startsWith("{\"position\":0,");
    interrupt(process);
    assertThat(await(process)).isEqualTo(TERMINATED);
    assertThat(err()).isEmpty();
    Shell.run(store(), "append", "s", "--type", "T", "--data", "1").ok();
  }

  @Test
  void a_tail_shows_what_another_process_appends_meanwhile() throws Exception {
    Shell.run(store(), "append", "s", "--type", "T", "--data", "1").ok();
    Process process = start("tail");
    var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    assertThat(next(lines)).startsWith("{\"position\":0,");
    // two writers one after the other, and many events of one
    Shell.run(store(), "append", "s", "--type", "T", "--data", "2").ok();
    assertThat(next(lines)).startsWith("{\"position\":1,").endsWith("\"data\":2}");
    String line = "{\"stream\":\"s\",\"type\":\"T\",\"data\":3}\n";
    Shell.runWith(line.repeat(500), store(), "import", "-").ok();
    for (int i = 2; i < 502; i++) {
      assertThat(next(lines)).startsWith("{\"position\":" + i + ",");
    }
    interrupt(process);
    assertThat(await(process)).isEqualTo(TERMINATED);
    assertThat(err()).isEmpty();
  }

  @Test
  void a_reader_that_goes_away_ends_a_read_quietly() throws Exception {
    String line = "{\"stream\":\"s\",\"type\":\"T\",\"data\":\"" + "x".repeat(200) + "\"}\n";
    Shell.runWith(line.repeat(20_000), store(), "import", "-").ok();
    Process process = start("read");
    var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    assertThat(next(lines)).startsWith("{\"position\":0,");
    lines.close();
    assertThat(await(process)).isZero();
    assertThat(err()).isEmpty();
  }

  @Test
  void errors_of_a_process_are_one_line_and_an_exit_code() throws Exception {
    Process process = start("read");
    assertThat(await(process)).isEqualTo(1);
    assertThat(err()).startsWith("daybook read: there is no store in ").hasLineCount(1);
    assertThat(await(start("append", "s"))).isEqualTo(2);
    assertThat(err()).hasLineCount(1);
  }
}
