package io.daybook.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Query;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of bad input, and the exact message: file, line, column, what. */
class ImportErrorsTest {
  private static final String GOOD = "{\"stream\":\"a\",\"type\":\"T\",\"data\":1}\n";

  private final Shell shell = new Shell();

  private static Arguments bad(String line, int column, String what) {
    return Arguments.of(line, column, what);
  }

  static Stream<Arguments> badLines() {
    String long1025 = "x".repeat(1025);
    return Stream.of(
        bad("{", 2, "not JSON: Unexpected end-of-input: expected close marker for Object"),
        bad(
            "{\"stream\":\"a\",\"type\":\"T\",\"data\":tru}",
            33,
            "not JSON: Unrecognized token 'tru': was expecting (JSON String, Number, Array, Object"
                + " or token 'null', 'true' or 'false')"),
        bad(
            "{\"stream\":\"é✓😀\" \"type\":1}",
            17,
            "not JSON: Unexpected character ('\"' (code 34)): was expecting comma to separate"
                + " Object entries"),
        bad(
            "nonsense",
            1,
            "not JSON: Unrecognized token 'nonsense': was expecting (JSON String,"
                + " Number, Array, Object or token 'null', 'true' or 'false')"),
        bad("7", 1, "a JSON object is needed"),
        bad(" \"x\"", 2, "a JSON object is needed"),
        bad("[{}]", 1, "a JSON object is needed; is it of --format array?"),
        bad("{\"stream\":\"a\",\"type\":\"T\",\"data\":1} {}", 36, "nothing may follow the object"),
        bad("{\"type\":\"T\",\"data\":1}", 1, "stream is missing"),
        bad(" {\"stream\":\"a\",\"data\":1}", 1, "type is missing"),
        bad("{\"stream\":\"a\",\"type\":\"T\"}", 1, "data or dataBase64 is missing"),
        bad("{\"stream\":5}", 11, "stream is a text"),
        bad("{\"stream\":null}", 11, "stream is a text"),
        bad("{\"type\":[\"T\"]}", 9, "type is a text"),
        bad("{\"stream\":\" \"}", 11, "the stream name is blank"),
        bad("{\"stream\":\"$a\"}", 11, "streams that start with $ are the system's: $a"),
        bad(
            "{\"stream\":\"" + long1025 + "\"}",
            11,
            "the stream name has 1025 bytes, the limit is 1024: " + "x".repeat(40) + "…"),
        bad(
            "{\"stream\":\"a\\u0000b\"}",
            11,
            "the stream name holds the control character U+0000 at index 1"),
        bad(
            "{\"stream\":\"a\\ud800\"}",
            11,
            "the stream name holds the unpaired surrogate U+D800 at index 1"),
        bad("{\"type\":\"\"}", 9, "the event type is blank"),
        bad("{\"type\":\"$T\"}", 9, "event types that start with $ are the system's: $T"),
        bad("{\"tags\":\"a\"}", 9, "tags is a list of texts"),
        bad("{\"tags\":[\"a\",1]}", 14, "a tag is a text"),
        bad("{\"tags\":[\"a\", \"\"]}", 15, "the tag is blank"),
        bad("{\"id\":\"1-1-1-1-1\"}", 7, "id is a UUID, not: 1-1-1-1-1"),
        bad(
            "{\"id\":\"0f5e7e5c-1111-4222-8333-44445555666g\"}",
            7,
            "id is a UUID, not: 0f5e7e5c-1111-4222-8333-44445555666g"),
        bad("{\"id\":1}", 7, "id is a text"),
        bad("{\"append\":[1]}", 11, "append is a text or a whole number"),
        bad("{\"append\":true}", 11, "append is a text or a whole number"),
        bad(
            "{\"expected\":-1}",
            13,
            "an expected revision is any, none, exists or a revision from 0, not: -1"),
        bad(
            "{\"expected\":\"no\"}",
            13,
            "an expected revision is any, none, exists or a revision from 0, not: no"),
        bad("{\"expected\":{}}", 13, "expected is a text or a whole number"),
        bad("{\"stream\":\"a\",\"stream\":\"a\"}", 24, "stream is given twice"),
        bad("{\"data\":1,\"type\":\"T\",\"data\":2}", 29, "data is given twice"),
        bad(
            "{\"stream\":\"a\",\"type\":\"T\",\"data\":1,\"dataBase64\":\"\"}",
            33,
            "data and dataBase64 exclude each other"),
        bad(
            "{\"stream\":\"a\",\"type\":\"T\",\"data\":1,\"metadata\":1,\"metadataBase64\":\"\"}",
            46,
            "metadata and metadataBase64 exclude each other"),
        bad(
            "{\"dataBase64\":\"A*==\"}",
            15,
            "dataBase64 is not Base64: Illegal character '*' (code 0x2a) in base64 content"),
        bad("{\"dataBase64\":7}", 15, "dataBase64 is a text in Base64"),
        bad(
            "{\"stream\":\"a\",\"type\":\"T\",\"dataBase64\":\"\",\"contentType\":\" \"}",
            56,
            "the content type is blank"),
        bad("{\"contentType\":1}", 16, "contentType is a text"),
        bad(
            "{\"stream\":\"a\",\"tag\":\"x\"}",
            21,
            "the field tag is not known; --ignore-unknown passes over such fields"),
        bad(
            "{\"data\":\"\t\"}",
            10,
            "not JSON: Illegal unquoted character ((CTRL-CHAR, code 9)): has to be escaped using"
                + " backslash to be included in string value"));
  }

  @ParameterizedTest
  @MethodSource("badLines")
  void a_malformed_line_stops_with_file_line_and_column(String line, int column, String what) {
    var outcome = shell.runWith(GOOD + "\n" + GOOD + line + "\n" + GOOD, "import", "-");
    outcome.failed(1, "<stdin>:4:" + column + ": " + what);
    assertThat(outcome.out()).isEqualTo("imported 2 events in 2 appends\n");
    assertThat(shell.store().read(Query.everything()).toList()).hasSize(2);
  }

  @Test
  void too_many_tags() {
    String tags =
        String.join(
            ",", Stream.iterate(0, i -> i + 1).limit(65).map(i -> "\"t" + i + '"').toList());
    shell
        .runWith(
            "{\"stream\":\"a\",\"type\":\"T\",\"data\":1,\"tags\":[" + tags + "]}", "import", "-")
        .failed(1, "<stdin>:1:1: the event has 65 tags, the limit is 64");
  }

  @Test
  void an_event_that_is_too_large() {
    String data = "\"" + "x".repeat(16 << 20) + "\"";
    var outcome =
        shell.runWith("{\"stream\":\"a\",\"type\":\"T\",\"data\":" + data + "}", "import", "-");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("<stdin>:1:1: the event ")
        .endsWith(" has 16777219 bytes, the limit is 16777216\n");
  }

  @Test
  void a_line_that_is_too_long() {
    byte[] input = (GOOD + "x".repeat((32 << 20) + 1)).getBytes(UTF_8);
    shell
        .runWith(input, "import", "-")
        .failed(1, "<stdin>:2:1: the line is longer than 33554432 bytes");
  }

  @Test
  void an_append_that_is_too_large() {
    String line = "{\"stream\":\"a\",\"type\":\"T\",\"data\":1,\"append\":\"x\"}\n";
    var outcome = shell.runWith(GOOD + line.repeat(65_537) + GOOD, "import", "-");
    outcome.failed(
        1, "<stdin>:65538:1: the append x is too large: at most 65536 events and 33554432 bytes");
    assertThat(shell.store().head().value()).isZero();
  }

  @Test
  void an_id_twice_in_one_append() {
    String line =
        "{\"stream\":\"a\",\"type\":\"T\",\"data\":1,\"append\":\"x\","
            + "\"id\":\"0f5e7e5c-1111-4222-8333-444455556666\"}\n";
    shell
        .runWith(GOOD + line + line, "import", "-")
        .failed(
            1,
            "<stdin>:2:1: the event id 0f5e7e5c-1111-4222-8333-444455556666 occurs twice in the"
                + " append");
  }

  @Test
  void expectations_that_contradict_each_other() {
    shell
        .runWith(
            """
            {"stream":"a","type":"T","data":1,"append":"x","expected":"none"}
            {"stream":"a","type":"T","data":1,"append":"x","expected":0}
            """,
            "import",
            "-")
        .failed(
            1,
            "<stdin>:2:1: within one append, the stream a is expected: no stream, and: revision 0");
  }

  @Test
  void text_in_another_encoding_is_not_taken_for_json() {
    var outcome =
        shell.runWith(
            "{\"stream\":\"a\"}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE),
            "import",
            "-");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("<stdin>:1:2: not JSON: ").hasLineCount(1);
  }

  @Test
  void a_message_never_carries_control_characters_to_the_terminal() {
    var outcome = shell.runWith("{\"\\u001b[2J\\n\":1}", "import", "-");
    assertThat(outcome.err())
        .isEqualTo(
            "<stdin>:1:16: the field \\u001b[2J  is not known; --ignore-unknown passes over such"
                + " fields\n");
  }
}
