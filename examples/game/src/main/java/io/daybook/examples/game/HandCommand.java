package io.daybook.examples.game;

import java.util.List;

/**
 * Something that a player or the dealer of a hand of poker does. {@link HandDecider#decide} accepts
 * it or refuses it. Players are named by their seats, from 1.
 */
sealed interface HandCommand {

  /** Begins the hand; antes and blinds are posted. */
  record Deal(HandName name, HandSetup setup) implements HandCommand {}

  /** Deals one or two cards to a player; they may be unknown. */
  record DealHole(int player, List<Card> cards) implements HandCommand {
    public DealHole {
      cards = List.copyOf(cards);
    }
  }

  /** Deals cards to the board. */
  record DealBoard(List<Card> cards) implements HandCommand {
    public DealBoard {
      cards = List.copyOf(cards);
    }
  }

  record Fold(int player) implements HandCommand {}

  record Check(int player) implements HandCommand {}

  /** Puts in what is missing to the highest bet, or all that the player has. */
  record Call(int player) implements HandCommand {}

  /** Checks if there is nothing to call, and else calls. */
  record CheckOrCall(int player) implements HandCommand {}

  /**
   * Bets, or raises.
   *
   * @param to what the player will have in on this street
   */
  record BetTo(int player, Chips to) implements HandCommand {}

  /** Shows both cards at the showdown. */
  record Show(int player, List<Card> cards) implements HandCommand {
    public Show {
      cards = List.copyOf(cards);
    }
  }

  /** Gives the cards away at the showdown without showing them. */
  record Muck(int player) implements HandCommand {}

  /**
   * Says that nothing more will come: whoever should still show, shows.
   *
   * @see HandDecider
   */
  record EndHand() implements HandCommand {}
}
