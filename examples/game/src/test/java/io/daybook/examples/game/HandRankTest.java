package io.daybook.examples.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.examples.game.HandRank.Category;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandRankTest {
  private static HandRank rank(String cards) {
    return HandRank.best(Card.parseAll(cards));
  }

  @ParameterizedTest
  @CsvSource({
    "AhKhQhJhTh, STRAIGHT_FLUSH",
    "5d4d3d2dAd, STRAIGHT_FLUSH",
    "9c9d9h9s2c, FOUR_OF_A_KIND",
    "9c9d9h2s2c, FULL_HOUSE",
    "Ac9c7c3c2c, FLUSH",
    "AcKdQhJsTc, STRAIGHT",
    "5c4d3h2sAc, STRAIGHT",
    "9c9d9h3s2c, THREE_OF_A_KIND",
    "9c9d3h3s2c, TWO_PAIRS",
    "9c9d4h3s2c, PAIR",
    "KcQdJhTs8c, HIGH_CARD",
    "AcKd4h3s2c, HIGH_CARD",
    "QcKdAh2s3c, HIGH_CARD",
    "9h8h7h6h5hAhKh, STRAIGHT_FLUSH",
    "AhKhQhJh9h9c9d, FLUSH",
    "9c9d9h4c4d4hAs, FULL_HOUSE",
    "9c9d9h4c4d3h3s, FULL_HOUSE",
    "AcAdKcKdQcQd2h, TWO_PAIRS",
    "6c5d4h3s2cAcAd, STRAIGHT",
    "9h8h7h6h5c2hKd, FLUSH"
  })
  void findsTheBestFive(String cards, Category category) {
    var all = new ArrayList<>(Card.parseAll(cards));
    for (int i = 0; i < 5; i++) {
      Collections.shuffle(all, new Random(i));
      assertThat(HandRank.best(all).category()).isEqualTo(category);
    }
  }

  /** The better hand stands first. */
  @ParameterizedTest
  @CsvSource({
    // the categories, from the top
    "6h5h4h3h2h, AcAdAhAsKc",
    "2c2d2h2s3c, AcAdAhKsKc",
    "2c2d2h3s3c, AcKcQcJc9c",
    "7c5c4c3c2c, AcKdQhJsTc",
    "5c4d3h2sAc, AcAdAhKsQc",
    "2c2d2h4s3c, AcAdKhKsQc",
    "3c3d2h2s4c, AcAdKhQsJc",
    "2c2d5h4s3c, AcKdQhJs9c",
    // within a category
    "6h5h4h3h2h, 5h4h3h2hAh",
    "3c3d3h3s2c, 2c2d2h2sAc",
    "AcAdAhAsKc, AcAdAhAsQc",
    "3c3d3h2s2c, 2c2d2hAsAc",
    "3c3d3hAsAc, 3c3d3hKsKc",
    "AcKcQcJc9c, AdKdQdJd8d",
    "AcKcQcJc2c, AdKdQdTd9d",
    "6c5d4h3s2c, 5c4d3h2sAc",
    "3c3d3h2s4c, 2c2d2hAsKc",
    "3c3d3hAs4c, 3c3d3hAs2c",
    "3c3d3hAs2c, 3c3d3hKsQc",
    "AcAd2h2s3c, KcKdQhQsJc",
    "AcAd3h3s2c, AcAd2h2sKc",
    "AcAd3h3sKc, AcAd3h3sQc",
    "3c3d2h4s5c, 2c2dAhKsQc",
    "3c3dAh4s5c, 3c3dKhQsJc",
    "3c3dAhKs5c, 3c3dAhQsJc",
    "3c3dAhKs5c, 3c3dAhKs4c",
    "AcKdQhJs9c, AcKdQhJs8c",
    "AcKdQhTs2c, AcKdJhTs9c",
    "AcQd4h3s2c, AcJdTh9s8c",
    // of seven
    "AcAdKcKdQcQd2h, AcAdKcKdJcJdTh",
    "9c9d9h4c4d4hAs, 9c9d9h3c3dAsKs",
    "7c6d5h4s3c2cAd, 6d5h4s3c2cAdAc"
  })
  void ordersHands(String better, String worse) {
    assertThat(rank(better)).isGreaterThan(rank(worse));
    assertThat(rank(worse)).isLessThan(rank(better));
  }

  @ParameterizedTest
  @CsvSource({
    "AhKhQhJh9h, AcKcQcJc9c",
    "AcAdKhKs2c, AhAsKcKd2d",
    // the board plays: kickers beyond the fifth card don't count
    "AcKdQhJsTc3d2d, AcKdQhJsTc9c8h",
    "AcAdKhQsJc3d2d, AcAdKhQsJc9c8h",
    "AcAdKcKdQc2h3h, AcAdKcKdQcQdTh",
    "9c9d9h9sAcKd2h, 9c9d9h9sAcQdJh"
  })
  void knowsEqualHands(String one, String other) {
    assertThat(rank(one)).isEqualTo(rank(other)).isEqualByComparingTo(rank(other));
  }

  /** The best of seven is the best of all fives in it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isTheBestOfAllFives(long seed) {
    var deck = new ArrayList<Card>();
    for (char suit : new char[] {'c', 'd', 'h', 's'}) {
      // few ranks: more pairs, straights and flushes
      for (int rank = 7; rank <= Card.ACE; rank++) {
        deck.add(new Card(rank, suit));
      }
    }
    var random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      Collections.shuffle(deck, random);
      List<Card> seven = List.copyOf(deck.subList(0, 7));
      var fives = new ArrayList<HandRank>();
      for (int a = 0; a < 7; a++) {
        for (int b = a + 1; b < 7; b++) {
          var five = new ArrayList<>(seven);
          five.remove(b);
          five.remove(a);
          fives.add(HandRank.best(five));
        }
      }
      assertThat(HandRank.best(seven))
          .as("seed %d: %s", seed, seven)
          .isEqualTo(fives.stream().max(Comparator.naturalOrder()).orElseThrow());
    }
  }

  @Test
  void needsFiveKnownCards() {
    assertThatThrownBy(() -> rank("AcKcQcJc")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rank("AcKcQcJc??")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ac", "Td", "2h", "9s", "??", "?h", "K?"})
  void cardsAreWrittenAsTheyAreRead(String text) {
    assertThat(Card.parse(text)).hasToString(text);
    assertThat(Card.parse(text).isKnown()).isEqualTo(!text.contains("?"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "1h", "10h", "Ax", "ac", "AH", "hA"})
  void refusesWhatIsNoCard(String text) {
    assertThatThrownBy(() -> Card.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
