package io.daybook.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class TailCommandTest {
  private final Shell shell = new Shell();
  private final List<Tail> running = new ArrayList<>();

  /** A tail that runs on its own thread, and what it prints. */
  private final class Tail {
    private final BufferedReader lines;
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Thread thread;

    private Tail(boolean terminal, String... args) throws IOException {
      var reading = new PipedInputStream(1 << 20);
      var out = new PipedOutputStream(reading);
      lines = new BufferedReader(new InputStreamReader(reading, UTF_8));
      var io = new Terminal(InputStream.nullInputStream(), out, err, terminal, false, 100);
      thread =
          Thread.ofPlatform()
              .start(
                  () -> exitCode.complete(Main.run(args, io, List.of(shell.stores()), List.of())));
      running.add(this);
    }

    private List<Integer> positions(int count) throws IOException {
      var positions = new ArrayList<Integer>();
      for (int i = 0; i < count; i++) {
        positions.add(
            Integer.valueOf(lines.readLine().replaceFirst("^\\{\"position\":(\\d+),.*", "$1")));
      }
      return positions;
    }

    private void interrupt() throws Exception {
      thread.interrupt();
      assertThat(exitCode.get(30, TimeUnit.SECONDS)).isEqualTo(130);
      assertThat(err.toString(UTF_8)).isEmpty();
    }
  }

  @AfterEach
  void endAll() {
    running.forEach(tail -> tail.thread.interrupt());
  }

  private Tail tail(String... args) throws IOException {
    return new Tail(false, args);
  }

  private void fill(int from, int to) {
    for (int i = from; i < to; i++) {
      shell.store().append("s-" + i % 2, ExpectedRevision.any(), Event.json("T" + i % 3, "" + i));
    }
  }

  @Test
  void shows_the_last_ten_and_then_what_comes_until_it_is_interrupted() throws Exception {
    fill(0, 25);
    Tail tail = tail("tail");
    assertThat(tail.positions(10)).containsExactly(15, 16, 17, 18, 19, 20, 21, 22, 23, 24);
    fill(25, 27);
    assertThat(tail.positions(2)).containsExactly(25, 26);
    fill(27, 28);
    assertThat(tail.positions(1)).containsExactly(27);
    tail.interrupt();
  }

  @Test
  void how_many_and_from_where() throws Exception {
    fill(0, 9);
    assertThat(tail("tail", "--last", "2").positions(2)).containsExactly(7, 8);
    assertThat(tail("tail", "--last", "100").positions(9)).startsWith(0).endsWith(8);
    assertThat(tail("tail", "--from", "6").positions(3)).containsExactly(6, 7, 8);
    assertThat(tail("tail", "s-1", "--from", "2").positions(2)).containsExactly(5, 7);
    Tail future = tail("tail", "s-1", "--from", "5");
    Tail beyond = tail("tail", "--from", "11");
    fill(9, 14);
    assertThat(future.positions(2)).containsExactly(11, 13);
    beyond.interrupt();
  }

  @Test
  void nothing_of_what_is_stored() throws Exception {
    fill(0, 9);
    Tail tail = tail("tail", "--last", "0");
    int next = 9;
    // it begins at the end as it finds it, and shows what comes after that
    while (!tail.lines.ready()) {
      fill(next, next + 1);
      next++;
      Thread.onSpinWait();
    }
    assertThat(tail.positions(1).getFirst()).isBetween(9, next - 1);
    tail.interrupt();
  }

  @Test
  void filters() throws Exception {
    fill(0, 12);
    assertThat(tail("tail", "s-0", "--last", "2").positions(2)).containsExactly(8, 10);
    assertThat(tail("tail", "--type", "T0", "--last", "2").positions(2)).containsExactly(6, 9);
    assertThat(tail("tail", "--category", "s", "--last", "1").positions(1)).containsExactly(11);
    Tail tagged = tail("tail", "--tag", "x:1");
    fill(12, 14);
    shell
        .store()
        .append("s-0", ExpectedRevision.any(), Event.json("T", "1").withTags("x:1", "y:2"));
    assertThat(tagged.positions(1)).containsExactly(14);
    tagged.interrupt();
  }

  @Test
  void system_events_on_request() throws Exception {
    fill(0, 2);
    shell.store().delete("s-0", ExpectedRevision.any());
    assertThat(tail("tail", "--system").positions(2)).containsExactly(1, 2);
    assertThat(tail("tail", "$$s-0").positions(1)).containsExactly(2);
  }

  @Test
  void a_table_on_a_terminal() throws Exception {
    fill(0, 2);
    var tail = new Tail(true, "tail");
    assertThat(tail.lines.readLine()).startsWith("position  recorded at");
    assertThat(tail.lines.readLine()).startsWith("       0  ").endsWith("  0");
    assertThat(tail.lines.readLine()).startsWith("       1  ").endsWith("  1");
    fill(2, 3);
    assertThat(tail.lines.readLine()).startsWith("       2  ").endsWith("  2");
    tail.interrupt();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--last -1 | 2 | --last and --from are 0 or more",
        "--from -1 | 2 | --last and --from are 0 or more",
        "--data no | 1 | there is no store in no; append and import create one, --data names"
            + " another"
      })
  void bad_usage(String options, int exitCode, String message) {
    shell.run(("tail " + options).split(" ")).failed(exitCode, "daybook tail: " + message);
  }
}
