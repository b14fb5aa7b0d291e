package io.daybook.systemtests;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream of a million events is loaded in a heap of 32 MiB. */
@Tag("long")
class SmallHeapTest {
  private static final int EVENTS = 1_000_000;
  private static final int EVENTS_PER_APPEND = 1_000;
  private static final int AFTER_THE_SNAPSHOT = 10;
  private static final int MOST_UNDER_WAY = 8;

  @TempDir private Path folder;

  @Test
  void aMillionEventsAreLoadedFromASnapshotAndOneByOne() throws Exception {
    Path storeFolder = folder.resolve("store");
    try (EventStore store = EngineStore.open(storeFolder)) {
      append(store, 1, EVENTS - AFTER_THE_SNAPSHOT);
      Tally.handler(store, new AtomicLong()).takeSnapshot("1");
      append(store, EVENTS - AFTER_THE_SNAPSHOT + 1, EVENTS);
    }

    var lines = new ArrayList<String>();
    Path errors = folder.resolve("errors");
    try (var child =
        ChildJvm.start(errors, List.of("-Xmx32m"), Tally.class, storeFolder.toString())) {
      for (String line = child.nextLine(); line != null; line = child.nextLine()) {
        lines.add(line);
      }
      assertThat(child.awaitExit()).as(child.errors()).isEqualTo(0);
    }

    var tally = new Tally(EVENTS, (long) EVENTS * (EVENTS + 1) / 2);
    assertThat(lines)
        .containsExactly(
            "from its snapshot " + tally + ", folding " + AFTER_THE_SNAPSHOT,
            "from its events " + tally + ", folding " + EVENTS,
            "in its category " + EVENTS);
  }

  private static void append(EventStore store, int first, int last) {
    Queue<CompletableFuture<AppendResult>> underWay = new ArrayDeque<>();
    var events = new ArrayList<Event>();
    for (int number = first; number <= last; number++) {
      events.add(Tally.CODEC.encode(Event.newId(), new Tally.Added(number), Audit.current()));
      if (events.size() == EVENTS_PER_APPEND || number == last) {
        underWay.add(store.appendAsync(Append.to("tally-1").expecting(any()).events(events)));
        events.clear();
      }
      if (underWay.size() > MOST_UNDER_WAY) {
        underWay.remove().join();
      }
    }
    underWay.forEach(CompletableFuture::join);
  }
}
