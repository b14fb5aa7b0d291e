package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StoreReadOnlyException;
import io.daybook.eventstore.StreamSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A store stops taking appends before its disk is full, and takes them again when there is room.
 */
@ExtendWith(QuietEngine.class)
final class LowDiskTest {
  private static final long RESERVE = 40_000;

  private final SimulatedDisk disk = new SimulatedDisk(1).capacity(200_000);

  private EngineStore open() {
    EngineOptions options =
        EngineOptions.defaults()
            .withoutThreads()
            .withReserve(RESERVE)
            .withSizes(
                new LogSizes(16_384, 4_096, 4_096), new IndexLimits(16, 1 << 20, 8_192, 0, 2));
    return EngineStore.open(disk, "simulated", options);
  }

  private static Event event() {
    return Event.of("E", Payload.of(new byte[1_000], "application/x-zeros"));
  }

  /** Appends until the store is read only, and says how often it could. */
  private static int fill(EngineStore store) {
    for (int stored = 0; ; stored++) {
      try {
        store.append("a-1", any(), event());
      } catch (StoreReadOnlyException e) {
        return stored;
      }
    }
  }

  @Test
  void theReserveIsLeftAndAppendsAreTakenAgainWhenThereIsRoom() throws Exception {
    try (EngineStore store = open()) {
      AppendResult first = store.append(Append.to("b-1").events(event()));
      int stored = fill(store);
      assertThat(disk.usableBytes()).isGreaterThan(RESERVE / 2);
      assertThat(disk.faultsHappened()).isFalse();
      assertThat(store.read(Query.stream("a-1")).toList()).hasSize(stored);
      assertThatThrownBy(() -> store.append("a-1", any(), event()))
          .isInstanceOf(StoreReadOnlyException.class)
          .hasMessageContaining("nearly full")
          .hasMessageContaining("the reserve of " + RESERVE + " bytes")
          .hasMessageContaining("make room");
      assertThat(store.head().value()).isEqualTo(first.lastPosition().value() + stored);
      disk.capacity(300_000);
      store.append("a-1", any(), event());
      assertThat(store.read(Query.stream("a-1")).toList()).hasSize(stored + 1);
    }
  }

  @Test
  void whatMakesRoomMayUseTheReserve() {
    try (EngineStore store = open()) {
      int stored = fill(store);
      for (int i = 0; i < 60; i++) {
        store.delete("gone-" + i, any());
      }
      store.changeSettings(
          "a-1", any(), StreamSettings.none().withTruncateBefore(new Revision(stored - 1)));
      store.tombstone("b-1", any());
      assertThat(store.read(Query.everything()).toList()).hasSize(1);
      assertThatThrownBy(() -> store.changeSettings("a-1", any(), StreamSettings.none()))
          .isInstanceOf(StoreReadOnlyException.class);
    }
    try (EngineStore store = open()) {
      assertThat(store.read(Query.everything()).toList()).hasSize(1);
    }
  }

  @Test
  void scavengingGivesTheSpaceBack() {
    try (EngineStore store = open()) {
      fill(store);
      store.delete("a-1", any());
      store.scavenge(ProgressListener.none());
      assertThat(fill(store)).isPositive();
    }
  }

  @Test
  void aRetryOfWhatIsStoredIsAnsweredAsEver() {
    try (EngineStore store = open()) {
      Append append = Append.to("b-1").events(List.of(event()));
      AppendResult result = store.append(append);
      fill(store);
      assertThat(store.append(append)).isEqualTo(result);
    }
  }

  @Test
  void aReserveIsNotNegative() {
    assertThatThrownBy(() -> EngineOptions.defaults().withReserve(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }
}
