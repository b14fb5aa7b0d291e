package io.daybook.micrometer;

import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A subscription that counts what is delivered, and tells once when it is closed. */
final class MeteredSubscription implements Subscription {
  private final Subscription subscription;
  private final Runnable delivered;
  private final Runnable ended;
  private final AtomicBoolean closed = new AtomicBoolean();

  MeteredSubscription(Subscription subscription, Runnable delivered, Runnable ended) {
    this.subscription = subscription;
    this.delivered = delivered;
    this.ended = ended;
  }

  @Override
  public SubscriptionMessage next() throws InterruptedException {
    return counted(subscription.next());
  }

  @Override
  public Optional<SubscriptionMessage> poll(Duration timeout) throws InterruptedException {
    return subscription.poll(timeout).map(this::counted);
  }

  private SubscriptionMessage counted(SubscriptionMessage message) {
    if (message instanceof SubscriptionMessage.Delivered) {
      delivered.run();
    }
    return message;
  }

  @Override
  public Checkpoint checkpoint() {
    return subscription.checkpoint();
  }

  @Override
  public void close() {
    subscription.close();
    if (closed.compareAndSet(false, true)) {
      ended.run();
    }
  }
}
