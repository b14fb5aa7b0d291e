package io.daybook.eventstore;

import java.util.Objects;

/** What a subscription says: an event, or where it stands. */
public sealed interface SubscriptionMessage {

  /** Everything up to here, itself included, is delivered or does not match. */
  Position position();

  /**
   * An event.
   *
   * @param event the event
   */
  record Delivered(RecordedEvent event) implements SubscriptionMessage {
    /** Checks that the event is there. */
    public Delivered {
      Objects.requireNonNull(event, "event");
    }

    @Override
    public Position position() {
      return event.position();
    }
  }

  /**
   * All that was stored is delivered; what comes next is new.
   *
   * @param position the head
   */
  record CaughtUp(Position position) implements SubscriptionMessage {
    /** Checks that the position is there. */
    public CaughtUp {
      Objects.requireNonNull(position, "position");
    }
  }

  /**
   * The subscriber, once caught up, is now further behind the head than {@link
   * SubscriptionRequest#fellBehindAfter}. {@link CaughtUp} follows when it has caught up again.
   *
   * @param position the last position that was delivered or passed over
   */
  record FellBehind(Position position) implements SubscriptionMessage {
    /** Checks that the position is there. */
    public FellBehind {
      Objects.requireNonNull(position, "position");
    }
  }

  /**
   * Positions were passed over without a match: a checkpoint without an event.
   *
   * @param position the last position that was passed over
   */
  record Progress(Position position) implements SubscriptionMessage {
    /** Checks that the position is there. */
    public Progress {
      Objects.requireNonNull(position, "position");
    }
  }
}
