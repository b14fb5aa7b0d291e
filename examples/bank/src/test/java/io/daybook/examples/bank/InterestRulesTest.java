package io.daybook.examples.bank;

import static io.daybook.examples.bank.AccountScenarios.*;

import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountCommand.PostInterest;
import io.daybook.examples.bank.AccountCommand.SetInterestRate;
import io.daybook.examples.bank.AccountEvent.AccountFrozen;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.Deposited;
import io.daybook.examples.bank.AccountEvent.InterestPosted;
import io.daybook.examples.bank.AccountEvent.InterestRateSet;
import io.daybook.examples.bank.AccountEvent.OverdraftAgreed;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.AccountEvent.Withdrawn;
import io.daybook.testkit.Scenario;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of interest. */
class InterestRulesTest {
  private static final YearMonth JANUARY = YearMonth.of(2026, 1);
  private static final LocalDate FIRST = LocalDate.parse("2026-01-01");
  private static final LocalDate FEBRUARY = LocalDate.parse("2026-02-01");
  private static final LocalDate MARCH = LocalDate.parse("2026-03-01");

  private static final Scenario<AccountCommand, AccountEvent, AccountState> SAVING =
      NOTHING.given(
          new AccountOpened(FIRST, "Ada", CZK, Product.STANDARD, "ada"),
          new InterestRateSet(FIRST, new BigDecimal("3.65"), FIRST));

  private static PostInterest post(YearMonth month) {
    return new PostInterest("ada", MARCH, month);
  }

  private static Deposited deposited(String date, String amount) {
    return new Deposited(LocalDate.parse(date), czk(amount), "");
  }

  private static InterestPosted posted(String date, String amount) {
    return new InterestPosted(LocalDate.parse(date), czk(amount));
  }

  @Test
  void earnsOnTheClosingBalanceOfEachDay() {
    // 1000 for 9 days and 3000 for 22, at a ten-thousandth a day
    SAVING
        .given(deposited("2026-01-01", "1000"), deposited("2026-01-10", "2000"))
        .when(post(JANUARY))
        .thenEvents(posted("2026-01-31", "7.50"));
  }

  @Test
  void countsAMovementOnItsOwnDayHoweverLateItWasWrittenDown() {
    SAVING
        .given(deposited("2026-01-10", "2000"), deposited("2026-01-01", "1000"))
        .when(post(JANUARY))
        .thenEvents(posted("2026-01-31", "7.50"));
  }

  @Test
  void changesTheRateOnItsDay() {
    // 1000 at 3.65 % for 10 days, at 7.30 % for 21
    SAVING
        .given(
            deposited("2026-01-01", "1000"),
            new InterestRateSet(FIRST, new BigDecimal("7.30"), LocalDate.parse("2026-01-11")))
        .when(post(JANUARY))
        .thenEvents(posted("2026-01-31", "5.20"));
  }

  @Test
  void roundsHalfEven() {
    // 50.00 for one day: 0.005; 150.00 for one day: 0.015
    SAVING
        .given(deposited("2026-01-31", "50"))
        .when(post(JANUARY))
        .thenEvents(posted("2026-01-31", "0.00"));
    SAVING
        .given(deposited("2026-01-31", "150"))
        .when(post(JANUARY))
        .thenEvents(posted("2026-01-31", "0.02"));
    SAVING
        .given(deposited("2026-01-31", "250"))
        .when(post(JANUARY))
        .thenEvents(posted("2026-01-31", "0.02"));
  }

  @Test
  void earnsInterestOnInterest() {
    SAVING
        .given(deposited("2026-01-01", "1000000"), posted("2026-01-31", "3100.00"))
        .when(post(YearMonth.of(2026, 2)))
        .thenEvents(posted("2026-02-28", "2808.68"));
  }

  @Test
  void earnsNothingBelowZero() {
    SAVING
        .given(
            new OverdraftAgreed(FIRST, czk("9000"), czk("0")),
            new Withdrawn(FIRST, czk("9000"), ""),
            deposited("2026-01-31", "19000"))
        .when(post(JANUARY))
        .thenEvents(posted("2026-01-31", "1.00"));
  }

  @Test
  void dividesBy365InALeapYearToo() {
    LocalDate leapDay = LocalDate.parse("2028-02-29");
    NOTHING
        .given(
            new AccountOpened(leapDay, "Ada", CZK, Product.STANDARD, "ada"),
            new InterestRateSet(leapDay, new BigDecimal("3.65"), leapDay),
            new Deposited(leapDay, czk("10000"), ""))
        .when(new PostInterest("ada", leapDay.plusDays(1), YearMonth.of(2028, 2)))
        .thenEvents(new InterestPosted(leapDay, czk("1.00")));
  }

  @Test
  void postsNothingWithoutARate() {
    WITH_100.when(post(JANUARY)).thenNothing();
    WITH_100
        .given(new InterestRateSet(DAY, BigDecimal.ONE, FEBRUARY))
        .when(post(JANUARY))
        .thenNothing();
  }

  @Test
  void refusesAMonthThatIsNotOver() {
    SAVING.when(post(YearMonth.of(2026, 3))).thenRejected("month-not-over");
    SAVING
        .when(new PostInterest("ada", JANUARY.atEndOfMonth(), JANUARY))
        .thenRejected("month-not-over");
  }

  @Test
  void postsAMonthOnceAndMonthsInTheirOrder() {
    SAVING.given(posted("2026-01-31", "0")).when(post(JANUARY)).thenRejected("period-closed");
    SAVING.when(post(YearMonth.of(2026, 2))).thenRejected("earlier-month-not-posted");
  }

  @Test
  void closesTheDaysThatItWasPostedFor() {
    var closed = SAVING.given(posted("2026-01-31", "0"));
    closed
        .when(new Deposit("ada", JANUARY.atEndOfMonth(), czk("1"), ""))
        .thenRejected("period-closed");
    closed
        .when(new SetInterestRate("ada", MARCH, BigDecimal.ONE, JANUARY.atEndOfMonth()))
        .thenRejected("period-closed");
    closed
        .when(new Deposit("ada", FEBRUARY, czk("1"), ""))
        .thenEvents(new Deposited(FEBRUARY, czk("1"), ""));
  }

  @Test
  void postsToAFrozenAccount() {
    SAVING
        .given(new AccountFrozen(FIRST))
        .when(post(JANUARY))
        .thenEvents(posted("2026-01-31", "0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.1", "100.1", "1.0000001", "1e99"})
  void refusesARateThatIsNone(String percent) {
    EMPTY
        .when(new SetInterestRate("ada", DAY, new BigDecimal(percent), DAY))
        .thenRejected("invalid-terms");
  }

  @Test
  void acceptsARateToCome() {
    EMPTY
        .when(new SetInterestRate("ada", DAY, BigDecimal.TWO, MARCH))
        .thenEvents(new InterestRateSet(DAY, BigDecimal.TWO, MARCH));
  }
}
