package io.daybook.examples.bank;

import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Up to when something must have been written down to count: the other time of the two. */
sealed interface RecordedBy {

  /** Whatever is written down. */
  record Now() implements RecordedBy {}

  record AtPosition(Position position) implements RecordedBy {}

  record AtInstant(Instant instant) implements RecordedBy {}

  /** The read, restricted to what was written down by then. */
  default ReadRequest restrict(ReadRequest request) {
    return switch (this) {
      case Now _ -> request;
      case AtPosition(var position) -> request.asOf(position);
      case AtInstant(var instant) -> request.asOf(instant);
    };
  }

  /**
   * A position like {@code 1234} or an instant like {@code 2026-01-31T12:00:00Z}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static RecordedBy parse(String text) {
    try {
      return text.chars().allMatch(Character::isDigit)
          ? new AtPosition(new Position(Long.parseLong(text)))
          : new AtInstant(Instant.parse(text));
    } catch (DateTimeParseException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "a position like 1234 or an instant like 2026-01-31T12:00:00Z, not " + text, e);
    }
  }
}
