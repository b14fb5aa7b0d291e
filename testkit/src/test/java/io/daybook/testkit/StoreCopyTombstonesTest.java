package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.copy.StoreCopy;
import io.daybook.eventsourcing.snapshot.EventStoreSnapshots;
import io.daybook.eventsourcing.snapshot.Snapshot;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamTombstonedException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a copy takes over besides events, and what it must not. */
final class StoreCopyTombstonesTest {
  private final EventStore source = new InMemoryStore();
  private final EventStore target = new InMemoryStore();

  @AfterEach
  void closeStores() {
    source.close();
    target.close();
  }

  private void append(String stream, Event... events) {
    source.append(stream, ExpectedRevision.any(), events);
  }

  private static List<RecordedEvent> all(EventStore store) {
    return store.read(Query.everything()).toList();
  }

  @Test
  void aTombstoneClosesTheNameInTheCopy() {
    for (String stream : List.of("kept-1", "old-1", "gone-1", "other-1")) {
      append(stream, Event.json("T", "1"));
      source.tombstone(stream, ExpectedRevision.any());
    }
    append("both-1", Event.json("T", "2"));
    append("live-1", Event.json("T", "3"));
    var copy =
        StoreCopy.from(source)
            .to(target)
            .renamingCategory("old", "new")
            .renamingStream("other-1", "both-1")
            .filter(event -> !event.stream().equals("gone-1"))
            .map(event -> event.type().equals("T") ? event.withType("U") : event);

    var report = copy.run();

    assertThat(report.settings()).isEqualTo(2);
    assertThat(report.settingsLeft()).containsExactly("gone-1", "other-1");
    for (String stream : List.of("kept-1", "new-1")) {
      assertThatThrownBy(() -> target.append(stream, ExpectedRevision.any(), Event.json("T", "1")))
          .isInstanceOf(StreamTombstonedException.class);
    }
    assertThat(target.streamInfo("gone-1")).isEmpty();
    assertThat(all(target)).extracting(RecordedEvent::stream).containsExactly("both-1", "live-1");

    source.tombstone("live-1", ExpectedRevision.any());
    assertThat(copy.run().settings()).as("one that was copied before").isEqualTo(1);
    assertThat(all(target)).extracting(RecordedEvent::stream).containsExactly("both-1");
    assertThat(copy.run().settings()).isZero();
  }

  @Test
  void aStepThatCanMakeNothingOfATombstoneLeavesItOut() {
    append("a-1", Event.json("T", "1"));
    source.tombstone("a-1", ExpectedRevision.any());
    var report =
        StoreCopy.from(source)
            .to(target)
            .map(event -> {
              throw new IllegalStateException("not my type: " + event.type());
            })
            .run();
    assertThat(report.settingsLeft()).containsExactly("a-1");
    assertThat(StoreCopy.from(source).to(target).selecting(Query.types("T")).run().settingsLeft())
        .containsExactly("a-1");
  }

  @Test
  void snapshotsAreLeftOut() {
    append("a-1", Event.json("T", "{\"name\":\"Ada\"}"));
    var event = all(source).getFirst();
    new EventStoreSnapshots(source)
        .save(
            new Snapshot(
                "a-1", event.revision(), event.id(), "1", Payload.json("{\"name\":\"Ada\"}")));

    var _ = StoreCopy.from(source).to(target).map(e -> e.withData(Payload.json("{}"))).run();
    assertThat(all(target)).extracting(e -> e.data().text()).containsExactly("{}");
    assertThat(new EventStoreSnapshots(target).latest("a-1")).isEmpty();
    assertThat(target.streamInfo("snapshot:a-1")).isEmpty();
  }
}
