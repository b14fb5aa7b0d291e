package io.daybook.eventstore;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What to read, from where, in which direction, how much and as of when.
 *
 * @param query which events
 * @param from where the read starts
 * @param backwards whether it goes from higher positions to lower ones
 * @param limit the most events to return, from 1; {@link Long#MAX_VALUE} for all
 * @param asOf the moment whose events count; settings of streams are always those of now
 * @param systemEvents whether settings, deletes and tombstones of streams are returned too
 */
public record ReadRequest(
    Query query, From from, boolean backwards, long limit, AsOf asOf, boolean systemEvents) {

  /** Where a read starts. */
  public sealed interface From {
    /** At the first event, or when reading backwards at the last. */
    record Edge() implements From {}

    /**
     * At this position, or the next one in the read's direction.
     *
     * @param position the position
     */
    record AtPosition(Position position) implements From {
      /** Checks that the position is there. */
      public AtPosition {
        Objects.requireNonNull(position, "position");
      }
    }

    /**
     * At this revision of the one stream that the query names, or the next one in the read's
     * direction.
     *
     * @param revision the revision
     */
    record AtRevision(Revision revision) implements From {
      /** Checks that the revision is there. */
      public AtRevision {
        Objects.requireNonNull(revision, "revision");
      }
    }
  }

  /** The moment whose events count. */
  public sealed interface AsOf {
    /** All events. */
    record Now() implements AsOf {}

    /**
     * Events up to this position, itself included.
     *
     * @param position the position
     */
    record AtPosition(Position position) implements AsOf {
      /** Checks that the position is there. */
      public AtPosition {
        Objects.requireNonNull(position, "position");
      }
    }

    /**
     * Events recorded at this instant or before.
     *
     * @param instant the instant
     */
    record AtInstant(Instant instant) implements AsOf {
      /** Checks that the instant is there. */
      public AtInstant {
        Objects.requireNonNull(instant, "instant");
      }
    }
  }

  /**
   * Checks the request.
   *
   * @throws IllegalArgumentException if the limit is less than 1, or if the read starts at a
   *     revision and the query does not name exactly one stream
   */
  public ReadRequest {
    Objects.requireNonNull(query, "query");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(asOf, "asOf");
    if (limit < 1) {
      throw new IllegalArgumentException("a read's limit is 1 or more, not " + limit);
    }
    if (from instanceof From.AtRevision && !namesOneStream(query)) {
      throw new IllegalArgumentException(
          "a read from a revision needs a query on exactly one stream");
    }
  }

  /** Reads all that match, forwards, from the start. */
  public static ReadRequest of(Query query) {
    return new ReadRequest(query, new From.Edge(), false, Long.MAX_VALUE, new AsOf.Now(), false);
  }

  /** Starts at this position, or the next one in the read's direction. */
  public ReadRequest from(Position position) {
    return new ReadRequest(
        query, new From.AtPosition(position), backwards, limit, asOf, systemEvents);
  }

  /** Starts at this revision of the stream, or the next one in the read's direction. */
  public ReadRequest from(Revision revision) {
    return new ReadRequest(
        query, new From.AtRevision(revision), backwards, limit, asOf, systemEvents);
  }

  /** Goes from higher positions to lower ones. */
  public ReadRequest inReverse() {
    return new ReadRequest(query, from, true, limit, asOf, systemEvents);
  }

  /** Returns at most so many events. */
  public ReadRequest limit(long newLimit) {
    return new ReadRequest(query, from, backwards, newLimit, asOf, systemEvents);
  }

  /** Events up to this position, itself included. */
  public ReadRequest asOf(Position position) {
    return new ReadRequest(
        query, from, backwards, limit, new AsOf.AtPosition(position), systemEvents);
  }

  /** Events recorded at this instant or before. */
  public ReadRequest asOf(Instant instant) {
    return new ReadRequest(
        query, from, backwards, limit, new AsOf.AtInstant(instant), systemEvents);
  }

  /** Returns settings, deletes and tombstones of streams too. */
  public ReadRequest withSystemEvents() {
    return new ReadRequest(query, from, backwards, limit, asOf, true);
  }

  private static boolean namesOneStream(Query query) {
    return query instanceof Query.AnyOf(List<Query.Item> items)
        && items.size() == 1
        && items.getFirst().streams().size() == 1;
  }
}
