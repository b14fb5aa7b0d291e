package io.daybook.examples.bank;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.examples.bank.BankEvent.StatementIssued;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tells people what the bank's processes do. To be used by one thread. */
final class BankNews implements AutoCloseable {
  private static final String SUSPICIONS = "ReviewDemanded";
  private static final Query QUERY = Query.types("InterestPosted", "StatementIssued", SUSPICIONS);

  private final EventStore store;
  private final Position before;
  private final Codec<AccountEvent> accounts;
  private final Codec<StatementIssued> statements;
  private final Subscription subscription;

  /** Of what that store gets from now on. */
  BankNews(EventStore store, Codec<AccountEvent> accounts, Codec<StatementIssued> statements) {
    this.accounts = accounts;
    this.statements = statements;
    this.store = store;
    before = store.head();
    var request = SubscriptionRequest.of(QUERY).after(store.checkpointAt(before));
    subscription = store.subscribe(request);
  }

  /**
   * What was done next; nothing if nothing of interest came within that time.
   *
   * @throws InterruptedException if the waiting thread is interrupted
   * @throws EventStoreClosedException if the store is closed
   */
  Optional<String> poll(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      long left = Math.max(0, deadline - System.nanoTime());
      Optional<SubscriptionMessage> message = subscription.poll(Duration.ofNanos(left));
      if (message.isEmpty()) {
        return Optional.empty();
      }
      if (message.get() instanceof SubscriptionMessage.Delivered(RecordedEvent event)) {
        Optional<String> text = text(event);
        if (text.isPresent()) {
          return text;
        }
      }
    }
  }

  /** All that was done since. */
  List<String> all() {
    return read(QUERY);
  }

  /** Which accounts were frozen since until they are reviewed, and why. */
  List<String> suspicions() {
    return read(Query.types(SUSPICIONS));
  }

  private List<String> read(Query query) {
    try (var read = store.read(ReadRequest.of(query).from(before.next()))) {
      return read.stream().map(this::text).flatMap(Optional::stream).toList();
    }
  }

  private Optional<String> text(RecordedEvent event) {
    Codec<? extends BankEvent> codec = statements.knows(event.type()) ? statements : accounts;
    return codec.recorded(event).stream()
        .map(BankNews::words)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> words(Recorded<? extends BankEvent> recorded) {
    return Reports.done(recorded.streamId(), recorded.event());
  }

  @Override
  public void close() {
    subscription.close();
  }
}
