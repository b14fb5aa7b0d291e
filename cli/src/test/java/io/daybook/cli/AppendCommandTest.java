package io.daybook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppendCommandTest {
  private final Shell shell = new Shell();

  private RecordedEvent only(EventStore store) {
    List<RecordedEvent> all = store.read(Query.everything()).toList();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Test
  void appends_what_is_given_and_prints_where_it_stands() {
    var first =
        shell.run(
            "append",
            "account-1",
            "--type",
            "Opened",
            "--data",
            "{\"owner\": \"Ada\"}",
            "--tag",
            "owner:ada",
            "--tag",
            "branch:7",
            "--meta",
            "{\"actor\":\"teller\"}",
            "--id",
            "0f5e7e5c-1111-4222-8333-444455556666");

    assertThat(first.ok().out()).isEqualTo("position 0, revision 0\n");
    RecordedEvent event = only(shell.store());
    assertThat(event.stream()).isEqualTo("account-1");
    assertThat(event.type()).isEqualTo("Opened");
    assertThat(event.data()).isEqualTo(Payload.json("{\"owner\": \"Ada\"}"));
    assertThat(event.tags()).containsExactly("owner:ada", "branch:7");
    assertThat(event.metadata()).isEqualTo(Payload.json("{\"actor\":\"teller\"}"));
    assertThat(event.id()).isEqualTo(UUID.fromString("0f5e7e5c-1111-4222-8333-444455556666"));

    shell.run("append", "other", "--type", "A", "--data", "1").ok();
    var third = shell.run("append", "account-1", "--type", "B", "--data", "null");
    assertThat(third.ok().out()).isEqualTo("position 2, revision 1\n");
  }

  @Test
  void an_option_may_carry_its_value_after_an_equals_sign() {
    shell.run("append", "a", "--type=T", "--data={\"a\":\"b=c\"}", "--expected=none").ok();
    assertThat(only(shell.store()).data().text()).isEqualTo("{\"a\":\"b=c\"}");
  }

  @Test
  void reads_data_from_standard_input_without_its_last_line_end() {
    shell.runWith("{\n  \"é\": 1\n}\n", "append", "a", "--type", "T", "--data", "-").ok();
    assertThat(only(shell.store()).data().text()).isEqualTo("{\n  \"é\": 1\n}");
  }

  @Test
  void the_store_is_named_before_the_command_or_by_store() {
    shell.run("--data", "x", "append", "a", "--type", "T", "--data", "1").ok();
    shell.run("append", "a", "--type", "T", "--data", "2", "--store", "y").ok();
    assertThat(only(shell.stores().store("x")).data().text()).isEqualTo("1");
    assertThat(only(shell.stores().store("y")).data().text()).isEqualTo("2");
    assertThat(shell.stores().exists(Shell.DEFAULT)).isFalse();
  }

  @Test
  void a_retry_with_the_same_id_prints_the_first_result() {
    String[] append = {
      "append",
      "a",
      "--type",
      "T",
      "--data",
      "1",
      "--expected",
      "none",
      "--id",
      "0f5e7e5c-1111-4222-8333-444455556666"
    };
    shell.run(append).ok();
    shell.run("append", "a", "--type", "T", "--data", "2").ok();
    assertThat(shell.run(append).ok().out()).isEqualTo("position 0, revision 0\n");
    assertThat(shell.store().head().value()).isEqualTo(1);
  }

  @Test
  void an_id_that_another_stream_has_is_a_conflict() {
    String id = "0f5e7e5c-1111-4222-8333-444455556666";
    shell.run("append", "a", "--type", "T", "--data", "1", "--id", id).ok();
    var again = shell.run("append", "b", "--type", "T", "--data", "1", "--id", id);
    assertThat(again.exitCode()).isEqualTo(3);
    assertThat(again.err()).startsWith("daybook append: the event id " + id).hasLineCount(1);
  }

  @Test
  void expectations_that_hold() {
    shell.run("append", "a", "--type", "T", "--data", "1", "--expected", "none").ok();
    shell.run("append", "a", "--type", "T", "--data", "1", "--expected", "0").ok();
    shell.run("append", "a", "--type", "T", "--data", "1", "--expected", "exists").ok();
    shell.run("append", "a", "--type", "T", "--data", "1", "--expected", "any").ok();
  }

  @ParameterizedTest
  @CsvSource({
    "a, none, no stream, revision 0",
    "a, 7, revision 7, revision 0",
    "b, exists, exists, no stream",
    "b, 0, revision 0, no stream"
  })
  void a_conflict_is_exit_code_3(String stream, String expected, String said, String actual) {
    shell.run("append", "a", "--type", "T", "--data", "1").ok();
    shell
        .run("append", stream, "--type", "T", "--data", "1", "--expected", expected)
        .failed(
            3,
            "daybook append: the stream %s was expected: %s, but is at: %s"
                .formatted(stream, said, actual));
    assertThat(shell.store().head().value()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{]`, `line 1, column 2: not JSON: Unexpected close marker ']': expected '}'`",
        "`{\"a\":1`, `line 1, column 7: not JSON: Unexpected end-of-input: expected close marker"
            + " for Object`",
        "`{\"é\":}`, `line 1, column 6: not JSON: Unexpected character ('}' (code 125)): expected a"
            + " value`",
        "`[1,\n2,\n x]`, `line 3, column 2: not JSON: Unrecognized token 'x': was expecting (JSON"
            + " String, Number, Array, Object or token 'null', 'true' or 'false')`",
        "`1 2`, `line 1, column 3: not JSON: more follows where it should end`",
        "`NaN`, `line 1, column 4: not JSON: Non-standard token 'NaN'`",
        "``, `line 1, column 1: not JSON: it is empty`"
      })
  void data_that_is_not_json_is_bad_usage_with_line_and_column(String data, String what) {
    shell
        .run("append", "a", "--type", "T", "--data", data)
        .failed(2, "daybook append: --data: " + what);
    assertThat(shell.stores().exists(Shell.DEFAULT)).isFalse();
  }

  @Test
  void metadata_must_be_a_json_object() {
    shell
        .run("append", "a", "--type", "T", "--data", "1", "--meta", "{")
        .failed(
            2,
            "daybook append: --meta: line 1, column 2: not JSON: Unexpected end-of-input: expected"
                + " close marker for Object");
    shell
        .run("append", "a", "--type", "T", "--data", "1", "--meta", "[]")
        .failed(2, "daybook append: --meta: a JSON object is needed, such as {\"actor\":\"ada\"}");
  }

  @Test
  void what_the_locale_could_not_decode_is_refused() {
    shell
        .run("append", "a", "--type", "T", "--data", "\"\uFFFD\"")
        .failed(
            2,
            "daybook: an argument holds characters that the locale can't read; use a UTF-8 locale,"
                + " for example LC_ALL=C.UTF-8");
  }

  @Test
  void what_can_never_be_right_is_bad_usage() {
    shell
        .run("append", "$a", "--type", "T", "--data", "1")
        .failed(2, "daybook append: streams that start with $ are the system's: $a");
    shell
        .run("append", " ", "--type", "T", "--data", "1")
        .failed(2, "daybook append: the stream name is blank");
    shell
        .run("append", "a", "--type", "T\nU", "--data", "1")
        .failed(2, "daybook append: the event type holds the control character U+000A at index 1");
    shell
        .run("append", "a", "--type", "T", "--data", "1", "--expected", "-1")
        .failed(
            2,
            "daybook append: Invalid value for option '--expected': an expected revision is any,"
                + " none, exists or a revision from 0, not: -1; see: daybook help append");
    var badId = shell.run("append", "a", "--type", "T", "--data", "1", "--id", "7");
    assertThat(badId.exitCode()).isEqualTo(2);
    assertThat(badId.err()).contains("--id").hasLineCount(1);
    shell
        .run("append", "a", "--data", "1")
        .failed(
            2, "daybook append: Missing required option: '--type=TYPE'; see: daybook help append");
    shell
        .run("append", "--type", "T", "--data", "1")
        .failed(
            2, "daybook append: Missing required parameter: 'STREAM'; see: daybook help append");
  }

  @Test
  void a_tombstoned_stream_is_a_failure() {
    shell.store().tombstone("a", io.daybook.eventstore.ExpectedRevision.any());
    shell
        .run("append", "a", "--type", "T", "--data", "1")
        .failed(
            1, "daybook append: the stream a is tombstoned: nothing can be appended to it again");
  }
}
