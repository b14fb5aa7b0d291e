package io.daybook.examples.game;

import java.util.List;

/** Something that happened in a hand of poker. Players are named by their seats, from 1. */
sealed interface HandEvent {

  record HandDealt(HandName name, HandSetup setup) implements HandEvent {}

  /** An event that moves a player's chips into the pot. */
  sealed interface Paid extends HandEvent {
    int player();

    /** How many chips went from the stack into the pot. */
    Chips amount();
  }

  record AntePosted(int player, Chips amount) implements Paid {}

  record BlindPosted(int player, Chips amount) implements Paid {}

  record Called(int player, Chips amount) implements Paid {}

  /**
   * A bet, or a raise.
   *
   * @param to what the player has in on this street now
   */
  record BetMade(int player, Chips amount, Chips to) implements Paid {}

  record Checked(int player) implements HandEvent {}

  record Folded(int player) implements HandEvent {}

  record HoleCardsDealt(int player, List<Card> cards) implements HandEvent {
    public HoleCardsDealt {
      cards = List.copyOf(cards);
    }
  }

  record BoardDealt(List<Card> cards) implements HandEvent {
    public BoardDealt {
      cards = List.copyOf(cards);
    }
  }

  record HandShown(int player, List<Card> cards) implements HandEvent {
    public HandShown {
      cards = List.copyOf(cards);
    }
  }

  record HandMucked(int player) implements HandEvent {}

  /** What nobody called came back. */
  record UncalledBetReturned(int player, Chips amount) implements HandEvent {}

  /**
   * A pot went to those who won it.
   *
   * @param pot 1 is the main pot, the others are side pots
   */
  record PotAwarded(int pot, Chips amount, List<Share> shares) implements HandEvent {
    public PotAwarded {
      shares = List.copyOf(shares);
    }
  }

  /** What a player won of a pot. */
  record Share(int player, Chips amount) {}

  record HandEnded() implements HandEvent {}
}
