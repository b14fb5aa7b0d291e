package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.MemoryDisk;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.StreamSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A system event of a type that a later version may bring: it is one of the system's as any other,
 * and hides nothing that this version knows of.
 */
class LaterSystemEventTest {
  private static final String LATER = "$StreamArchived";

  private final Disk disk = new MemoryDisk();
  private final EngineOptions options = EngineOptions.defaults().withoutThreads();

  private OpenedStore open() {
    return new Opening(disk, "memory", options).open();
  }

  @Test
  void breaksNoConditionAndHidesNothing() {
    OpenedStore parts = open();
    try (EngineStore store = new EngineStore(parts, options)) {
      store.append("a-1", any(), Event.json("A", "{}"));
      var request =
          new Pending.Request.Administration(
              LATER, "a-1", any(), StreamSettings.none(), Event.newId());
      var pending = new Pending(request, null);
      parts.committer().accept(List.of(pending));
      assertThat(pending.outcome().firstPosition()).isEqualTo(new Position(1));
      check(store, "B");
    }
    try (EngineStore store = new EngineStore(open(), options)) {
      check(store, "C");
    }
  }

  private static void check(EngineStore store, String type) {
    List<Query> naming = List.of(Query.types(LATER), Query.stream("$$a-1"), Query.category("$$a"));
    for (Query query : naming) {
      store.append(Append.to("b-1").events(Event.json(type, "{}")).unless(query));
    }
    assertThat(store.read(Query.types(type)).toList()).hasSize(naming.size());
    assertThatThrownBy(() ->
            store.append(
                Append.to("b-1")
                    .events(Event.json(type, "{}"))
                    .unless(Query.types("A").or(Query.types(LATER)))))
        .isInstanceOfSatisfying(
            AppendConditionException.class,
            e -> assertThat(e.matchingPosition()).isEqualTo(Position.FIRST));
    assertThat(store.read(Query.stream("a-1")).toList()).hasSize(1);
    assertThat(store.read(Query.types(LATER)).toList()).isEmpty();
    assertThat(store.read(ReadRequest.of(Query.types(LATER)).withSystemEvents()).toList())
        .hasSize(1);
  }
}
