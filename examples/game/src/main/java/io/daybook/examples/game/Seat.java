package io.daybook.examples.game;

import java.util.ArrayList;
import java.util.List;

/**
 * A seat at the table.
 *
 * @param stack the chips that the player has left
 * @param bet the chips put in on this street
 * @param paid the chips put in on all streets, as far as they count for side pots
 * @param cards the player's cards, some of which may be unknown
 * @param acted whether the player has acted on this street since the last raise
 */
record Seat(Chips stack, Chips bet, Chips paid, List<Card> cards, Status status, boolean acted) {
  enum Status {
    PLAYING,
    FOLDED,
    SHOWN,
    MUCKED
  }

  static final int HOLE_CARDS = 2;

  Seat {
    cards = List.copyOf(cards);
  }

  static Seat of(Chips stack) {
    return new Seat(stack, Chips.ZERO, Chips.ZERO, List.of(), Status.PLAYING, false);
  }

  boolean isFolded() {
    return status == Status.FOLDED;
  }

  /** Whether the player can still bet. */
  boolean canBet() {
    return status == Status.PLAYING && stack.isPositive();
  }

  /** Whether the player has still to show or to muck. */
  boolean isToShow() {
    return status == Status.PLAYING;
  }

  boolean hasKnownCards() {
    return cards.size() == HOLE_CARDS && cards.stream().allMatch(Card::isKnown);
  }

  /** An ante that is not trimmed belongs to the main pot, whoever paid it. */
  Seat paysDead(Chips amount) {
    return new Seat(stack.minus(amount), bet, paid, cards, status, acted);
  }

  Seat paysAnte(Chips amount) {
    return new Seat(stack.minus(amount), bet, paid.plus(amount), cards, status, acted);
  }

  Seat bets(Chips amount) {
    return new Seat(stack.minus(amount), bet.plus(amount), paid.plus(amount), cards, status, acted);
  }

  Seat gets(Chips amount) {
    return new Seat(stack.plus(amount), bet, paid, cards, status, acted);
  }

  Seat getsBack(Chips amount) {
    return new Seat(stack.plus(amount), bet, paid.minus(amount), cards, status, acted);
  }

  Seat with(Status newStatus) {
    return new Seat(stack, bet, paid, cards, newStatus, acted);
  }

  Seat withActed(boolean newActed) {
    return new Seat(stack, bet, paid, cards, status, newActed);
  }

  Seat withMore(List<Card> more) {
    var all = new ArrayList<>(cards);
    all.addAll(more);
    return withCards(all);
  }

  Seat withCards(List<Card> newCards) {
    return new Seat(stack, bet, paid, newCards, status, acted);
  }

  /** On the next street. */
  Seat onNextStreet() {
    return new Seat(stack, Chips.ZERO, paid, cards, status, false);
  }
}
