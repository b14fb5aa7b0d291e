package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionMessage.CaughtUp;
import io.daybook.eventstore.SubscriptionMessage.Delivered;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Subscribers that wait: how they are woken, interrupted and cancelled. */
public interface WaitingContract extends StoreUnderTest {

  /** A waiting subscriber is woken by the next event. */
  @Test
  default void aWaitingSubscriberIsWokenByTheNextEvent() throws InterruptedException {
    try (Subscription subscription = caughtUp()) {
      for (int i = 0; i < 20; i++) {
        Parallel.Running<SubscriptionMessage> waiting = startNext(subscription);
        put(store(), "a-1", "E" + i);
        var message = assertInstanceOf(Delivered.class, waiting.result(patience()));
        assertEquals("E" + i, message.event().type());
      }
    }
  }

  /** A subscriber that waits for one stream is not woken by another. */
  @Test
  default void aWaitingSubscriberSleepsThroughWhatDoesNotMatch() throws InterruptedException {
    try (Subscription subscription =
        store().subscribe(SubscriptionRequest.of(Query.stream("a-1")))) {
      assertInstanceOf(CaughtUp.class, subscription.next());
      Parallel.Running<SubscriptionMessage> waiting = startNext(subscription);
      for (int i = 0; i < 100; i++) {
        put(store(), "b-1", "X");
      }
      put(store(), "a-1", "A");
      var message = assertInstanceOf(Delivered.class, waiting.result(patience()));
      assertEquals("A", message.event().type());
      assertEquals(100, message.position().value());
    }
  }

  /** A poll gives up when its time is over, and loses nothing by it. */
  @Test
  default void aPollGivesUpWhenItsTimeIsOver() throws InterruptedException {
    try (Subscription subscription = caughtUp()) {
      long begin = System.nanoTime();
      assertEquals(Optional.empty(), subscription.poll(Duration.ofMillis(50)));
      assertTrue(System.nanoTime() - begin >= 50_000_000, "gave up too early");
      assertEquals(Optional.empty(), subscription.poll(Duration.ZERO));
      put(store(), "a-1", "A");
      SubscriptionMessage message = subscription.poll(patience()).orElseThrow();
      assertEquals("A", assertInstanceOf(Delivered.class, message).event().type());
    }
  }

  /** A poll with a very long time waits, too. */
  @Test
  default void aPollMayWaitForEver() throws InterruptedException {
    try (Subscription subscription = caughtUp()) {
      Parallel.Running<Optional<SubscriptionMessage>> waiting =
          Parallel.start(() -> subscription.poll(Duration.ofSeconds(Long.MAX_VALUE)));
      put(store(), "a-1", "A");
      var message = assertInstanceOf(Delivered.class, waiting.result(patience()).orElseThrow());
      assertEquals("A", message.event().type());
    }
  }

  /** To interrupt a waiting subscriber ends its waiting, not the subscription. */
  @Test
  default void anInterruptEndsTheWaitingAndNotTheSubscription() throws InterruptedException {
    try (Subscription subscription = caughtUp()) {
      Parallel.Running<InterruptedException> waiting =
          startWaiting(() -> assertThrows(InterruptedException.class, subscription::next));
      waiting.thread().interrupt();
      waiting.result(patience());
      put(store(), "a-1", "A");
      SubscriptionMessage message = subscription.poll(patience()).orElseThrow();
      assertEquals("A", assertInstanceOf(Delivered.class, message).event().type());
    }
  }

  /** To interrupt one waiting subscriber disturbs no other, and no writer. */
  @Test
  default void anInterruptDisturbsNobodyElse() throws InterruptedException {
    try (Subscription one = caughtUp();
        Subscription other = caughtUp()) {
      Parallel.Running<InterruptedException> interrupted =
          startWaiting(() -> assertThrows(InterruptedException.class, one::next));
      Parallel.Running<SubscriptionMessage> waiting = startNext(other);
      interrupted.thread().interrupt();
      interrupted.result(patience());
      put(store(), "a-1", "A");
      var message = assertInstanceOf(Delivered.class, waiting.result(patience()));
      assertEquals("A", message.event().type());
      assertFinds(store(), Query.everything(), "A");
    }
  }

  /** To close a subscription ends a thread that waits for it. */
  @Test
  default void closingASubscriptionEndsItsWaiting() throws InterruptedException {
    Subscription subscription = caughtUp();
    Parallel.Running<EventStoreClosedException> waiting =
        startWaiting(() -> assertThrows(EventStoreClosedException.class, subscription::next));
    subscription.close();
    waiting.result(patience());
  }

  /** A closed subscription delivers nothing. Closing twice does nothing. */
  @Test
  default void aClosedSubscriptionDeliversNothing() throws InterruptedException {
    put(store(), "a-1", "A", "B");
    Subscription subscription = store().subscribe(SubscriptionRequest.of(Query.everything()));
    assertInstanceOf(Delivered.class, subscription.next());
    subscription.close();
    subscription.close();
    assertThrows(EventStoreClosedException.class, subscription::next);
    assertThrows(EventStoreClosedException.class, () -> subscription.poll(Duration.ZERO));
  }

  /** To close one subscription leaves the others alone. */
  @Test
  default void closingOneSubscriptionLeavesOthersAlone() throws InterruptedException {
    try (Subscription other = caughtUp()) {
      caughtUp().close();
      put(store(), "a-1", "A");
      SubscriptionMessage message = other.poll(patience()).orElseThrow();
      assertEquals("A", assertInstanceOf(Delivered.class, message).event().type());
    }
  }

  /** To close the store ends a thread that waits for an event. */
  @Test
  default void closingTheStoreEndsWaitingSubscribers() throws InterruptedException {
    Subscription subscription = caughtUp();
    Parallel.Running<EventStoreClosedException> waiting =
        startWaiting(() -> assertThrows(EventStoreClosedException.class, subscription::next));
    store().close();
    waiting.result(patience());
    assertThrows(EventStoreClosedException.class, subscription::next);
  }

  /** A handler is called for each event, until the subscription is closed. */
  @Test
  default void aHandlerIsCalledForEachEventUntilTheEnd() throws InterruptedException {
    put(store(), "a-1", "A");
    var handler = new HandlerThread(this);
    assertEquals("A", handler.nextType());
    put(store(), "a-1", "B");
    assertEquals("B", handler.nextType());
    handler.close();
    assertFalse(handler.endsInterrupted());
  }

  /** A handler ends normally when the store is closed. */
  @Test
  default void aHandlerEndsWithTheStore() throws InterruptedException {
    put(store(), "a-1", "A");
    var handler = new HandlerThread(this);
    assertEquals("A", handler.nextType());
    store().close();
    assertFalse(handler.endsInterrupted());
  }

  /** What a handler throws ends the subscription and reaches the caller. */
  @Test
  default void whatAHandlerThrowsEndsTheSubscription() {
    put(store(), "a-1", "A", "B");
    var seen = new ArrayList<RecordedEvent>();
    Subscription subscription = store().subscribe(SubscriptionRequest.of(Query.everything()));
    var thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                Parallel.start(
                        () -> {
                          subscription.forEachEvent(event -> {
                            seen.add(event);
                            throw new IllegalStateException("from the handler");
                          });
                          return true;
                        })
                    .rethrow(patience()));
    assertEquals("from the handler", thrown.getMessage());
    assertEquals(List.of("A"), Samples.types(seen));
    assertThrows(EventStoreClosedException.class, subscription::next);
  }

  /** A handler's thread that is interrupted stops, and is still marked as interrupted. */
  @Test
  default void anInterruptEndsAHandler() throws InterruptedException {
    put(store(), "a-1", "A");
    var handler = new HandlerThread(this);
    assertEquals("A", handler.nextType());
    handler.interrupt();
    assertTrue(handler.endsInterrupted());
  }

  /** A writer that is interrupted does not keep others from writing and reading. */
  @Test
  default void aWriterThatIsInterruptedHarmsNobody() {
    put(store(), "a-1", "Before");
    var acknowledged = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      String type = "Interrupted" + i;
      boolean stored =
          Parallel.start(
                  () -> {
                    Thread.currentThread().interrupt();
                    try {
                      store().append("a-1", any(), event(type));
                      return true;
                    } catch (RuntimeException e) {
                      return false; // a store may refuse to work for a thread that is to stop
                    }
                  })
              .result(patience());
      if (stored) {
        acknowledged.add(type);
      }
      put(store(), "b-1", "After" + i);
    }
    List<String> types = Samples.types(Samples.all(store()));
    assertTrue(types.containsAll(acknowledged), () -> acknowledged + " are not all in " + types);
    assertEquals(20, store().read(Query.stream("b-1")).toList().size());
    assertFalse(types.isEmpty());
  }

  /** A subscription to everything that has caught up with a store without events. */
  private Subscription caughtUp() throws InterruptedException {
    Subscription subscription = store().subscribe(SubscriptionRequest.of(Query.everything()));
    assertInstanceOf(CaughtUp.class, subscription.poll(patience()).orElseThrow());
    return subscription;
  }

  private Parallel.Running<SubscriptionMessage> startNext(Subscription subscription)
      throws InterruptedException {
    return startWaiting(subscription::next);
  }

  /** Runs what waits on a thread of its own, which has begun when this returns. */
  private <T> Parallel.Running<T> startWaiting(Callable<T> wait) throws InterruptedException {
    var begun = new CountDownLatch(1);
    Parallel.Running<T> running =
        Parallel.start(() -> {
          begun.countDown();
          return wait.call();
        });
    assertTrue(begun.await(patience().toMillis(), TimeUnit.MILLISECONDS));
    return running;
  }
}
