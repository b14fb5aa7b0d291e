package io.daybook.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionMessage.CaughtUp;
import io.daybook.eventstore.SubscriptionMessage.Delivered;
import io.daybook.eventstore.SubscriptionMessage.FellBehind;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pulls a subscription and fails, rather than waits for ever, where a message is missing. Checks on
 * the way what holds of every subscription: positions ascend, and signals alternate.
 */
final class Follower implements AutoCloseable {
  /** More signals than this in a row, without an event, are no news. */
  private static final int MOST_SIGNALS = 10_000;

  private final Subscription subscription;
  private final Duration patience;
  private Position last = Position.BEFORE_FIRST;
  private boolean delivered;
  private boolean caughtUp;

  Follower(StoreUnderTest test, SubscriptionRequest request) {
    this.subscription = test.store().subscribe(request);
    this.patience = test.patience();
  }

  Subscription subscription() {
    return subscription;
  }

  /** The next message, whatever it is. */
  SubscriptionMessage message() {
    Optional<SubscriptionMessage> message = poll(patience);
    assertTrue(message.isPresent(), () -> "no message within " + patience + ", after " + last);
    return message.get();
  }

  /** There must be no message now. */
  void assertSilent() {
    assertEquals(Optional.empty(), poll(Duration.ZERO));
  }

  /** The next message must be that of having caught up at this position. */
  void assertCaughtUp(long position) {
    assertEquals(new CaughtUp(new Position(position)), message());
  }

  /** The next message must be an event. */
  RecordedEvent event() {
    return assertInstanceOf(Delivered.class, message()).event();
  }

  /** So many events, whatever is signalled between them. */
  List<RecordedEvent> take(int count) {
    var events = new ArrayList<RecordedEvent>();
    for (int signals = 0; events.size() < count; ) {
      if (message() instanceof Delivered(RecordedEvent event)) {
        events.add(event);
      } else {
        assertTrue(++signals < MOST_SIGNALS, "nothing but signals");
      }
    }
    return events;
  }

  /** The events until the subscription has caught up. */
  List<RecordedEvent> untilCaughtUp() {
    var events = new ArrayList<RecordedEvent>();
    for (int signals = 0; signals < MOST_SIGNALS; ) {
      switch (message()) {
        case Delivered(RecordedEvent event) -> events.add(event);
        case CaughtUp _ -> {
          return events;
        }
        case FellBehind _, SubscriptionMessage.Progress _ -> signals++;
      }
    }
    throw new AssertionError("nothing but signals");
  }

  /** The types of the events until the subscription has caught up. */
  List<String> typesUntilCaughtUp() {
    return Samples.types(untilCaughtUp());
  }

  @Override
  public void close() {
    subscription.close();
  }

  private Optional<SubscriptionMessage> poll(Duration timeout) {
    try {
      Optional<SubscriptionMessage> message = subscription.poll(timeout);
      message.ifPresent(this::check);
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private void check(SubscriptionMessage message) {
    int order = message.position().compareTo(last);
    boolean isEvent = message instanceof Delivered;
    assertTrue(
        (isEvent && delivered) ? order > 0 : order >= 0,
        () -> "after position " + last + " came " + message);
    last = message.position();
    delivered |= isEvent;
    if (message instanceof CaughtUp) {
      assertTrue(!caughtUp, () -> "told twice that it caught up: " + message);
      caughtUp = true;
    } else if (message instanceof FellBehind) {
      assertTrue(caughtUp, () -> "told that it fell behind, though it was: " + message);
      caughtUp = false;
    }
  }
}
