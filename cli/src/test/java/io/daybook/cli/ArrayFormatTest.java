package io.daybook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrayFormatTest {
  private final Shell shell = new Shell();

  private Shell.Outcome importArray(String array, String... more) {
    var args = new java.util.ArrayList<>(List.of("import", "-", "--format", "array"));
    args.addAll(List.of(more));
    return shell.runWith(array, args.toArray(String[]::new));
  }

  private List<RecordedEvent> all() {
    return shell.store().read(Query.everything()).toList();
  }

  private static String object(String timestamp) {
    return "{\"event_type\":\"T\",\"aggregate_id\":\"a\",\"data\":1,\"timestamp\":\"%s\",\"version\":1}"
        .formatted(timestamp);
  }

  @Test
  void each_object_is_an_event_of_its_aggregate() {
    var outcome =
        importArray(
            """
            [
              {
                "event_type": "AccountOpened",
                "aggregate_id": "account-1",
                "data": {"owner": "Ada \\"}] \\\\", "limits": [1.10, 2e3]},
                "timestamp": "2026-01-05T10:00:00Z",
                "version": 1
              },
              {"version": 3, "timestamp": "2026-01-05 11:30:00.25", "data": null,
               "aggregate_id": "account-2", "event_type": "Closed"}
            ]
            """);
    assertThat(outcome.ok().out()).isEqualTo("imported 2 events in 2 appends\n");
    assertThat(all()).map(RecordedEvent::stream).containsExactly("account-1", "account-2");
    assertThat(all()).map(RecordedEvent::type).containsExactly("AccountOpened", "Closed");
    assertThat(all())
        .map(event -> event.data().text())
        .containsExactly("{\"owner\":\"Ada \\\"}] \\\\\",\"limits\":[1.10,2e3]}", "null");
    assertThat(all())
        .map(event -> event.metadata().text())
        .containsExactly(
            "{\"occurredAt\":\"2026-01-05T10:00:00Z\"}",
            "{\"occurredAt\":\"2026-01-05T11:30:00.250Z\",\"schemaVersion\":3,"
                + "\"timestamp\":\"2026-01-05 11:30:00.25\"}");
  }

  @Test
  void what_was_imported_is_exported_as_equal_objects() {
    String first =
        "{\"event_type\":\"Opened\",\"aggregate_id\":\"a-1\",\"data\":{\"n\":1.50,\"t\":\"é\"},"
            + "\"timestamp\":\"2026-01-05T10:00:00\",\"version\":1}";
    String second =
        "{\"event_type\":\"Closed\",\"aggregate_id\":\"a-1\",\"data\":[],"
            + "\"timestamp\":\"2026-01-05T10:00:00.000+02:00\",\"version\":12}";
    importArray("[" + first + "," + second + "]", "--zone", "Europe/Prague").ok();
    assertThat(shell.run("export", "--format", "array").ok().out())
        .isEqualTo("[\n" + first + ",\n" + second + "\n]\n");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-07-05T10:00:00,       UTC,            2026-07-05T10:00:00Z",
    "2026-07-05T10:00:00,       Europe/Prague,  2026-07-05T08:00:00Z",
    "2026-07-05T10:00:00,       +05:30,         2026-07-05T04:30:00Z",
    "2026-07-05 10:00,          UTC,            2026-07-05T10:00:00Z",
    "2026-07-05T10:00:00.123456789, UTC,        2026-07-05T10:00:00.123456789Z",
    "2026-07-05T10:00:00z,      Europe/Prague,  2026-07-05T10:00:00Z",
    "2026-07-05T10:00:00+02:00, UTC,            2026-07-05T08:00:00Z",
    "2026-07-05T10:00:00-0130,  UTC,            2026-07-05T11:30:00Z",
    "2026-07-05T10:00:00+02,    UTC,            2026-07-05T08:00:00Z",
    "2026-07-05,                Europe/Prague,  2026-07-04T22:00:00Z"
  })
  void timestamps(String timestamp, String zone, String instant) {
    importArray("[" + object(timestamp) + "]", "--zone", zone).ok();
    assertThat(all().getFirst().metadata().text()).contains("\"occurredAt\":\"" + instant + "\"");
    assertThat(shell.run("export", "--format", "array").ok().out())
        .isEqualTo("[\n" + object(timestamp) + "\n]\n");
  }

  @Test
  void timestamp_and_version_may_be_left_out() {
    importArray("[{\"event_type\":\"T\",\"aggregate_id\":\"a\",\"data\":1}]").ok();
    importArray("[{\"event_type\":\"T\",\"aggregate_id\":\"a\",\"data\":1,\"version\":2}]").ok();
    assertThat(all())
        .map(event -> event.metadata().text())
        .containsExactly("", "{\"schemaVersion\":2}");
    assertThat(shell.run("export", "--format", "array").ok().out())
        .contains("\"timestamp\":\"" + all().getFirst().recordedAt() + "\",\"version\":1}")
        .contains("\"version\":2}");
  }

  @Test
  void an_array_may_be_empty_and_is_written_so() {
    assertThat(importArray(" [ ] ").ok().out()).isEqualTo("imported 0 events in 0 appends\n");
    shell.store();
    assertThat(shell.run("export", "--format", "array").ok().out()).isEqualTo("[]\n");
  }

  @Test
  void other_events_can_be_exported_too() {
    shell
        .store()
        .append(
            "a",
            ExpectedRevision.any(),
            Event.json("T", "{\n \"a\": 1 }")
                .withMetadata(Payload.json("{\"schemaVersion\":\"4\",\"actor\":{\"x\":[1]}}")));
    shell
        .store()
        .append("a", ExpectedRevision.any(), Event.json("T", "2").withMetadata(Payload.json("[")));
    List<RecordedEvent> events = all();
    assertThat(shell.run("export", "--format", "array").ok().out())
        .isEqualTo(
            "[\n{\"event_type\":\"T\",\"aggregate_id\":\"a\",\"data\":{\"a\":1},\"timestamp\":\"%s\",\"version\":4},\n"
                    .formatted(events.get(0).recordedAt())
                + "{\"event_type\":\"T\",\"aggregate_id\":\"a\",\"data\":2,\"timestamp\":\"%s\",\"version\":1}\n]\n"
                    .formatted(events.get(1).recordedAt()));
  }

  @Test
  void an_array_larger_than_any_buffer() {
    var array = new StringBuilder("[");
    String text = "x\\\"".repeat(1000);
    for (int i = 0; i < 2_000; i++) {
      array
          .append(i == 0 ? "" : ",\n")
          .append("{\"event_type\":\"T\",\"aggregate_id\":\"a\",\"data\":\"")
          .append(text)
          .append(i)
          .append("\"}");
    }
    importArray(array.append("]").toString()).ok();
    assertThat(all()).hasSize(2_000);
    assertThat(all().getLast().data().text()).isEqualTo("\"" + text + "1999\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                     | 1:1 | a JSON array is needed: it begins with [",
        "``                     | 1:1 | a JSON array is needed: it begins with [",
        "[                      | 1:2 | the array has no end",
        "[GOOD                  | 1:85 | the array has no end",
        "[GOOD,                 | 1:86 | the array has no end",
        "[GOOD,]                | 1:86 | an object is needed: it begins with {",
        "[7]                    | 1:2 | an object is needed: it begins with {",
        "[GOOD GOOD]            | 1:86 | a comma or the end of the array is needed",
        "[GOOD] x               | 1:87 | nothing may follow the array",
        "[GOOD,{\"a\":\"}]      | 1:86 | the object that begins here has no end",
        "[GOOD,{\"a\"]]         | 1:90 | not JSON: Unexpected character (']' (code 93)): was"
            + " expecting a colon to separate property name and value",
        "[{\"event_type\":\"T\",\"data\":1}]          | 1:2 | aggregate_id is missing",
        "[{\"aggregate_id\":\"a\",\"data\":1}]        | 1:2 | event_type is missing",
        "[{\"aggregate_id\":\"a\",\"event_type\":\"T\"}] | 1:2 | data is missing",
        "[{\"aggregate_id\":7}]                       | 1:18 | aggregate_id is a text",
        "[{\"aggregate_id\":\"$a\"}]                  | 1:18 | streams that start with $ are the"
            + " system's: $a",
        "[{\"event_type\":\" \"}]                     | 1:16 | the event type is blank",
        "[{\"version\":0}]                            | 1:13 | version is 1 or more, not 0",
        "[{\"version\":1.5}]                          | 1:13 | version is a whole number",
        "[{\"version\":\"1\"}]                        | 1:13 | version is a whole number",
        "[{\"timestamp\":1767607200}]                 | 1:15 | timestamp is a text",
        "[{\"timestamp\":\"yesterday\"}]              | 1:15 | timestamp is a date and time of ISO"
            + " 8601, not: yesterday",
        "[{\"timestamp\":\"2026-02-30T00:00:00Z\"}]   | 1:15 | timestamp is a date and time of ISO"
            + " 8601, not: 2026-02-30T00:00:00Z",
        "[{\"data\":1,\"data\":1}]                    | 1:19 | data is given twice",
        "[{\"event_id\":1}]                           | 1:14 | the field event_id is not known;"
            + " --ignore-unknown passes over such fields"
      })
  void a_malformed_array_stops_with_file_line_and_column(String array, String at, String what) {
    String good = object("2026-01-05");
    var outcome = importArray(array.replace("GOOD", good));
    outcome.failed(1, "<stdin>:" + at + ": " + what);
    assertThat(all()).hasSize(array.contains("GOOD") ? 1 : 0);
  }

  @Test
  void places_count_lines_and_characters() {
    importArray(
            """
            [
              {"event_type": "✓", "aggregate_id": "a", "data": 1},
              {"event_type": "é😀",
               "aggregate_id": "ü", "versionn": 1}
            ]
            """)
        .failed(
            1,
            "<stdin>:4:37: the field versionn is not known; --ignore-unknown passes over such"
                + " fields");
    importArray(
            "[{\"x\":[{\"y\":1}],\"event_type\":\"T\",\"aggregate_id\":\"a\",\"data\":1}]",
            "--ignore-unknown")
        .ok();
  }

  @Test
  void a_zone_that_is_none() {
    var outcome = importArray("[]", "--zone", "Mars/Olympus");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("--zone").contains("Mars/Olympus").hasLineCount(1);
  }
}
