package io.daybook.eventstore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a stream keeps. Events beyond are hidden at once, in every read and condition, and reclaimed
 * by a scavenge.
 *
 * <p>Start from {@link #none()} and restrict. Immutable.
 */
public final class StreamSettings {
  private static final StreamSettings NONE = new StreamSettings(null, null, null);
  private static final Duration SHORTEST_AGE = Duration.ofMillis(1);
  private static final Duration LONGEST_AGE = Duration.ofMillis(Long.MAX_VALUE);

  /** Possessive, since a group that may be given back is matched by recursion. */
  private static final Pattern JSON_OBJECT =
      Pattern.compile("\\{(\"\\w++\":\\d{1,19}+(,\"\\w++\":\\d{1,19}+)*+)?}");

  private final @Nullable Long maxCount;
  private final @Nullable Duration maxAge;
  private final @Nullable Revision truncateBefore;

  private StreamSettings(
      @Nullable Long maxCount, @Nullable Duration maxAge, @Nullable Revision truncateBefore) {
    this.maxCount = maxCount;
    this.maxAge = maxAge;
    this.truncateBefore = truncateBefore;
  }

  /** Keeps everything. */
  public static StreamSettings none() {
    return NONE;
  }

  /**
   * Keeps only the last so many events.
   *
   * @throws IllegalArgumentException if the number is less than 1
   */
  public StreamSettings withMaxCount(long events) {
    if (events < 1) {
      throw new IllegalArgumentException("a max count is 1 or more, not " + events);
    }
    return new StreamSettings(events, maxAge, truncateBefore);
  }

  /**
   * Keeps only events recorded within this time before now, "now" being the moment of each
   * operation.
   *
   * @throws IllegalArgumentException if it is less than a millisecond or more than {@link
   *     Long#MAX_VALUE} milliseconds; what is finer than a millisecond is cut off
   */
  public StreamSettings withMaxAge(Duration age) {
    if (age.compareTo(SHORTEST_AGE) < 0 || age.compareTo(LONGEST_AGE) > 0) {
      throw new IllegalArgumentException(
          "a max age is from one millisecond to " + LONGEST_AGE + ", not " + age);
    }
    return new StreamSettings(maxCount, Duration.ofMillis(age.toMillis()), truncateBefore);
  }

  /** Keeps only events with this revision or a higher one. */
  public StreamSettings withTruncateBefore(Revision revision) {
    return new StreamSettings(maxCount, maxAge, Objects.requireNonNull(revision, "revision"));
  }

  /** The most events that are kept, if there is a limit. */
  public OptionalLong maxCount() {
    return maxCount == null ? OptionalLong.empty() : OptionalLong.of(maxCount);
  }

  /** The age beyond which events are hidden, if there is a limit. */
  public Optional<Duration> maxAge() {
    return Optional.ofNullable(maxAge);
  }

  /** The first revision that is kept, if there is one. */
  public Optional<Revision> truncateBefore() {
    return Optional.ofNullable(truncateBefore);
  }

  /**
   * The data of the system event that records these settings: a flat JSON object of whole numbers.
   */
  public Payload toPayload() {
    var fields = new ArrayList<String>();
    if (maxCount != null) {
      fields.add("\"maxCount\":" + maxCount);
    }
    if (maxAge != null) {
      fields.add("\"maxAgeMillis\":" + maxAge.toMillis());
    }
    if (truncateBefore != null) {
      fields.add("\"truncateBefore\":" + truncateBefore);
    }
    return Payload.json("{" + String.join(",", fields) + "}");
  }

  /**
   * Reads what {@link #toPayload} wrote; fields that it does not know are passed over.
   *
   * @throws IllegalArgumentException if the payload is not a flat JSON object of whole numbers
   */
  public static StreamSettings fromPayload(Payload payload) {
    Map<String, Long> fields = parseNumbers(payload);
    StreamSettings settings = NONE;
    Long count = fields.get("maxCount");
    if (count != null) {
      settings = settings.withMaxCount(count);
    }
    Long age = fields.get("maxAgeMillis");
    if (age != null) {
      settings = settings.withMaxAge(Duration.ofMillis(age));
    }
    Long truncate = fields.get("truncateBefore");
    return truncate == null ? settings : settings.withTruncateBefore(new Revision(truncate));
  }

  private static Map<String, Long> parseNumbers(Payload payload) {
    String json = payload.text();
    if (!JSON_OBJECT.matcher(json).matches()) {
      throw new IllegalArgumentException("not the settings of a stream: " + json);
    }
    String inner = json.substring(1, json.length() - 1);
    return inner.isEmpty()
        ? Map.of()
        : Pattern.compile(",")
            .splitAsStream(inner)
            .map(field -> field.split(":", 2))
            .collect(
                Collectors.toMap(
                    field -> field[0].substring(1, field[0].length() - 1),
                    field -> Long.parseLong(field[1]),
                    (_, last) -> last));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamSettings that && toPayload().equals(that.toPayload());
  }

  @Override
  public int hashCode() {
    return toPayload().hashCode();
  }

  @Override
  public String toString() {
    return toPayload().text();
  }
}
