package io.daybook.cli;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.IdempotencyConflictException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends appends to a store without waiting for each: so many may be under way that the store always
 * has a group to write, and not so many that memory fills. Used by one thread.
 */
final class AppendPipeline {
  private static final int MAX_APPENDS = 8_192;
  private static final long MAX_BYTES = 64L << 20;

  /** An append that was sent. */
  private record Sent(
      CompletableFuture<AppendResult> result, Append append, Place place, long bytes) {}

  /** The first append that failed, in the order of the input. */
  static final class FailedException extends RuntimeException {
    private final Place place;
    private final Throwable reason;

    private FailedException(Place place, Throwable reason) {
      super(reason);
      this.place = place;
      this.reason = reason;
    }

    Place place() {
      return place;
    }

    Throwable reason() {
      return reason;
    }
  }

  private final EventStore store;
  private final ArrayDeque<Sent> underWay = new ArrayDeque<>();
  private long bytesUnderWay;
  private Position lastNew;
  private long newEvents;
  private long newAppends;
  private long knownEvents;

  AppendPipeline(EventStore store) {
    this.store = store;
    this.lastNew = store.head();
  }

  /** The events that were stored. */
  long newEvents() {
    return newEvents;
  }

  /** The appends that were stored. */
  long newAppends() {
    return newAppends;
  }

  /** The events that the store had already, under the same ids. */
  long knownEvents() {
    return knownEvents;
  }

  /**
   * Sends an append. One that expects something of a stream is waited for, so that nothing after it
   * is stored if it conflicts.
   *
   * @throws FailedException if it, or one before it, failed; then nothing more may be sent
   */
  void send(Append append, Place place) {
    if (!append.expectations().isEmpty()) {
      finish();
    }
    long bytes = 0;
    for (Append.Write write : append.writes()) {
      for (Event event : write.events()) {
        bytes += event.sizeBytes();
      }
    }
    underWay.add(new Sent(store.appendAsync(append), append, place, bytes));
    bytesUnderWay += bytes;
    if (!append.expectations().isEmpty()) {
      finish();
      return;
    }
    Sent first = underWay.peek();
    while (first != null
        && (underWay.size() > MAX_APPENDS
            || bytesUnderWay > MAX_BYTES
            || first.result().isDone())) {
      awaitFirst();
      first = underWay.peek();
    }
  }

  /**
   * Waits until everything is stored.
   *
   * @throws FailedException if one failed
   */
  void finish() {
    while (!underWay.isEmpty()) {
      awaitFirst();
    }
  }

  /** Waits until nothing is under way, and returns how many events after a failed append got in. */
  long finishAfterFailure() {
    long before = newEvents;
    while (!underWay.isEmpty()) {
      try {
        awaitFirst();
      } catch (FailedException _) {
        // the first failure is the one that is reported
      }
    }
    return newEvents - before;
  }

  private void awaitFirst() {
    Sent sent = underWay.remove();
    bytesUnderWay -= sent.bytes();
    AppendResult result = resultOf(sent);
    int events = sent.append().eventCount();
    if (result != null && result.firstPosition().compareTo(lastNew) > 0) {
      lastNew = result.lastPosition();
      newEvents += events;
      newAppends++;
    } else {
      requireSame(sent);
      knownEvents += events;
    }
  }

  /** What the store answered; null if it holds all events, but they came in other appends. */
  private @Nullable AppendResult resultOf(Sent sent) {
    try {
      return sent.result().join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      // an export does not say which events were appended together
      if (cause instanceof IdempotencyConflictException && isStored(sent.append())) {
        return null;
      }
      throw new FailedException(sent.place(), cause == null ? e : cause);
    }
  }

  private boolean isStored(Append append) {
    return append.writes().stream()
        .allMatch(write ->
            write.events().stream()
                .map(event -> store.find(event.id()))
                .allMatch(
                    stored -> stored.isPresent() && stored.get().stream().equals(write.stream())));
  }

  /**
   * A store takes a known id for a retry without looking at the data. Here it could be a mistake.
   */
  private void requireSame(Sent sent) {
    for (Append.Write write : sent.append().writes()) {
      for (Event event : write.events()) {
        Optional<RecordedEvent> stored = store.find(event.id());
        String difference = stored.map(other -> difference(event, other.event())).orElse(null);
        if (difference != null) {
          throw new FailedException(
              sent.place(),
              new IllegalArgumentException(
                  "the event id "
                      + event.id()
                      + " is stored at position "
                      + stored.orElseThrow().position()
                      + " with other "
                      + difference));
        }
      }
    }
  }

  private static @Nullable String difference(Event mine, Event stored) {
    if (mine.equals(stored)) {
      return null;
    }
    if (!mine.type().equals(stored.type())) {
      return "type";
    }
    if (!mine.tags().equals(stored.tags())) {
      return "tags";
    }
    return mine.data().equals(stored.data()) ? "metadata" : "data";
  }
}
