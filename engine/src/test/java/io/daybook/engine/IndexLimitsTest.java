package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Query;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each limit of the index in memory bounds it, while appends come in and at opening. */
class IndexLimitsTest {
  private static final int EVENTS = 400;
  private static final int MOST = 64;

  private final SimulatedDisk disk = new SimulatedDisk(1);

  /** What becomes too much, after at most so many events, each with three terms of its own. */
  enum Limit {
    EVENTS,
    TERMS,
    BYTES;

    private IndexLimits limits() {
      return switch (this) {
        case EVENTS -> new IndexLimits(MOST, 1 << 20, 1 << 30, 1 << 30, 4);
        case TERMS -> new IndexLimits(1 << 20, 3 * MOST, 1 << 30, 1 << 30, 4);
        case BYTES -> new IndexLimits(1 << 20, 1 << 20, MOST * 500, 1 << 30, 4);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void indexesInMemoryStayBounded(Limit limit) {
    try (EngineStore store = open(limit)) {
      for (int i = 0; i < EVENTS; i++) {
        String data = "\"" + "x".repeat(500) + "\"";
        store.append("s" + i, any(), Event.json("T", data).withTags("a:" + i, "b:" + i));
        assertThat(store.stats().unindexedEvents()).isLessThanOrEqualTo(MOST);
      }
      assertThat(store.stats().indexFiles()).isPositive();
    }
    disk.removeFolder("index");
    try (EngineStore store = open(limit)) {
      assertThat(store.stats().indexFiles()).isPositive();
      assertThat(store.stats().unindexedEvents()).isLessThanOrEqualTo(MOST);
      assertThat(store.read(Query.tags("b:17")).toList()).hasSize(1);
      assertThat(store.read(Query.types("T")).toList()).hasSize(EVENTS);
    }
  }

  private EngineStore open(Limit limit) {
    var options =
        EngineOptions.defaults()
            .withSizes(new LogSizes(1 << 20, 64 << 10, 64 << 10), limit.limits())
            .withoutThreads();
    return EngineStore.open(disk, "simulated", options);
  }
}
