package io.daybook.examples.game;

import io.daybook.eventsourcing.decider.Rejected;
import java.util.Locale;
import java.util.function.Supplier;

/** The rules of a game say no, and why. */
final class Refused extends Rejected {

  /** The reasons. Scripts depend on their names. */
  enum Reason {
    // of the adventure
    UNKNOWN_HERO,
    HERO_EXISTS,
    INVALID_NAME,
    HERO_DEFEATED,
    DAMAGE_OUT_OF_RANGE,
    WOUNDS_OUT_OF_RANGE,
    QUANTITY_NOT_POSITIVE,
    INVENTORY_FULL,
    ITEM_MISSING,
    ITEM_WITHOUT_USE,
    NOTHING_TO_HEAL,
    SAVE_POINT_EXISTS,
    UNKNOWN_SAVE_POINT,
    NOTHING_TO_UNDO,
    // of poker
    UNKNOWN_HAND,
    HAND_EXISTS,
    INVALID_TABLE,
    INVALID_ACTION,
    UNKNOWN_PLAYER,
    HAND_NOT_DEALT,
    HAND_IS_OVER,
    HAND_NOT_OVER,
    OUT_OF_TURN,
    BETTING_CLOSED,
    BETTING_OPEN,
    CHECK_FACING_BET,
    NOTHING_TO_CALL,
    BET_OVER_STACK,
    BET_TOO_SMALL,
    NOBODY_TO_CALL,
    CARDS_NOT_DEALT,
    TOO_MANY_CARDS,
    CARD_DEALT_TWICE,
    CARD_UNKNOWN,
    CARDS_DIFFER,
    NOT_AT_SHOWDOWN;

    /** For example {@code out-of-turn}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  Refused(Reason reason, String message) {
    super(reason.toString(), message);
  }

  /** Refuses unless it is so. */
  static void require(boolean allowed, Reason reason, Supplier<String> message) {
    if (!allowed) {
      throw new Refused(reason, message.get());
    }
  }
}
