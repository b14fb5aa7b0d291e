package io.daybook.examples.game;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChipsTest {
  private static Chips chips(String amount) {
    return new Chips(new BigDecimal(amount));
  }

  @ParameterizedTest
  @CsvSource({
    "100, 1, 100",
    "100, 2, 50 50",
    "1349, 2, 674.5 674.5",
    "101, 4, 25.25 25.25 25.25 25.25",
    "1, 8, 0.125 0.125 0.125 0.125 0.125 0.125 0.125 0.125",
    "225.5, 2, 112.75 112.75",
    "99, 3, 33 33 33",
    "100, 3, 33.5 33.5 33",
    "101, 3, 34 33.5 33.5",
    "50.5, 3, 16.85 16.85 16.8",
    "100, 6, 17 17 16.5 16.5 16.5 16.5",
    "0.01, 3, 0.005 0.005 0",
    "5, 7, 1 1 1 0.5 0.5 0.5 0.5"
  })
  void splitsExactly(String amount, int count, String shares) {
    var split = chips(amount).split(count);
    assertThat(split.stream().map(Chips::toString)).containsExactly(shares.split(" ", -1));
    assertThat(Chips.sum(split)).isEqualTo(chips(amount));
  }

  @Test
  void isTheSameHoweverItIsWritten() {
    assertThat(chips("100.00")).isEqualTo(chips("1E+2")).hasToString("100");
    assertThat(chips("0.50").plus(chips("0.50"))).isEqualTo(Chips.of(1));
    assertThat(chips("0.0")).isEqualTo(Chips.ZERO);
  }
}
