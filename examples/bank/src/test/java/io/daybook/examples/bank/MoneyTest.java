package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Currency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {
  @ParameterizedTest
  @CsvSource({
    "10, CZK, 10.00 CZK",
    "10.5, CZK, 10.50 CZK",
    "10.500, CZK, 10.50 CZK",
    "1e3, CZK, 1000.00 CZK",
    "-0.00, CZK, 0.00 CZK",
    "10.00, JPY, 10 JPY",
    "1.2345, KWD, 1.2345 KWD",
    "10.005, CZK, 10.005 CZK",
    "1e20, CZK, 1E+20 CZK",
    "1e-400000000, CZK, 1E-400000000 CZK"
  })
  void hasTheDigitsOfItsCurrencyIfTheyFit(String amount, String currency, String text) {
    assertThat(Money.of(amount, currency)).hasToString(text);
  }

  @Test
  void isEqualToTheSameAmount() {
    assertThat(Money.of("1", "CZK")).isEqualTo(Money.of("1.00", "CZK"));
    assertThat(Money.of("1", "CZK")).isNotEqualTo(Money.of("1", "EUR"));
    assertThat(Money.ofMinorUnits(100, Currency.getInstance("CZK")))
        .isEqualTo(Money.of("1", "CZK"));
    assertThat(Money.of("12.34", "CZK").inMinorUnits()).hasToString("1234");
  }

  @Test
  void doesNotMixCurrencies() {
    Money koruna = Money.of("1", "CZK");
    Money euro = Money.of("1", "EUR");
    assertThatThrownBy(() -> koruna.plus(euro)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> koruna.compareTo(euro)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Money.of("1", "XXX")).isInstanceOf(IllegalArgumentException.class);
  }
}
