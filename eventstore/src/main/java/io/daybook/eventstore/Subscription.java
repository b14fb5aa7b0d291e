package io.daybook.eventstore;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A running subscription. The subscriber pulls: what it does not ask for is not read, so a slow
 * subscriber holds up nobody and needs no buffer.
 *
 * <p>Events come in the order of their positions, each once. {@link #close} may be called by any
 * thread, the rest by one thread at a time.
 */
public interface Subscription extends AutoCloseable {

  /**
   * The next message; waits until there is one.
   *
   * @throws InterruptedException if the waiting thread is interrupted; the subscription goes on
   * @throws EventStoreClosedException if the subscription or its store is closed
   */
  SubscriptionMessage next() throws InterruptedException;

  /**
   * The next message, or nothing if none came in time.
   *
   * @throws InterruptedException if the waiting thread is interrupted; the subscription goes on
   * @throws EventStoreClosedException if the subscription or its store is closed
   */
  Optional<SubscriptionMessage> poll(Duration timeout) throws InterruptedException;

  /** Where a later subscription goes on, if all messages returned so far are taken as handled. */
  Checkpoint checkpoint();

  /** Ends the subscription; a waiting {@link #next} throws. Closing twice does nothing. */
  @Override
  void close();

  /**
   * Calls the handler for each event on the calling thread until the subscription or the store is
   * closed, or the thread is interrupted. An exception of the handler ends the subscription and is
   * thrown.
   */
  default void forEachEvent(Consumer<RecordedEvent> handler) {
    try (this) {
      while (true) {
        if (next() instanceof SubscriptionMessage.Delivered(RecordedEvent event)) {
          handler.accept(event);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (EventStoreClosedException _) {
      // this is how a subscription is meant to end
    }
  }
}
