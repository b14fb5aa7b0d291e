package io.daybook.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("long")
class ImportCommandTest {
  @TempDir private Path directory;
  private final Shell shell = new Shell();

  private List<RecordedEvent> all() {
    return shell.store().read(Query.everything()).toList();
  }

  private String file(String content) throws IOException {
    Path file = directory.resolve("events.ndjson");
    Files.writeString(file, content);
    return file.toString();
  }

  private static byte[] packed(String content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  /** The appends that reached the store, by the types of their events. */
  private List<List<String>> appends() {
    var seen = new ArrayList<List<String>>();
    shell
        .stores()
        .wrap(store ->
            new KeptOpenStore(store) {
              @Override
              public CompletableFuture<AppendResult> appendAsync(Append append) {
                seen.add(
                    append.writes().stream()
                        .flatMap(write -> write.events().stream())
                        .map(Event::type)
                        .toList());
                return super.appendAsync(append);
              }
            });
    return seen;
  }

  @Test
  void what_is_needed_is_stream_type_and_data() throws IOException {
    String file = file("{\"stream\":\"a-1\",\"type\":\"T\",\"data\":{ \"x\": 1.0 }}\n");
    assertThat(shell.run("import", file).ok().out()).isEqualTo("imported 1 event in 1 append\n");
    RecordedEvent event = all().getFirst();
    assertThat(event.stream()).isEqualTo("a-1");
    assertThat(event.type()).isEqualTo("T");
    assertThat(event.data()).isEqualTo(Payload.json("{ \"x\": 1.0 }"));
    assertThat(event.metadata()).isEqualTo(Payload.empty());
    assertThat(event.tags()).isEmpty();
  }

  @Test
  void everything_may_be_given_in_any_order() {
    shell
        .runWith(
            "{\"data\":\"é\\u00e9\" ,\"expected\":\"none\",\"metadata\":[1,  2],\"position\":77,"
                + "\"recordedAt\":\"2020-01-01T00:00:00Z\",\"revision\":{\"any\":[1]},"
                + "\"id\":\"0f5e7e5c-1111-4222-8333-444455556666\",\"append\":null,"
                + "\"tags\":[\"k:v\",\"ü\"],\"type\":\"T\\u0041\",\"stream\":\"é-1\"}\r\n",
            "import",
            "-")
        .ok();
    RecordedEvent event = all().getFirst();
    assertThat(event.stream()).isEqualTo("é-1");
    assertThat(event.type()).isEqualTo("TA");
    assertThat(event.data()).isEqualTo(Payload.json("\"é\\u00e9\""));
    assertThat(event.metadata()).isEqualTo(Payload.json("[1,  2]"));
    assertThat(event.tags()).containsExactly("k:v", "ü");
    assertThat(event.id()).hasToString("0f5e7e5c-1111-4222-8333-444455556666");
    assertThat(event.position().value()).isZero();
  }

  @Test
  void other_content_is_base64() {
    shell
        .runWith(
            """
            {"stream":"a","type":"T","dataBase64":"AAH/","contentType":"image/png"}
            {"stream":"a","type":"T","dataBase64":"AAH/"}
            {"stream":"a","type":"T","dataBase64":"","contentType":"application/json"}
            {"stream":"a","type":"T","data":{},"contentType":"application/vnd.x+json"}
            {"stream":"a","type":"T","data":1,"metadataBase64":"YWI=","metadataContentType":"text/plain"}
            {"stream":"a","type":"T","data":null,"metadata":null,"tags":null}
            """,
            "import",
            "-")
        .ok();
    assertThat(all())
        .map(RecordedEvent::data)
        .containsExactly(
            Payload.of(new byte[] {0, 1, -1}, "image/png"),
            Payload.of(new byte[] {0, 1, -1}, "application/octet-stream"),
            Payload.empty(),
            Payload.of("{}".getBytes(UTF_8), "application/vnd.x+json"),
            Payload.json("1"),
            Payload.json("null"));
    assertThat(all().get(4).metadata()).isEqualTo(Payload.of("ab".getBytes(UTF_8), "text/plain"));
    assertThat(all().get(5).metadata()).isEqualTo(Payload.empty());
  }

  @Test
  void lines_that_follow_one_another_with_one_append_key_are_one_append() {
    List<List<String>> appends = appends();
    var outcome =
        shell.runWith(
            """
            {"stream":"a","type":"A1","data":1,"append":"x"}
            {"stream":"b","type":"A2","data":1,"append":"x"}
            {"stream":"a","type":"A3","data":1,"append":"x"}
            {"stream":"a","type":"B1","data":1}
            {"stream":"a","type":"B2","data":1}

            {"stream":"a","type":"C1","data":1,"append":7}
            {"stream":"a","type":"C2","data":1,"append":"7"}
            {"stream":"a","type":"D1","data":1,"append":"x"}
            """,
            "import",
            "-");
    assertThat(outcome.ok().out()).isEqualTo("imported 8 events in 5 appends\n");
    assertThat(appends)
        .containsExactly(
            List.of("A1", "A2", "A3"),
            List.of("B1"),
            List.of("B2"),
            List.of("C1", "C2"),
            List.of("D1"));
    assertThat(all())
        .map(RecordedEvent::type)
        .containsExactly("A1", "A2", "A3", "B1", "B2", "C1", "C2", "D1");
  }

  @Test
  void packed_files_are_recognised_by_their_content() throws IOException {
    byte[] packed = packed("{\"stream\":\"a\",\"type\":\"T\",\"data\":1}\n");
    Path file = directory.resolve("whatever");
    // two packed parts make one
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(packed);
      out.write(packed);
    }
    shell.run("import", file.toString()).ok();
    shell.runWith(packed, "import", "-").ok();
    assertThat(all()).hasSize(3);
  }

  @Test
  void a_packed_file_that_is_cut_off_says_so() throws IOException {
    byte[] packed = packed("{\"stream\":\"a\",\"type\":\"T\",\"data\":1}\n".repeat(50_000));
    Path file = directory.resolve("cut.gz");
    Files.write(file, java.util.Arrays.copyOf(packed, packed.length - 100));
    var outcome = shell.run("import", file.toString());
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).isEqualTo("daybook import: " + file + " is cut off: get it again\n");
    assertThat(outcome.out())
        .isEqualTo(
            "imported "
                + Text.count(all().size(), "event")
                + " in "
                + Text.count(all().size(), "append")
                + "\n");
  }

  @Test
  void an_empty_file_and_a_byte_order_mark_are_no_trouble() {
    assertThat(shell.run("import", "-").ok().out()).isEqualTo("imported 0 events in 0 appends\n");
    assertThat(shell.runWith("\n \r\n", "import", "-").ok().out())
        .isEqualTo("imported 0 events in 0 appends\n");
    shell.runWith("\uFEFF{\"stream\":\"a\",\"type\":\"T\",\"data\":1}", "import", "-").ok();
    assertThat(all()).hasSize(1);
  }

  @Test
  void lines_longer_than_the_first_buffer() {
    String data = "\"" + "x".repeat(3 << 20) + "\"";
    String line = "{\"stream\":\"a\",\"type\":\"T\",\"data\":" + data + "}\n";
    shell.runWith(line + line, "import", "-").ok();
    assertThat(all()).map(event -> event.data().text()).containsExactly(data, data);
  }

  @Test
  void deeply_nested_data_and_long_numbers_are_taken_as_they_are() {
    String nested = "[".repeat(5_000) + "]".repeat(5_000);
    String number = "1".repeat(5_000) + ".5";
    shell
        .runWith(
            "{\"stream\":\"a\",\"type\":\"T\",\"data\":%s}\n{\"stream\":\"a\",\"type\":\"T\",\"data\":%s}"
                .formatted(nested, number),
            "import",
            "-")
        .ok();
    assertThat(all()).map(event -> event.data().text()).containsExactly(nested, number);
  }

  @Test
  void importing_a_file_with_ids_again_changes_nothing() throws IOException {
    String file =
        file(
            """
            {"stream":"a","type":"A","data":1,"id":"00000000-0000-4000-8000-000000000001"}
            {"stream":"a","type":"B","data":1,"id":"00000000-0000-4000-8000-000000000002","append":1}
            {"stream":"b","type":"C","data":1,"id":"00000000-0000-4000-8000-000000000003","append":1}
            """);
    shell.run("import", file).ok();
    assertThat(shell.run("import", file).ok().out())
        .isEqualTo("imported 0 events in 0 appends; 3 events were stored already\n");
    assertThat(all()).hasSize(3);
    Files.writeString(
        Path.of(file),
        "{\"stream\":\"a\",\"type\":\"D\",\"data\":1}\n",
        java.nio.file.StandardOpenOption.APPEND);
    assertThat(shell.run("import", file).ok().out())
        .isEqualTo("imported 1 event in 1 append; 3 events were stored already\n");
  }

  @Test
  void events_that_were_appended_together_may_come_again_one_by_one() {
    String id = "\"id\":\"00000000-0000-4000-8000-00000000000%d\"";
    String first = "{\"stream\":\"a\",\"type\":\"A\",\"data\":1," + id.formatted(1);
    String second = "{\"stream\":\"b\",\"type\":\"B\",\"data\":1," + id.formatted(2);
    shell.runWith(first + ",\"append\":1}\n" + second + ",\"append\":1}\n", "import", "-").ok();

    String exported = shell.run("export").ok().out();
    assertThat(shell.runWith(exported, "import", "-").ok().out())
        .isEqualTo("imported 0 events in 0 appends; 2 events were stored already\n");
    assertThat(all()).hasSize(2);

    String start = "<stdin>:1:1: the event id 00000000-0000-4000-8000-00000000000";
    String differs =
        " already, by an append that differs from this one; give new events new ids, and send a"
            + " retry unchanged";
    String elsewhere = second.replace("\"b\"", "\"c\"") + "}\n";
    shell
        .runWith(elsewhere, "import", "-")
        .failed(3, start + "2 is stored at position 1" + differs);
    String other = second.replace("\"data\":1", "\"data\":2") + "}\n";
    shell
        .runWith(other, "import", "-")
        .failed(1, start + "2 is stored at position 1 with other data");
    String more = second.replace(id.formatted(2), id.formatted(3));
    shell
        .runWith(first + ",\"append\":1}\n" + more + ",\"append\":1}\n", "import", "-")
        .failed(3, start + "1 is stored at position 0" + differs);
    assertThat(all()).hasSize(2);
  }

  @Test
  void an_id_with_other_data_is_no_retry() {
    String line =
        "{\"stream\":\"a\",\"type\":\"%s\",\"data\":%s,\"tags\":[%s],\"metadata\":%s,"
            + "\"id\":\"00000000-0000-4000-8000-000000000001\"}\n";
    shell.runWith(line.formatted("T", "1", "", "{}"), "import", "-").ok();
    String start =
        "<stdin>:1:1: the event id 00000000-0000-4000-8000-000000000001 is stored at position 0"
            + " with other ";
    shell.runWith(line.formatted("T", "2", "", "{}"), "import", "-").failed(1, start + "data");
    shell.runWith(line.formatted("U", "1", "", "{}"), "import", "-").failed(1, start + "type");
    shell.runWith(line.formatted("T", "1", "\"x\"", "{}"), "import", "-").failed(1, start + "tags");
    shell.runWith(line.formatted("T", "1", "", "[]"), "import", "-").failed(1, start + "metadata");
    assertThat(all()).hasSize(1);
  }

  @Test
  void expectations_hold_before_the_append_that_they_stand_in() {
    shell
        .runWith(
            """
            {"stream":"a","type":"A","data":1,"expected":"none"}
            {"stream":"a","type":"B","data":1,"expected":0}
            {"stream":"a","type":"C","data":1,"expected":"1","append":1}
            {"stream":"a","type":"D","data":1,"expected":"1","append":1}
            {"stream":"a","type":"E","data":1,"append":1}
            {"stream":"a","type":"F","data":1,"expected":"exists"}
            {"stream":"a","type":"G","data":1,"expected":"any"}
            """,
            "import",
            "-")
        .ok();
    assertThat(all()).hasSize(7);
  }

  @Test
  void a_conflict_stops_the_import_at_its_line_and_nothing_after_it_is_stored() {
    var outcome =
        shell.runWith(
            """
            {"stream":"a","type":"A","data":1}
             {"stream":"a","type":"B","data":1,"expected":"none"}
            {"stream":"a","type":"C","data":1}
            """,
            "import",
            "-");
    outcome.failed(3, "<stdin>:2:1: the stream a was expected: no stream, but is at: revision 0");
    assertThat(outcome.out()).isEqualTo("imported 1 event in 1 append\n");
    assertThat(all()).map(RecordedEvent::type).containsExactly("A");
  }

  @Test
  void what_was_under_way_when_an_append_failed_is_told() {
    shell.store().tombstone("gone", ExpectedRevision.any());
    var answers = new ArrayList<Runnable>();
    // the store answers only when it has all three
    shell
        .stores()
        .wrap(store ->
            new KeptOpenStore(store) {
              @Override
              public CompletableFuture<AppendResult> appendAsync(Append append) {
                var answer = new CompletableFuture<AppendResult>();
                answers.add(() -> {
                  try {
                    answer.complete(append(append));
                  } catch (EventStoreException e) {
                    answer.completeExceptionally(e);
                  }
                });
                if (answers.size() == 3) {
                  answers.forEach(Runnable::run);
                }
                return answer;
              }
            });
    var outcome =
        shell.runWith(
            """
            {"stream":"a","type":"A","data":1}
            {"stream":"gone","type":"B","data":1}
            {"stream":"a","type":"C","data":1}
            """,
            "import",
            "-");
    outcome.failed(
        1,
        "<stdin>:2:1: the stream gone is tombstoned: nothing can be appended to it again; 1 event"
            + " after it were under way and are imported, too");
    assertThat(outcome.out()).isEqualTo("imported 2 events in 2 appends\n");
  }

  @Test
  void a_half_append_before_a_malformed_line_is_not_stored() {
    var outcome =
        shell.runWith(
            """
            {"stream":"a","type":"A","data":1}
            {"stream":"a","type":"B","data":1,"append":1}
            {"stream":"a","type":"C","data":1,"append":1}
            {"stream":"a","type":"D","data":
            {"stream":"a","type":"E","data":1}
            """,
            "import",
            "-");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("<stdin>:4:33: not JSON: ").hasLineCount(1);
    assertThat(outcome.out()).isEqualTo("imported 1 event in 1 append\n");
    assertThat(all()).map(RecordedEvent::type).containsExactly("A");
  }

  @Test
  void an_interrupt_leaves_whole_appends_and_says_how_many() {
    // endless input that interrupts its reader after a while, as Ctrl-C does
    var input =
        new InputStream() {
          private int lines;

          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            byte[] line =
                ("{\"stream\":\"a\",\"type\":\"T\",\"data\":1,\"append\":" + lines / 3 + "}\n")
                    .getBytes(UTF_8);
            lines++;
            if (lines == 5_000) {
              Thread.currentThread().interrupt();
            }
            System.arraycopy(line, 0, bytes, offset, line.length);
            return line.length;
          }
        };
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    // the first two bytes are read one by one, to see whether the input is packed
    var lines = new java.io.BufferedInputStream(input, 256);
    int exitCode =
        Main.run(
            new String[] {"import", "-"},
            Terminal.of(lines, out, err),
            List.of(shell.stores()),
            List.of());
    assertThat(exitCode).isEqualTo(130);
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(Thread.interrupted()).isFalse();
    int events = all().size();
    assertThat(events).isGreaterThan(4_000).isEqualTo(events / 3 * 3);
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            "imported "
                + Text.count(events, "event")
                + " in "
                + Text.count(events / 3, "append")
                + "\n");
  }

  @Test
  void unknown_fields_are_passed_over_on_request() {
    shell
        .runWith(
            "{\"stream\":\"a\",\"type\":\"T\",\"tag\":{\"x\":[1]},\"data\":1}",
            "import",
            "--ignore-unknown",
            "-")
        .ok();
    assertThat(all()).hasSize(1);
  }

  @Test
  void files_that_cannot_be_read_create_no_store() {
    shell.run("import", "no/such/file").failed(1, "daybook import: there is no file no/such/file");
    shell
        .run("import", directory.toString())
        .failed(1, "daybook import: " + directory + " is a directory, not a file");
    assertThat(shell.stores().exists(Shell.DEFAULT)).isFalse();
    shell
        .run("import")
        .failed(2, "daybook import: Missing required parameter: 'FILE'; see: daybook help import");
    shell
        .run("import", "-", "--format", "xml")
        .failed(
            2,
            "daybook import: Invalid value for option '--format': expected one of [ndjson, array]"
                + " (case-sensitive) but was 'xml'; see: daybook help import");
  }

  @Test
  void a_person_sees_how_far_it_is() throws IOException {
    String file = file("{\"stream\":\"a\",\"type\":\"T\",\"data\":1}\n".repeat(200_000));
    var outcome = shell.runOnTerminal("import", file);
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).isEqualTo("imported 200,000 events in 200,000 appends\n");
    // how often depends on the machine's speed; whatever was shown is taken away
    if (!outcome.err().isEmpty()) {
      assertThat(outcome.err()).startsWith("\r[").contains(" % ").endsWith("\r\u001b[K");
    }
  }

  @ParameterizedTest
  @CsvSource({"fsync,", "interval,PT1S", "interval:1,PT0.001S", "interval:86400000,PT24H"})
  void durability_says_how_often_the_store_is_synced(String mode, @Nullable Duration interval)
      throws IOException {
    String file = file("{\"stream\":\"a-1\",\"type\":\"A\",\"data\":1}\n");
    shell.run("import", file, "--durability", mode).ok();
    assertThat(shell.stores().syncInterval()).isEqualTo(interval);
    assertThat(all()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"never", "interval:", "interval:0", "interval:86400001", "interval:1s"})
  void durability_of_another_kind_is_a_wrong_question(String mode) throws IOException {
    Shell.Outcome outcome = shell.run("import", file(""), "--durability", mode);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("interval:MILLIS with 1 to 86400000 milliseconds, not: " + mode);
    assertThat(shell.stores().syncInterval()).isNull();
  }
}
