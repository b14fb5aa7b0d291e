package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Compares what a store answers with what the model does. */
final class StoreCheck {
  private static final UUID ANY_ID = new UUID(0, 0);

  private final EventStore store;
  private final EventStore expected;

  StoreCheck(EventStore store, EventStore expected) {
    this.store = store;
    this.expected = expected;
  }

  /** The same events, whole and in order. */
  void sameEvents() {
    assertThat(store.head()).as("head").isEqualTo(expected.head());
    sameRead(ReadRequest.of(Query.everything()).withSystemEvents());
  }

  /** The same answers to all that can be asked by a name or an id. */
  void sameIndexes() {
    for (Dimension dimension : Dimension.values()) {
      List<String> names = expected.list(dimension, "").toList();
      assertThat(store.list(dimension, "").toList()).as("names of %s", dimension).isEqualTo(names);
      for (String name : names) {
        sameRead(ReadRequest.of(queryOf(dimension, name)));
      }
    }
    for (String stream : expected.list(Dimension.STREAM, "").toList()) {
      assertThat(store.streamInfo(stream)).as(stream).isEqualTo(expected.streamInfo(stream));
    }
    for (RecordedEvent event : expected.read(Query.everything()).toList()) {
      RecordedEvent found = store.find(event.id()).orElse(null);
      if (!event.equals(found)) {
        throw new AssertionError("by id: expected " + event + ", found " + found);
      }
    }
    assertThat(store.find(ANY_ID)).isEmpty();
  }

  /** What asks for the events of one name. */
  static Query queryOf(Dimension dimension, String name) {
    return switch (dimension) {
      case STREAM -> Query.stream(name);
      case CATEGORY -> Query.category(name);
      case TYPE -> Query.types(name);
      case TAG -> Query.tags(name);
    };
  }

  /** A subscriber is given the same events. */
  void sameSubscription() {
    List<RecordedEvent> delivered = new ArrayList<>();
    var request = SubscriptionRequest.of(Query.everything());
    try (Subscription subscription = store.subscribe(request)) {
      SubscriptionMessage message = subscription.next();
      while (!(message instanceof SubscriptionMessage.CaughtUp)) {
        if (message instanceof SubscriptionMessage.Delivered(RecordedEvent event)) {
          delivered.add(event);
        }
        message = subscription.next();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts", e);
    }
    assertThat(delivered).isEqualTo(expected.read(Query.everything()).toList());
  }

  /** The same answer to one read. */
  void sameRead(ReadRequest request) {
    try (ReadResult<RecordedEvent> actual = store.read(request);
        ReadResult<RecordedEvent> wanted = expected.read(request)) {
      if (!actual.head().equals(wanted.head())) {
        throw new AssertionError(
            "the read's head is " + actual.head() + ", not " + wanted.head() + ": " + request);
      }
      var events = actual.iterator();
      for (RecordedEvent event : wanted) {
        if (!events.hasNext()) {
          throw new AssertionError("missing from " + request + ": " + event);
        }
        RecordedEvent found = comparable(events.next());
        if (!Objects.equals(found, comparable(event))) {
          throw new AssertionError(
              "in " + request + "\n  expected " + event + "\n  but read " + found);
        }
      }
      if (events.hasNext()) {
        throw new AssertionError("too much in " + request + ": " + events.next());
      }
    }
  }

  /** The ids of system events are made by each store. */
  private static RecordedEvent comparable(RecordedEvent recorded) {
    if (!recorded.isSystem()) {
      return recorded;
    }
    Event event = recorded.event().withId(ANY_ID);
    return new RecordedEvent(
        recorded.position(), recorded.stream(), recorded.revision(), recorded.recordedAt(), event);
  }
}
