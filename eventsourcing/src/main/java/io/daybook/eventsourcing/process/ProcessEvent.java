package io.daybook.eventsourcing.process;

import java.time.Instant;
import java.util.UUID;

/**
 * What this package itself records in the stream of an instance. Commands that are sent stand
 * there, too, written by the codec of their class; see {@link ProcessEventCodec#ISSUED}.
 */
sealed interface ProcessEvent {

  /** Somebody asked the instance to start. */
  record Started() implements ProcessEvent {}

  /**
   * The instance reacted; what follows in the same append is how.
   *
   * @param cause the event that it reacted to
   * @param position where that event stood in the log
   */
  record Reacted(UUID cause, long position) implements ProcessEvent {}

  /** The command that was issued by that event was handled. */
  record Handled(UUID issued) implements ProcessEvent {}

  /** The command that was issued by that event was rejected. */
  record Refused(UUID issued, String reason, String message) implements ProcessEvent {}

  /** A timer is to fire. */
  record TimerScheduled(String timer, Instant due, String payload) implements ProcessEvent {}

  /** The timer that was scheduled by that event is not to fire. */
  record TimerCancelled(String timer, UUID scheduled) implements ProcessEvent {}

  /** The timer that was scheduled by that event fired. */
  record TimerFired(String timer, UUID scheduled) implements ProcessEvent {}

  /** The instance ended. */
  record Ended() implements ProcessEvent {}

  /**
   * The instance stands still.
   *
   * @param cause the event that it could not deal with
   * @param position where that event stands in the log
   * @param problem what went wrong
   */
  record Parked(UUID cause, long position, String problem) implements ProcessEvent {}

  /**
   * The instance is not to see that event any more, which it could not deal with.
   *
   * @param cause the event
   * @param position where it stands in the log
   */
  record Discarded(UUID cause, long position) implements ProcessEvent {}

  /** The instance goes on. */
  record Resumed() implements ProcessEvent {}
}
