package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.failure;
import static io.daybook.tck.Samples.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.SubscriptionRequest;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a store does when it is closed. */
public interface LifecycleContract extends StoreUnderTest {

  /** A closed store takes no appends. */
  @Test
  default void aClosedStoreTakesNoAppends() {
    put(store(), "a-1", "A");
    store().close();
    assertClosed(() -> put(store(), "a-1", "B"));
    assertClosed(() -> store().append(Append.to("a-1").events(event("C"))));
    assertClosed(() -> store().append("a-1", any(), event("D")));
  }

  /** An asynchronous append to a closed store fails; nothing waits for it in vain. */
  @Test
  default void aClosedStoreFailsAsynchronousAppends() {
    store().close();
    failure(
        this,
        EventStoreClosedException.class,
        store().appendAsync(Append.to("a-1").events(event("A"))));
  }

  /** A closed store is not read. */
  @Test
  default void aClosedStoreIsNotRead() {
    put(store(), "a-1", "A");
    store().close();
    assertClosed(() -> store().read(Query.everything()));
    assertClosed(() -> store().find(UUID.randomUUID()));
    assertClosed(() -> store().head());
    assertClosed(() -> store().streamInfo("a-1"));
    assertClosed(() -> store().list(Dimension.STREAM, ""));
  }

  /** A closed store is not followed. */
  @Test
  default void aClosedStoreIsNotFollowed() {
    put(store(), "a-1", "A");
    store().close();
    assertClosed(() -> store().subscribe(SubscriptionRequest.of(Query.everything())));
    assertClosed(() -> store().checkpointAt(Position.FIRST));
  }

  /** A closed store's streams are not changed. */
  @Test
  default void aClosedStoresStreamsAreNotChanged() {
    put(store(), "a-1", "A");
    store().close();
    assertClosed(() -> store().changeSettings("a-1", any(), StreamSettings.none()));
    assertClosed(() -> store().delete("a-1", any()));
    assertClosed(() -> store().tombstone("a-1", any()));
  }

  /** Closing twice does nothing. */
  @Test
  default void closingTwiceDoesNothing() {
    put(store(), "a-1", "A");
    store().close();
    store().close();
    assertClosed(() -> store().head());
  }

  /** A subscription that was not waiting ends, too. */
  @Test
  default void closingTheStoreEndsItsSubscriptions() {
    put(store(), "a-1", "A", "B");
    try (var follower = new Follower(this, SubscriptionRequest.of(Query.everything()))) {
      assertEquals("A", follower.event().type());
      store().close();
      assertClosed(() -> follower.subscription().next());
    }
  }

  /** What was read stays valid. */
  @Test
  default void whatWasReadStaysValidWhenTheStoreIsClosed() {
    Event event = Event.of("A", Samples.bytes(50_000, 1)).withTags("x:1");
    store().append("a-1", any(), event);
    RecordedEvent read = Samples.all(store()).getFirst();
    store().close();
    assertEquals(event, read.event());
  }

  /** A read and a listing that are still open can be closed after the store. */
  @Test
  default void anOpenReadCanBeClosedAfterTheStore() {
    put(store(), "a-1", "A");
    var read = store().read(Query.everything());
    var listing = store().list(Dimension.STREAM, "");
    assertEquals("A", read.iterator().next().type());
    store().close();
    read.close();
    listing.close();
    assertThrows(IllegalStateException.class, listing::iterator);
  }

  /** Every append that is under way is answered: stored, or refused because of the closing. */
  @Test
  default void everyAppendUnderWayIsAnswered() throws Exception {
    var answers = new ArrayList<CompletableFuture<AppendResult>>();
    for (int i = 0; i < 100; i++) {
      answers.add(store().appendAsync(Append.to("a-1").events(event("E" + i))));
    }
    store().close();
    for (int i = 0; i < answers.size(); i++) {
      try {
        AppendResult result = answers.get(i).get(patience().toMillis(), TimeUnit.MILLISECONDS);
        assertEquals(new Position(i), result.firstPosition());
      } catch (ExecutionException e) {
        assertTrue(e.getCause() instanceof EventStoreClosedException, e::toString);
      }
    }
    assertClosed(() -> store().head());
  }

  /** Writers that are at work when the store is closed end, with their appends stored or not. */
  @Test
  default void closingTheStoreEndsItsWriters() {
    put(store(), "a-1", "A");
    var open = new AtomicBoolean(true);
    Parallel.Running<Integer> writer = Parallel.start(() -> writeUntilClosed(open));
    try (var follower = new Follower(this, SubscriptionRequest.of(Query.stream("b-1")))) {
      follower.take(10);
      store().close();
      assertTrue(writer.result(patience()) >= 10);
    } finally {
      open.set(false);
    }
  }

  private int writeUntilClosed(AtomicBoolean open) {
    int stored = 0;
    try {
      for (; open.get(); stored++) {
        put(store(), "b-1", "B");
      }
    } catch (EventStoreClosedException e) {
      return stored;
    }
    throw new AssertionError("the test ended before the store was closed");
  }

  private static void assertClosed(Executable call) {
    assertThrows(EventStoreClosedException.class, call);
  }
}
