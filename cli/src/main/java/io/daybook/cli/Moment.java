package io.daybook.cli;

import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/** A moment in the life of a store, as an option names it: a position or an instant. */
final class Moment {
  private Moment() {}

  /** Reads the value of an option. */
  static ReadRequest.AsOf parse(String option, String text) {
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      try {
        return new ReadRequest.AsOf.AtPosition(new Position(Long.parseLong(text)));
      } catch (NumberFormatException _) {
        throw CommandFailedException.usage(option + ": there is no position so high: " + text);
      }
    }
    try {
      return new ReadRequest.AsOf.AtInstant(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException _) {
      throw CommandFailedException.usage(
          option + " is a position or an instant such as 2026-01-31T23:59:59Z, not: " + text);
    }
  }
}
