package io.daybook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadCommandTest {
  private final Shell shell = new Shell();

  @BeforeEach
  void fill() {
    append("account-1", Event.json("Opened", "{\"owner\":\"Ada\"}").withTags("owner:ada"));
    append("account-2", Event.json("Opened", "{\"owner\":\"Bob\"}").withTags("owner:bob"));
    append("account-1", Event.json("Deposited", "{\"amount\": 5}").withTags("owner:ada", "x:1"));
    append("order-1", Event.json("Placed", "[]"));
    append("account-1", Event.json("Withdrawn", "{\"amount\": 2}"));
  }

  private void append(String stream, Event event) {
    shell.store().append(stream, ExpectedRevision.any(), event);
  }

  /** The positions of the events that a command printed. */
  private List<Integer> positions(String... args) {
    return shell.run(args).ok().lines().stream()
        .map(line -> line.replaceFirst("^\\{\"position\":(\\d+),.*", "$1"))
        .map(Integer::valueOf)
        .toList();
  }

  @Test
  void one_json_object_per_line_with_the_keys_in_order() {
    var store = shell.stores().store("x");
    var event =
        new Event(
            UUID.fromString("0f5e7e5c-1111-4222-8333-444455556666"),
            "Said \"hi\"",
            List.of("k:v", "ü:✓"),
            Payload.json("{ \"a\" : 1.50,\"b\":\"é\\u00e9\" }"),
            Payload.json("{\"actor\":\"ada\"}"));
    store.append("s-1", ExpectedRevision.any(), event);
    RecordedEvent recorded = store.read(ReadRequest.of(Query.everything())).toList().getFirst();

    assertThat(shell.run("read", "--data", "x").ok().out())
        .isEqualTo(
            "{\"position\":0,\"stream\":\"s-1\",\"revision\":0,"
                + "\"id\":\"0f5e7e5c-1111-4222-8333-444455556666\","
                + "\"type\":\"Said \\\"hi\\\"\",\"tags\":[\"k:v\",\"ü:✓\"],"
                + "\"recordedAt\":\""
                + recorded.recordedAt()
                + "\",\"metadata\":{\"actor\":\"ada\"},"
                + "\"data\":{ \"a\" : 1.50,\"b\":\"é\\u00e9\" }}\n");
  }

  @Test
  void what_is_not_json_on_one_line_is_base64() {
    var store = shell.stores().store("x");
    var binary =
        new Event(
            Event.newId(),
            "T",
            List.of(),
            Payload.of(new byte[] {0, 1, (byte) 255}, "image/png"),
            Payload.of(new byte[] {'{', '}'}, "text/plain"));
    store.append("s", ExpectedRevision.any(), binary);
    store.append("s", ExpectedRevision.any(), Event.json("T", "{\n}"));
    store.append("s", ExpectedRevision.any(), Event.json("T", "{broken"));
    store.append("s", ExpectedRevision.any(), Event.json("T", " 1"));
    store.append("s", ExpectedRevision.any(), Event.of("T", Payload.empty()));

    assertThat(shell.run("read", "--data", "x").ok().lines())
        .map(line -> line.substring(line.indexOf("\"metadata")))
        .containsExactly(
            "\"metadataBase64\":\"e30=\",\"metadataContentType\":\"text/plain\","
                + "\"dataBase64\":\"AAH/\",\"contentType\":\"image/png\"}",
            "\"metadata\":null,\"dataBase64\":\"ewp9\",\"contentType\":\"application/json\"}",
            "\"metadata\":null,\"dataBase64\":\"e2Jyb2tlbg==\","
                + "\"contentType\":\"application/json\"}",
            "\"metadata\":null,\"dataBase64\":\"IDE=\",\"contentType\":\"application/json\"}",
            "\"metadata\":null,\"dataBase64\":\"\",\"contentType\":\"application/json\"}");
  }

  @Test
  void filters() {
    assertThat(positions("read")).containsExactly(0, 1, 2, 3, 4);
    assertThat(positions("read", "account-1")).containsExactly(0, 2, 4);
    assertThat(positions("read", "--category", "account")).containsExactly(0, 1, 2, 4);
    assertThat(positions("read", "--category", "account", "--category", "order"))
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(positions("read", "--type", "Opened", "--type", "Placed")).containsExactly(0, 1, 3);
    assertThat(positions("read", "--tag", "owner:ada")).containsExactly(0, 2);
    assertThat(positions("read", "--tag", "owner:ada", "--tag", "x:1")).containsExactly(2);
    assertThat(positions("read", "account-1", "--type", "Opened")).containsExactly(0);
    assertThat(positions("read", "nothing")).isEmpty();
  }

  @Test
  void ranges() {
    assertThat(positions("read", "--from", "2")).containsExactly(2, 3, 4);
    assertThat(positions("read", "--to", "1")).containsExactly(0, 1);
    assertThat(positions("read", "--from", "1", "--to", "3")).containsExactly(1, 2, 3);
    assertThat(positions("read", "account-1", "--from", "1")).containsExactly(2, 4);
    assertThat(positions("read", "account-1", "--from", "1", "--to", "1")).containsExactly(2);
    assertThat(positions("read", "--backwards")).containsExactly(4, 3, 2, 1, 0);
    assertThat(positions("read", "--backwards", "--from", "3", "--to", "2")).containsExactly(3, 2);
    assertThat(positions("read", "account-1", "--backwards", "--limit", "2")).containsExactly(4, 2);
    assertThat(positions("read", "--limit", "1")).containsExactly(0);
  }

  @Test
  void as_of_a_position_or_an_instant() {
    assertThat(positions("read", "--as-of", "2")).containsExactly(0, 1, 2);
    assertThat(positions("read", "--as-of", "99")).hasSize(5);
    assertThat(positions("read", "--as-of", "2000-01-01T00:00:00Z")).isEmpty();
    assertThat(positions("read", "--as-of", "2999-01-01T00:00:00+02:00")).hasSize(5);
  }

  @Test
  void system_events_are_shown_when_asked_for() {
    shell
        .store()
        .changeSettings("account-1", ExpectedRevision.any(), StreamSettings.none().withMaxCount(2));
    assertThat(positions("read")).containsExactly(1, 2, 3, 4);
    assertThat(positions("read", "--system")).containsExactly(1, 2, 3, 4, 5);
    assertThat(positions("read", "$$account-1")).containsExactly(5);
  }

  @Test
  void the_store_may_be_named_on_either_side() {
    assertThat(positions("--data", Shell.DEFAULT, "read")).hasSize(5);
    assertThat(positions("read", "--data", Shell.DEFAULT)).hasSize(5);
    assertThat(positions("--store", "no", "read", "--store", Shell.DEFAULT)).hasSize(5);
  }

  @Test
  void looking_creates_no_store() {
    shell
        .run("read", "--data", "elsewhere")
        .failed(
            1,
            "daybook read: there is no store in elsewhere; append and import create one, --data"
                + " names another");
    assertThat(shell.stores().exists("elsewhere")).isFalse();
    shell
        .run("read", "--data", "http://x")
        .failed(1, "daybook read: no store is known that opens http://x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--from -1 | --from is 0 or more, not -1",
        "--to -1 | --to is 0 or more, not -1",
        "--limit 0 | --limit is 1 or more, not 0",
        "--from 3 --to 2 | nothing is from 3 to 2; or is --backwards meant?",
        "--backwards --from 2 --to 3 | nothing is from 2 to 3; backwards, --from is the higher one",
        "--as-of yesterday | --as-of is a position or an instant such as 2026-01-31T23:59:59Z, not:"
            + " yesterday",
        "--as-of 2026-01-31T00:00:00 | --as-of is a position or an instant such as"
            + " 2026-01-31T23:59:59Z, not: 2026-01-31T00:00:00",
        "--as-of 99999999999999999999 | --as-of: there is no position so high:"
            + " 99999999999999999999",
        "a-1 --category a | a stream and --category exclude each other",
        "--from x | Invalid value for option '--from': 'x' is not a whole number; see: daybook help"
            + " read",
        "--from 99999999999999999999 | Invalid value for option '--from': '99999999999999999999' is"
            + " not a whole number up to 9223372036854775807; see: daybook help read",
        "--fromm 1 | there is no option --fromm (did you mean --from?); see: daybook help read",
        "a b | one argument too many: b; see: daybook help read"
      })
  void bad_usage(String options, String message) {
    String[] args = ("read " + options).split(" ");
    shell.run(args).failed(2, "daybook read: " + message);
  }

  @Test
  void a_table_on_a_terminal() {
    var outcome = shell.runOnTerminal("read", "account-1");
    assertThat(outcome.ok().lines())
        .map(line ->
            line.replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d", "TIME-TIME-TIME-TIME"))
        .containsExactly(
            "position  recorded at          stream     revision  type       tags           data",
            "       0  TIME-TIME-TIME-TIME  account-1         0  Opened     owner:ada     "
                + " {\"owner\":\"Ada\"}",
            "       2  TIME-TIME-TIME-TIME  account-1         1  Deposited  owner:ada x:1 "
                + " {\"amount\": 5}",
            "       4  TIME-TIME-TIME-TIME  account-1         2  Withdrawn                "
                + " {\"amount\": 2}");
    assertThat(shell.runOnTerminal("read", "account-1", "--json").ok().out())
        .startsWith("{\"position\":0,");
    assertThat(shell.runOnTerminal("read", "nothing").ok().out()).isEqualTo("no event matches\n");
  }

  @Test
  void a_table_is_safe_and_as_wide_as_the_terminal() {
    var store = shell.stores().store("x");
    store.append("s", ExpectedRevision.any(), Event.json("T", "\"\u001b[2J" + "x".repeat(500)));
    store.append("s", ExpectedRevision.any(), Event.of("T", Payload.of(new byte[3], "image/png")));
    List<String> lines = shell.runOnTerminal("read", "--data", "x").ok().lines();
    assertThat(lines.get(1)).contains("\"\\u001b[2Jxxx").endsWith("x…").hasSize(100);
    assertThat(lines.get(2)).endsWith("image/png, 3 bytes");
  }

  @Test
  void many_rows_are_all_shown() {
    for (int i = 0; i < 450; i++) {
      shell.stores().store("x").append("s", ExpectedRevision.any(), Event.json("T", "1"));
    }
    assertThat(shell.runOnTerminal("read", "--data", "x").ok().lines()).hasSize(451);
  }
}
