package io.daybook.examples.bank;

import java.math.BigDecimal;
import java.util.Currency;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** Amounts as they are given to the command. */
final class Amounts {
  private Amounts() {}

  static BigDecimal number(String text) {
    try {
      return new BigDecimal(text.strip());
    } catch (NumberFormatException _) {
      throw new TypeConversionException("'" + text.strip() + "' is not a number");
    }
  }

  /** An amount in the account's currency, unless another is named. */
  static Money money(Bank bank, String account, BigDecimal amount, @Nullable Currency currency) {
    return new Money(amount, currency == null ? bank.account(account).currency() : currency);
  }

  /** Nothing, if no amount is given. */
  static Money money(@Nullable BigDecimal amount, Currency currency) {
    return new Money(amount == null ? BigDecimal.ZERO : amount, currency);
  }

  /** No limit, if no amount is given. */
  static @Nullable Money limit(@Nullable BigDecimal amount, Currency currency) {
    return amount == null ? null : new Money(amount, currency);
  }
}
