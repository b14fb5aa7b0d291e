package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What settings hid that were replaced stays hidden when the store is opened anew. */
class RulesAfterReopeningTest {
  @TempDir private Path folder;

  @Test
  void aHigherMaxCountBringsNothingBack() {
    try (EngineStore store = EngineStore.open(folder)) {
      for (String type : new String[] {"A", "B", "C", "D"}) {
        store.append("a-1", any(), Event.json(type, "{}"));
      }
      store.changeSettings("a-1", any(), StreamSettings.none().withMaxCount(2));
      store.changeSettings("a-1", any(), StreamSettings.none().withMaxCount(4));
      store.append("b-1", any(), Event.json("X", "{}"));
    }
    try (EngineStore store = EngineStore.open(folder)) {
      assertThat(store.read(Query.stream("a-1")).toList())
          .extracting(RecordedEvent::type)
          .containsExactly("C", "D");
    }
  }
}
