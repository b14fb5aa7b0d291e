package io.daybook.eventstore;

import java.util.Objects;

/**
 * What to subscribe to, and from where.
 *
 * @param query which events
 * @param start where to start
 * @param systemEvents whether settings, deletes and tombstones of streams are delivered too
 * @param fellBehindAfter how many positions behind the head a subscriber that had caught up is told
 *     that it fell behind, from 1
 * @param progressEvery after how many positions without a match a {@link
 *     SubscriptionMessage.Progress} is due, from 1
 */
public record SubscriptionRequest(
    Query query, Start start, boolean systemEvents, int fellBehindAfter, int progressEvery) {

  /** Where a subscription starts. */
  public sealed interface Start {
    /** With the first event. */
    record Beginning() implements Start {}

    /** With the first event that is appended after the call. */
    record End() implements Start {}

    /**
     * With the first event after the checkpoint.
     *
     * @param checkpoint the checkpoint
     */
    record After(Checkpoint checkpoint) implements Start {
      /** Checks that the checkpoint is there. */
      public After {
        Objects.requireNonNull(checkpoint, "checkpoint");
      }
    }
  }

  /**
   * Checks the request.
   *
   * @throws IllegalArgumentException if one of the numbers is less than 1
   */
  public SubscriptionRequest {
    Objects.requireNonNull(query, "query");
    Objects.requireNonNull(start, "start");
    if (fellBehindAfter < 1 || progressEvery < 1) {
      throw new IllegalArgumentException(
          "fellBehindAfter and progressEvery are 1 or more, not "
              + fellBehindAfter
              + " and "
              + progressEvery);
    }
  }

  /** All that match, from the first event on. */
  public static SubscriptionRequest of(Query query) {
    return new SubscriptionRequest(query, new Start.Beginning(), false, 1_024, 1_024);
  }

  /** Starts with the first event that is appended after the call. */
  public SubscriptionRequest fromEnd() {
    return new SubscriptionRequest(
        query, new Start.End(), systemEvents, fellBehindAfter, progressEvery);
  }

  /** Starts with the first event after the checkpoint. */
  public SubscriptionRequest after(Checkpoint checkpoint) {
    return new SubscriptionRequest(
        query, new Start.After(checkpoint), systemEvents, fellBehindAfter, progressEvery);
  }

  /** Delivers settings, deletes and tombstones of streams too. */
  public SubscriptionRequest withSystemEvents() {
    return new SubscriptionRequest(query, start, true, fellBehindAfter, progressEvery);
  }

  /** Tells a subscriber that had caught up when it is so many positions behind. */
  public SubscriptionRequest fellBehindAfter(int positions) {
    return new SubscriptionRequest(query, start, systemEvents, positions, progressEvery);
  }

  /** Reports progress after so many positions without a match. */
  public SubscriptionRequest progressEvery(int positions) {
    return new SubscriptionRequest(query, start, systemEvents, fellBehindAfter, positions);
  }
}
