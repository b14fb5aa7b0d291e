package io.daybook.examples.game;

import java.util.ArrayList;
import java.util.List;

/**
 * A card, of which not all may be known.
 *
 * @param rank 2 to 14, the ace; 0 if it is not known
 * @param suit one of {@code c}, {@code d}, {@code h}, {@code s}; {@code ?} if it is not known
 */
record Card(int rank, char suit) {
  static final int ACE = 14;

  private static final String RANKS = "??23456789TJQKA";
  private static final String SUITS = "cdhs?";
  private static final int UNKNOWN_RANK = 0;

  /**
   * A card like {@code Ah}, {@code Tc} or {@code ??}.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Card parse(String text) {
    int rank = text.length() == 2 ? RANKS.indexOf(text.charAt(0)) : -1;
    if (rank < 0 || SUITS.indexOf(text.charAt(1)) < 0) {
      throw new IllegalArgumentException("a card is like Ah or ??, not " + text);
    }
    return new Card(rank, text.charAt(1));
  }

  /**
   * Cards like {@code 7d5h9d}, one after another.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static List<Card> parseAll(String text) {
    var cards = new ArrayList<Card>();
    for (int i = 0; i < text.length(); i += 2) {
      cards.add(parse(text.substring(i, Math.min(i + 2, text.length()))));
    }
    return List.copyOf(cards);
  }

  boolean isKnown() {
    return rank != UNKNOWN_RANK && suit != '?';
  }

  /** Whether this card, of which not all may be known, may be that one. */
  boolean mayBe(Card other) {
    return (rank == UNKNOWN_RANK || rank == other.rank) && (suit == '?' || suit == other.suit);
  }

  static String text(List<Card> cards) {
    return String.join("", cards.stream().map(Card::toString).toList());
  }

  /** For example {@code Ah}. */
  @Override
  public String toString() {
    return "" + RANKS.charAt(rank) + suit;
  }
}
