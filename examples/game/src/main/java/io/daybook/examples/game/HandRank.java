package io.daybook.examples.game;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What the best five of some cards are worth. Suits have no order, so hands of different cards may
 * be worth the same.
 *
 * @param category what the five are
 * @param ranks what decides within the category, the most important first: of a full house the
 *     three and the two, of two pairs both and the fifth card, of a straight its highest card
 */
record HandRank(Category category, List<Integer> ranks) implements Comparable<HandRank> {
  private static final int HAND = 5;
  private static final int FIVE = 5;

  /** From the least to the most. */
  enum Category {
    HIGH_CARD,
    PAIR,
    TWO_PAIRS,
    THREE_OF_A_KIND,
    STRAIGHT,
    FLUSH,
    FULL_HOUSE,
    FOUR_OF_A_KIND,
    STRAIGHT_FLUSH;

    /** For example {@code two pairs}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  HandRank {
    ranks = List.copyOf(ranks);
  }

  /**
   * The best five of five cards or more.
   *
   * @throws IllegalArgumentException if there are fewer, or one is not known
   */
  static HandRank best(List<Card> cards) {
    if (cards.size() < HAND || !cards.stream().allMatch(Card::isKnown)) {
      throw new IllegalArgumentException("five known cards or more, not " + cards);
    }
    int[] counts = new int[Card.ACE + 1];
    cards.forEach(card -> counts[card.rank()]++);
    List<Integer> flush = flush(cards);
    int straightFlush = straight(flush);
    if (straightFlush > 0) {
      return new HandRank(Category.STRAIGHT_FLUSH, List.of(straightFlush));
    }
    List<Integer> groups = byCount(counts);
    int most = counts[groups.getFirst()];
    int next = counts[groups.get(1)];
    if (most == 4) {
      return of(Category.FOUR_OF_A_KIND, groups, 1, 1, counts);
    }
    if (most == 3 && next >= 2) {
      return new HandRank(Category.FULL_HOUSE, groups.subList(0, 2));
    }
    if (!flush.isEmpty()) {
      return new HandRank(Category.FLUSH, flush.subList(0, HAND));
    }
    int straight = straight(groups);
    if (straight > 0) {
      return new HandRank(Category.STRAIGHT, List.of(straight));
    }
    return switch (most) {
      case 3 -> of(Category.THREE_OF_A_KIND, groups, 1, 2, counts);
      case 2 ->
          next == 2
              ? of(Category.TWO_PAIRS, groups, 2, 1, counts)
              : of(Category.PAIR, groups, 1, 3, counts);
      default -> of(Category.HIGH_CARD, groups, 0, HAND, counts);
    };
  }

  /** The first so many groups, and the highest so many ranks besides. */
  private static HandRank of(
      Category category, List<Integer> groups, int first, int besides, int[] counts) {
    var ranks = new ArrayList<>(groups.subList(0, first));
    groups.stream()
        .skip(first)
        .filter(rank -> counts[rank] > 0)
        .sorted(Comparator.reverseOrder())
        .limit(besides)
        .forEach(ranks::add);
    return new HandRank(category, ranks);
  }

  /** The ranks there are: those with the most cards first, of as many the highest first. */
  private static List<Integer> byCount(int[] counts) {
    var ranks = new ArrayList<Integer>();
    for (int rank = Card.ACE; rank >= 2; rank--) {
      if (counts[rank] > 0) {
        ranks.add(rank);
      }
    }
    ranks.sort(Comparator.comparingInt((Integer rank) -> counts[rank]).reversed());
    return ranks;
  }

  /** The ranks of the suit that has five cards or more, the highest first; none if no suit has. */
  private static List<Integer> flush(List<Card> cards) {
    for (char suit : new char[] {'c', 'd', 'h', 's'}) {
      List<Integer> ranks =
          cards.stream()
              .filter(card -> card.suit() == suit)
              .map(Card::rank)
              .sorted(Comparator.reverseOrder())
              .toList();
      if (ranks.size() >= HAND) {
        return ranks;
      }
    }
    return List.of();
  }

  /** The highest card of the highest straight, in which an ace may be a one; 0 if there is none. */
  private static int straight(List<Integer> ranks) {
    for (int high = Card.ACE; high > FIVE; high--) {
      if (ranks.containsAll(List.of(high, high - 1, high - 2, high - 3, high - 4))) {
        return high;
      }
    }
    return ranks.containsAll(List.of(5, 4, 3, 2, Card.ACE)) ? FIVE : 0;
  }

  @Override
  public int compareTo(HandRank other) {
    int order = category.compareTo(other.category);
    for (int i = 0; order == 0 && i < ranks.size(); i++) {
      order = ranks.get(i).compareTo(other.ranks.get(i));
    }
    return order;
  }
}
