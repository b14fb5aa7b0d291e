package io.daybook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import org.junit.jupiter.api.Test;

class StatsCommandTest {
  private final Shell shell = new Shell();

  @Test
  void says_what_the_store_holds() {
    for (int i = 0; i < 1_234; i++) {
      shell
          .store()
          .append(
              "s-" + i % 7, ExpectedRevision.any(), Event.json("T" + i % 3, "1").withTags("x:1"));
    }
    var events = shell.store().read(Query.everything()).toList();
    var id = shell.store().checkpointAt(Position.FIRST).storeId();
    assertThat(shell.run("stats").ok().out())
        .isEqualTo(
            """
            store           %s
            epoch           0
            events          1,234
            streams         7
            categories      1
            types           3
            tags            1
            first recorded  %s
            last recorded   %s
            bytes on disk   1.2 MiB (1,254,912)
            index files     3

            largest streams, by events:
              1,177  s-1
                  9  s-"2"
            """
                .formatted(id, events.getFirst().recordedAt(), events.getLast().recordedAt()));
    assertThat(shell.run("stats", "--json").ok().out())
        .isEqualTo(
            "{\"store\":\"%s\",\"epoch\":0,\"events\":1234,\"streams\":7,\"categories\":1,\"types\":3,\"tags\":1,"
                    .formatted(id)
                + "\"firstRecorded\":\"%s\",\"lastRecorded\":\"%s\",\"bytesOnDisk\":1254912,\"indexFiles\":3,"
                    .formatted(events.getFirst().recordedAt(), events.getLast().recordedAt())
                + "\"index\":[{\"file\":\"index/0\",\"first\":0,\"last\":9,\"bytes\":100}],"
                + "\"largestStreams\":[{\"stream\":\"s-1\",\"events\":1177},"
                + "{\"stream\":\"s-\\\"2\\\"\",\"events\":9}]}\n");
  }

  @Test
  void as_many_large_streams_as_are_asked_for() {
    shell.store();
    assertThat(shell.run("stats", "--largest", "1").ok().out()).endsWith("\n  1,177  s-1\n");
    assertThat(shell.run("stats", "--largest", "0").ok().out()).doesNotContain("largest");
    assertThat(shell.run("stats", "--largest", "0", "--json").ok().out())
        .endsWith(",\"largestStreams\":[]}\n");
    shell
        .run("stats", "--largest", "-1")
        .failed(2, "daybook stats: --largest is 0 or more, not -1");
  }

  @Test
  void an_empty_store_has_no_times() {
    shell.store();
    assertThat(shell.run("stats").ok().out())
        .contains("events         0\n")
        .doesNotContain("recorded");
  }

  @Test
  void no_store() {
    shell
        .run("stats", "--data", "no")
        .failed(
            1,
            "daybook stats: there is no store in no; append and import create one, --data names"
                + " another");
  }
}
