package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.events;
import static io.daybook.tck.Samples.numbered;
import static io.daybook.tck.Samples.numberedTypes;
import static io.daybook.tck.Samples.positions;
import static io.daybook.tck.Samples.put;
import static io.daybook.tck.Samples.putTagged;
import static io.daybook.tck.Samples.types;
import static io.daybook.tck.Samples.upTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.CheckpointMismatchException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionMessage.Delivered;
import io.daybook.eventstore.SubscriptionMessage.FellBehind;
import io.daybook.eventstore.SubscriptionMessage.Progress;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.eventstore.SystemEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What subscriptions deliver and signal, and where they start and resume. */
public interface SubscriptionContract extends StoreUnderTest {

  /** From the start: first what is stored, then the signal. */
  @Test
  default void aSubscriptionDeliversWhatIsStoredAndThenSaysThatItCaughtUp() {
    put(store(), "a-1", "A");
    put(store(), "b-1", "B", "C");
    try (var follower = follow(SubscriptionRequest.of(Query.everything()))) {
      assertEquals("A", follower.event().type());
      assertEquals("B", follower.event().type());
      assertEquals("C", follower.event().type());
      follower.assertCaughtUp(2);
      follower.assertSilent();
    }
  }

  /** What is delivered is what is read. */
  @Test
  default void aSubscriptionDeliversWhatAReadReturns() {
    putTagged(store(), "a-1", "A", "x:1");
    putTagged(store(), "b-1", "B", "x:2");
    try (var follower = follow(SubscriptionRequest.of(Query.everything()))) {
      List<RecordedEvent> delivered = follower.untilCaughtUp();
      assertEquals(2, delivered.size());
      assertEquals(Samples.all(store()), delivered);
    }
  }

  /** After it caught up, it delivers what is appended, and does not say so again. */
  @Test
  default void afterItCaughtUpASubscriptionDeliversWhatIsAppended() {
    put(store(), "a-1", "A");
    try (var follower = follow(SubscriptionRequest.of(Query.everything()))) {
      assertEquals(List.of("A"), follower.typesUntilCaughtUp());
      for (int i = 0; i < 50; i++) {
        put(store(), "a-1", "E" + i);
        assertEquals("E" + i, follower.event().type());
      }
      follower.assertSilent();
    }
  }

  /** In an empty store, a subscription has caught up before the first event. */
  @Test
  default void inAnEmptyStoreASubscriptionHasCaughtUpAtOnce() {
    try (var follower = follow(SubscriptionRequest.of(Query.everything()))) {
      follower.assertCaughtUp(-1);
      put(store(), "a-1", "A");
      assertEquals("A", follower.event().type());
    }
  }

  /** All events of an append are delivered, in their order. */
  @Test
  default void theEventsOfAnAppendAreDeliveredInTheirOrder() {
    try (var follower = follow(SubscriptionRequest.of(Query.everything()))) {
      follower.assertCaughtUp(-1);
      store()
          .append(
              Append.to("a-1")
                  .events(events("A", "B"))
                  .and("b-1")
                  .events(events("C"))
                  .and("a-1")
                  .events(event("D")));
      assertEquals(List.of("A", "B", "C", "D"), types(follower.take(4)));
    }
  }

  /** A large store is delivered whole, once, in order. */
  @Test
  default void aLargeStoreIsDeliveredOnceAndInOrder() {
    for (int i = 0; i < 4; i++) {
      store().append("a-" + i, any(), numbered(5_000));
    }
    try (var follower = follow(SubscriptionRequest.of(Query.everything()))) {
      assertEquals(upTo(20_000), positions(follower.untilCaughtUp()));
      put(store(), "a-1", "Live");
      assertEquals("Live", follower.event().type());
    }
  }

  /** From the end: only what is appended after the call. */
  @Test
  default void fromTheEndASubscriptionDeliversOnlyWhatIsNew() {
    put(store(), "a-1", "A", "B");
    try (var follower = follow(SubscriptionRequest.of(Query.everything()).fromEnd())) {
      follower.assertCaughtUp(1);
      put(store(), "a-1", "C");
      assertEquals("C", follower.event().type());
    }
  }

  /** The end is that of the call, not that of the first question. */
  @Test
  default void theEndIsThatOfTheCall() {
    put(store(), "a-1", "A");
    try (var follower = follow(SubscriptionRequest.of(Query.everything()).fromEnd())) {
      put(store(), "a-1", "B");
      put(store(), "a-1", "C");
      assertEquals(List.of("B", "C"), types(follower.take(2)));
    }
  }

  /** After a checkpoint: the next event is the first. */
  @Test
  default void afterACheckpointTheNextEventIsTheFirst() {
    put(store(), "a-1", "A", "B", "C", "D");
    Checkpoint checkpoint = store().checkpointAt(new Position(1));
    try (var follower = follow(SubscriptionRequest.of(Query.everything()).after(checkpoint))) {
      assertEquals(List.of("C", "D"), follower.typesUntilCaughtUp());
      put(store(), "b-1", "E");
      assertEquals("E", follower.event().type());
    }
  }

  /** After the checkpoint before the first event, everything comes. */
  @Test
  default void afterTheCheckpointBeforeTheFirstEventEverythingComes() {
    put(store(), "a-1", "A", "B");
    Checkpoint start = store().checkpointAt(Position.BEFORE_FIRST);
    try (var follower = follow(SubscriptionRequest.of(Query.everything()).after(start))) {
      assertEquals(List.of("A", "B"), follower.typesUntilCaughtUp());
    }
  }

  /** After the head's checkpoint, there is nothing to catch up with. */
  @Test
  default void afterTheCheckpointOfTheHeadThereIsNothingToCatchUpWith() {
    put(store(), "a-1", "A", "B");
    Checkpoint head = store().checkpointAt(store().head());
    try (var follower = follow(SubscriptionRequest.of(Query.everything()).after(head))) {
      follower.assertCaughtUp(1);
      put(store(), "a-1", "C");
      assertEquals("C", follower.event().type());
    }
  }

  /** A checkpoint survives being written down as text. */
  @Test
  default void aCheckpointSurvivesAsText() {
    put(store(), "a-1", "A", "B");
    Checkpoint checkpoint = store().checkpointAt(Position.FIRST);
    Checkpoint parsed = Checkpoint.parse(checkpoint.toString());
    assertEquals(checkpoint, parsed);
    try (var follower = follow(SubscriptionRequest.of(Query.everything()).after(parsed))) {
      assertEquals("B", follower.event().type());
    }
  }

  /** From its own checkpoint, a subscription is resumed with what it has not delivered. */
  @Test
  default void aSubscriptionIsResumedFromItsCheckpoint() {
    store().append("a-1", any(), numbered(30));
    var all = new ArrayList<String>();
    Checkpoint checkpoint = store().checkpointAt(Position.BEFORE_FIRST);
    for (int round = 0; round < 10; round++) {
      SubscriptionRequest request = SubscriptionRequest.of(Query.everything());
      try (var follower = follow(request.after(checkpoint))) {
        assertEquals(checkpoint, follower.subscription().checkpoint());
        all.addAll(types(follower.take(3)));
        checkpoint = follower.subscription().checkpoint();
      }
    }
    assertEquals(numberedTypes(0, 30), all);
  }

  /** A checkpoint of a filtered subscription passes over what does not match. */
  @Test
  default void theCheckpointOfAFilteredSubscriptionPassesOverWhatDoesNotMatch() {
    put(store(), "a-1", "A", "X", "X", "B", "X", "X");
    SubscriptionRequest request = SubscriptionRequest.of(Query.types("A", "B"));
    Checkpoint checkpoint;
    try (var follower = follow(request)) {
      assertEquals(List.of("A", "B"), follower.typesUntilCaughtUp());
      checkpoint = follower.subscription().checkpoint();
    }
    assertEquals(store().checkpointAt(new Position(5)), checkpoint);
    put(store(), "a-1", "A");
    try (var follower = follow(request.after(checkpoint))) {
      assertEquals(List.of("A"), follower.typesUntilCaughtUp());
    }
  }

  /** The checkpoint of another store is refused. */
  @Test
  default void theCheckpointOfAnotherStoreIsRefused() {
    put(store(), "a-1", "A", "B");
    Checkpoint own = store().checkpointAt(Position.FIRST);
    assertRefused(new Checkpoint(UUID.randomUUID(), own.epoch(), own.position()));
    assertRefused(new Checkpoint(UUID.randomUUID(), own.epoch(), Position.BEFORE_FIRST));
  }

  /** The checkpoint of another life of the store is refused. */
  @Test
  default void theCheckpointOfAnotherEpochIsRefused() {
    put(store(), "a-1", "A", "B");
    Checkpoint own = store().checkpointAt(Position.FIRST);
    assertRefused(new Checkpoint(own.storeId(), own.epoch() + 1, own.position()));
  }

  /** A checkpoint from beyond the head is refused. */
  @Test
  default void aCheckpointBeyondTheHeadIsRefused() {
    put(store(), "a-1", "A", "B");
    assertRefused(store().checkpointAt(new Position(2)));
  }

  /** Checkpoints of a store differ by nothing but their positions. */
  @Test
  default void theCheckpointsOfAStoreShareItsId() {
    put(store(), "a-1", "A");
    Checkpoint first = store().checkpointAt(Position.FIRST);
    put(store(), "a-1", "B");
    assertEquals(first, store().checkpointAt(Position.FIRST));
    assertEquals(
        new Checkpoint(first.storeId(), first.epoch(), new Position(1)),
        store().checkpointAt(store().head()));
  }

  /** Only what matches is delivered, from the past as live. */
  @Test
  default void onlyWhatMatchesIsDelivered() {
    putTagged(store(), "a-1", "A", "x:1");
    putTagged(store(), "a-1", "B", "x:2");
    putTagged(store(), "b-1", "C", "x:2");
    Query query = Query.stream("a-1").or(Query.item().withTypes("C").withTags("x:2").asQuery());
    try (var follower = follow(SubscriptionRequest.of(query))) {
      assertEquals(List.of("A", "B", "C"), follower.typesUntilCaughtUp());
      putTagged(store(), "b-1", "C", "x:3");
      putTagged(store(), "b-2", "C", "x:2");
      put(store(), "b-1", "D");
      put(store(), "a-1", "E");
      assertEquals(List.of("C", "E"), types(follower.take(2)));
    }
  }

  /** A few events that don't match are no news for a subscriber that has caught up. */
  @Test
  default void aFewEventsThatDoNotMatchAreNoNews() {
    put(store(), "a-1", "A");
    try (var follower = follow(SubscriptionRequest.of(Query.stream("a-1")))) {
      assertEquals(List.of("A"), follower.typesUntilCaughtUp());
      for (int i = 0; i < 20; i++) {
        put(store(), "b-1", "X");
        follower.assertSilent();
      }
      put(store(), "a-1", "B");
      assertEquals("B", follower.event().type());
    }
  }

  /** Each dimension may be subscribed to. */
  @Test
  default void eachDimensionMayBeSubscribedTo() {
    putTagged(store(), "a-1", "A", "x:1");
    putTagged(store(), "b-1", "B", "x:2");
    putTagged(store(), "a-2", "B", "x:1");
    assertDelivers(Query.stream("b-1"), 1L);
    assertDelivers(Query.category("a"), 0L, 2L);
    assertDelivers(Query.types("B"), 1L, 2L);
    assertDelivers(Query.tags("x:1"), 0L, 2L);
    assertDelivers(Query.everything(), 0L, 1L, 2L);
  }

  /** Having passed over many events, a filtered subscription says how far it is. */
  @Test
  default void progressIsReportedWhereNothingMatches() {
    put(store(), "a-1", "Match");
    store().append("b-1", any(), numbered(100));
    put(store(), "a-1", "Match");
    try (var follower = follow(SubscriptionRequest.of(Query.stream("a-1")).progressEvery(10))) {
      assertEquals("Match", follower.event().type());
      int reports = 0;
      SubscriptionMessage message = follower.message();
      for (; message instanceof Progress(Position position); message = follower.message()) {
        reports++;
        assertTrue(position.value() <= 100, "progress beyond the next match: " + position);
        assertEquals(store().checkpointAt(position), follower.subscription().checkpoint());
      }
      assertTrue(reports >= 1 && reports <= 10, reports + " reports of progress in 100 positions");
      assertEquals(101, assertInstanceOf(Delivered.class, message).position().value());
      follower.assertCaughtUp(101);
    }
  }

  /** Progress is reported while events come in that don't match. */
  @Test
  default void progressIsReportedLive() {
    put(store(), "a-1", "Match");
    try (var follower = follow(SubscriptionRequest.of(Query.stream("a-1")).progressEvery(10))) {
      assertEquals(List.of("Match"), follower.typesUntilCaughtUp());
      for (int i = 0; i < 25; i++) {
        put(store(), "b-1", "X");
      }
      assertTrue(assertInstanceOf(Progress.class, follower.message()).position().value() >= 10);
      put(store(), "a-1", "Match");
      assertEquals(26, follower.take(1).getFirst().position().value());
    }
  }

  /** No progress is reported as long as events are delivered. */
  @Test
  default void noProgressIsReportedBetweenEventsThatAreNear() {
    store().append("a-1", any(), numbered(100));
    try (var follower = follow(SubscriptionRequest.of(Query.everything()).progressEvery(5))) {
      for (int i = 0; i < 100; i++) {
        assertEquals("E" + i, follower.event().type());
      }
      follower.assertCaughtUp(99);
    }
  }

  /** A subscriber that had caught up and is far behind is told, and told again at the head. */
  @Test
  default void aSubscriberThatFellBehindIsTold() {
    try (var follower = follow(SubscriptionRequest.of(Query.everything()).fellBehindAfter(10))) {
      follower.assertCaughtUp(-1);
      put(store(), "a-1", "A");
      assertEquals("A", follower.event().type());
      store().append("a-1", any(), numbered(50));
      assertEquals(new FellBehind(new Position(0)), follower.message());
      assertEquals(numberedTypes(0, 50), follower.typesUntilCaughtUp());
      follower.assertSilent();
      put(store(), "a-1", "B");
      assertEquals("B", follower.event().type());
      store().append("a-1", any(), numbered(11));
      assertEquals(new FellBehind(new Position(51)), follower.message());
      assertEquals(numberedTypes(0, 11), follower.typesUntilCaughtUp());
    }
  }

  /** A subscriber that is a little behind is not bothered. */
  @Test
  default void aSubscriberThatIsALittleBehindIsNotTold() {
    try (var follower = follow(SubscriptionRequest.of(Query.everything()).fellBehindAfter(10))) {
      follower.assertCaughtUp(-1);
      store().append("a-1", any(), numbered(10));
      for (int i = 0; i < 10; i++) {
        assertEquals("E" + i, follower.event().type());
      }
      follower.assertSilent();
    }
  }

  /** A subscriber that has not caught up yet can't fall behind. */
  @Test
  default void aSubscriberThatNeverCaughtUpIsNotToldThatItFellBehind() {
    store().append("a-1", any(), numbered(100));
    try (var follower = follow(SubscriptionRequest.of(Query.everything()).fellBehindAfter(1))) {
      for (int i = 0; i < 100; i++) {
        assertEquals("E" + i, follower.event().type());
      }
      follower.assertCaughtUp(99);
    }
  }

  /** A subscriber that asks for nothing holds nobody up and loses nothing. */
  @Test
  default void aSlowSubscriberHoldsNobodyUpAndLosesNothing() {
    try (var slow = follow(SubscriptionRequest.of(Query.everything()));
        var quick = follow(SubscriptionRequest.of(Query.everything()))) {
      quick.assertCaughtUp(-1);
      for (int i = 0; i < 5_000; i += 50) {
        store().append("a-1", any(), numbered(50));
        assertEquals(50, quick.take(50).size());
      }
      assertEquals(upTo(5_000), positions(slow.take(5_000)));
    }
  }

  /** Subscriptions don't take events from one another. */
  @Test
  default void manySubscriptionsAllGetEveryEvent() {
    var followers = new ArrayList<Follower>();
    try {
      for (int i = 0; i < 20; i++) {
        followers.add(follow(SubscriptionRequest.of(Query.category("a"))));
      }
      put(store(), "a-1", "A", "B");
      put(store(), "b-1", "X");
      put(store(), "a-1", "C");
      followers.forEach(each -> assertEquals(List.of("A", "B", "C"), types(each.take(3))));
    } finally {
      followers.forEach(Follower::close);
    }
  }

  /** Hidden events are not delivered. */
  @Test
  default void hiddenEventsAreNotDelivered() {
    put(store(), "a-1", "A", "B", "C");
    put(store(), "b-1", "D");
    put(store(), "c-1", "E");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(1));
    store().delete("b-1", any());
    try (var follower = follow(SubscriptionRequest.of(Query.everything()))) {
      assertEquals(List.of("C", "E"), follower.typesUntilCaughtUp());
      put(store(), "b-1", "F");
      assertEquals("F", follower.event().type());
    }
  }

  /** Events that are too old are not delivered. */
  @Test
  default void eventsThatAreTooOldAreNotDelivered() {
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxAge(Duration.ofHours(1)));
    put(store(), "a-1", "A");
    clock().advance(Duration.ofMinutes(50));
    put(store(), "a-1", "B");
    clock().advance(Duration.ofMinutes(20));
    try (var follower = follow(SubscriptionRequest.of(Query.stream("a-1")))) {
      assertEquals(List.of("B"), follower.typesUntilCaughtUp());
    }
  }

  /** System events are delivered on request only. */
  @Test
  default void systemEventsAreDeliveredOnRequestOnly() {
    put(store(), "a-1", "A");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(5));
    SubscriptionRequest request = SubscriptionRequest.of(Query.everything());
    try (var ordinary = follow(request);
        var system = follow(request.withSystemEvents())) {
      assertEquals(List.of("A"), ordinary.typesUntilCaughtUp());
      assertEquals(List.of("A", SystemEvents.STREAM_SETTINGS_CHANGED), system.typesUntilCaughtUp());
      store().tombstone("b-1", any());
      put(store(), "a-1", "B");
      assertEquals(List.of("B"), types(ordinary.take(1)));
      assertEquals(List.of(SystemEvents.STREAM_TOMBSTONED, "B"), types(system.take(2)));
    }
  }

  /** A checkpoint is refused with the checkpoint at hand, and subscribing from the start works. */
  private void assertRefused(Checkpoint checkpoint) {
    SubscriptionRequest request = SubscriptionRequest.of(Query.everything());
    var refused =
        assertThrows(
            CheckpointMismatchException.class, () -> store().subscribe(request.after(checkpoint)));
    assertEquals(checkpoint, refused.checkpoint());
    assertFinds(store(), Query.types("A"), "A");
  }

  private void assertDelivers(Query query, Long... positions) {
    try (var follower = follow(SubscriptionRequest.of(query))) {
      assertEquals(List.of(positions), positions(follower.untilCaughtUp()), query::toString);
    }
  }

  private Follower follow(SubscriptionRequest request) {
    return new Follower(this, request);
  }
}
