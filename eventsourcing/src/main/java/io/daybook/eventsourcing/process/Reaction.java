package io.daybook.eventsourcing.process;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * What an instance of a process does when something happened. All reactions to one event are
 * recorded together, in the order in which they are given.
 */
public sealed interface Reaction {

  /**
   * Sends a command. The domain may reject it, which the process is told.
   *
   * @param id whom it is for: the id that is given to the command's handler
   * @param command the command
   */
  record Send(String id, Object command) implements Reaction {
    /** Checks that nothing is null. */
    public Send {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(command, "command");
    }
  }

  /**
   * Records an event of the process's own, which leads to its next state.
   *
   * @param event the event
   */
  record Remember(Object event) implements Reaction {
    /** Checks that nothing is null. */
    public Remember {
      Objects.requireNonNull(event, "event");
    }
  }

  /**
   * Schedules a timer. An instance has one timer of a name: one that was scheduled before is
   * replaced.
   *
   * @param timer the timer's name
   * @param due when it fires
   * @param payload what it carries, for the one who is told and for people; may be empty
   */
  record Schedule(String timer, Due due, String payload) implements Reaction {
    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public Schedule {
      requireName(timer);
      Objects.requireNonNull(due, "due");
      Objects.requireNonNull(payload, "payload");
    }
  }

  /** When a timer is due. */
  sealed interface Due {
    /**
     * At that instant.
     *
     * @param instant the instant
     */
    record At(Instant instant) implements Due {
      /** Checks that nothing is null. */
      public At {
        Objects.requireNonNull(instant, "instant");
      }
    }

    /**
     * So long after what is reacted to happened.
     *
     * @param duration how long, not negative
     */
    record After(Duration duration) implements Due {
      /**
       * Checks the range.
       *
       * @throws IllegalArgumentException if the duration is negative
       */
      public After {
        if (duration.isNegative()) {
          throw new IllegalArgumentException("a timer is not due before its cause: " + duration);
        }
      }
    }
  }

  /**
   * Cancels a timer: the instance will not be told of it, not even if it fired already and the
   * instance was not told yet. Nothing happens if there is no such timer.
   *
   * @param timer the timer's name
   */
  record Cancel(String timer) implements Reaction {
    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public Cancel {
      requireName(timer);
    }
  }

  /** Ends the instance: its timers are cancelled, and it reacts to nothing any more. */
  record End() implements Reaction {}

  /** Sends a command to that id. */
  static Reaction send(String id, Object command) {
    return new Send(id, command);
  }

  /** Records an event of the process's own. */
  static Reaction remember(Object event) {
    return new Remember(event);
  }

  /**
   * Schedules a timer.
   *
   * @param timer its name
   * @param after how long after what is reacted to happened
   */
  static Reaction schedule(String timer, Duration after) {
    return new Schedule(timer, new Due.After(after), "");
  }

  /** Schedules a timer for that instant; if that is past, it fires at once. */
  static Reaction scheduleAt(String timer, Instant due) {
    return new Schedule(timer, new Due.At(due), "");
  }

  /** Schedules a timer for that instant, with a payload. */
  static Reaction scheduleAt(String timer, Instant due, String payload) {
    return new Schedule(timer, new Due.At(due), payload);
  }

  /** Cancels a timer. */
  static Reaction cancel(String timer) {
    return new Cancel(timer);
  }

  /** Ends the instance. */
  static Reaction end() {
    return new End();
  }

  private static void requireName(String timer) {
    if (timer.isBlank()) {
      throw new IllegalArgumentException("a timer needs a name");
    }
  }
}
