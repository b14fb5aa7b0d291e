package io.daybook.examples.orders;

import io.daybook.eventsourcing.decider.Rejected;

/** Names of orders and products, of which streams get their names. */
final class Names {
  private static final int LONGEST = 200;

  private Names() {}

  /**
   * Refuses what can be no name.
   *
   * @param what what is named, like {@code a product}
   */
  static void require(String what, String name) {
    if (name.isBlank()
        || name.length() > LONGEST
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new Rejected(
          "invalid-name",
          "the name of " + what + " is 1 to " + LONGEST + " characters that can be printed");
    }
  }
}
