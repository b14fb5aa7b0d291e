package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.copy.StoreCopy;
import io.daybook.eventsourcing.process.PendingTimer;
import io.daybook.eventsourcing.process.Timers;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of pending timers, so that a start does not read all that ever were. */
@Timeout(60)
final class TimerSnapshotTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int ENOUGH = 600;
  private static final String SNAPSHOTS = "snapshot:timers";

  private final TestClock clock = new TestClock();
  private final InMemoryStore store = InMemoryStore.with(clock);

  /** Sees from where timers are read. */
  private static final class Watched extends ForwardingStore {
    private final List<Long> after = new ArrayList<>();

    Watched(EventStore store) {
      super(store);
    }

    @Override
    public Subscription subscribe(SubscriptionRequest request) {
      Subscription subscription = super.subscribe(request);
      after.add(subscription.checkpoint().position().value());
      return subscription;
    }

    @Override
    public ReadResult<RecordedEvent> read(ReadRequest request) {
      if (!request.backwards()) {
        after.add(
            request.from() instanceof ReadRequest.From.AtPosition(var at) ? at.value() - 1 : -1L);
      }
      return super.read(request);
    }
  }

  private static void schedule(EventStore store, String stream, String timer, Duration after) {
    String json =
        "{\"timer\":\""
            + timer
            + "\",\"due\":\""
            + TestClock.START.plus(after)
            + "\",\"payload\":\"\"}";
    store.append(stream, ExpectedRevision.any(), Event.json("timer:Scheduled", json));
  }

  /** Many timers that are no more, and two that are; then a snapshot. */
  @BeforeEach
  void fill() {
    schedule(store, "job-a", "first", Duration.ofDays(1));
    for (int i = 0; i < ENOUGH; i++) {
      schedule(store, "job-b", "again", Duration.ZERO);
      try (var read = store.read(ReadRequest.of(Query.stream("job-b")).inReverse().limit(1))) {
        for (RecordedEvent scheduled : read) {
          store.append(
              "job-b",
              ExpectedRevision.any(),
              Event.json(
                  "timer:Cancelled",
                  "{\"timer\":\"again\",\"scheduled\":\"" + scheduled.id() + "\"}"));
        }
      }
    }
    schedule(store, "job-c", "second", Duration.ofDays(2));
    try (Subscription kept =
            store.subscribe(
                SubscriptionRequest.of(Query.stream(SNAPSHOTS))
                    .after(store.checkpointAt(store.head())));
        var timers = Timers.run(store, clock)) {
      timers.awaitFired(LONG);
      awaitEvent(kept);
    }
  }

  private static void awaitEvent(Subscription subscription) {
    try {
      while (!(subscription.next() instanceof SubscriptionMessage.Delivered)) {
        // goes on until there is one
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> names(List<PendingTimer> timers) {
    return timers.stream().map(PendingTimer::timer).toList();
  }

  private int fired() {
    return store.read(Query.types("timer:Fired")).toList().size();
  }

  @Test
  void whatIsDoneWithIsNotReadAgain() {
    assertThat(names(Timers.pending(store))).containsExactly("first", "second");
    long known = 2L * ENOUGH;
    var watched = new Watched(store);
    try (var timers = Timers.run(watched, clock)) {
      timers.awaitFired(LONG);
      assertThat(names(timers.pending())).containsExactly("first", "second");
      assertThat(names(Timers.pending(watched))).containsExactly("first", "second");
      assertThat(watched.after).hasSize(2).allMatch(position -> position > known);

      schedule(store, "job-d", "third", Duration.ofHours(1));
      clock.advance(Duration.ofDays(1));
      timers.awaitFired(LONG);
      assertThat(names(timers.pending())).containsExactly("second");
    }
    assertThat(fired()).isEqualTo(2);
    try (var timers = Timers.run(store, clock)) {
      timers.awaitFired(LONG);
      assertThat(names(timers.pending())).containsExactly("second");
    }
    assertThat(fired()).isEqualTo(2);
  }

  @Test
  void onlyTheLatestIsKept() {
    assertThat(store.streamInfo(SNAPSHOTS).orElseThrow().settings())
        .isEqualTo(StreamSettings.none().withMaxCount(1));
  }

  @Test
  void aTimerWhoseStreamWasDeletedIsNone() {
    store.delete("job-a", ExpectedRevision.any());
    assertThat(names(Timers.pending(store))).containsExactly("second");
  }

  @ParameterizedTest
  @ValueSource(strings = {"torn", "shape", "event", "position", "metadata", "what"})
  void oneThatDoesNotFitIsPassedOver(String damage) {
    RecordedEvent good = store.read(Query.stream(SNAPSHOTS)).toList().getFirst();
    String metadata = good.metadata().text();
    byte[] ids = good.data().toByteArray();
    switch (damage) {
      case "torn" -> ids = new byte[17];
      case "shape" -> metadata = metadata.replace("timers:1", "timers:0");
      case "event" -> metadata = metadata.replaceAll("eventId\":\"....", "eventId\":\"0000");
      case "position" -> metadata = metadata.replaceAll("revision\":\\d+", "revision\":7");
      case "metadata" -> metadata = "{";
      default -> {
        var cancelled = store.read(Query.types("timer:Cancelled")).toList().getFirst().id();
        ids =
            java.nio.ByteBuffer.allocate(16)
                .putLong(cancelled.getMostSignificantBits())
                .putLong(cancelled.getLeastSignificantBits())
                .array();
      }
    }
    store.append(
        SNAPSHOTS,
        ExpectedRevision.any(),
        new Event(
            Event.newId(),
            good.type(),
            List.of(),
            Payload.of(ids, good.data().contentType()),
            Payload.json(metadata)));
    var watched = new Watched(store);
    assertThat(names(Timers.pending(watched))).containsExactly("first", "second");
    assertThat(watched.after).as("all is read").containsExactly(-1L);
  }

  @Test
  void inACopyThereIsNone() {
    var copy = InMemoryStore.with(clock);
    var _ = StoreCopy.from(store).to(copy).filter(e -> !e.stream().equals("job-b")).run();
    assertThat(names(Timers.pending(copy))).containsExactly("first", "second");
    clock.advance(Duration.ofDays(3));
    try (var timers = Timers.run(copy, clock)) {
      timers.awaitFired(LONG);
      assertThat(timers.pending()).isEmpty();
    }
  }
}
