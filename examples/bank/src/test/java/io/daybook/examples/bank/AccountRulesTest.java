package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.examples.bank.AccountCommand.AgreeOverdraft;
import io.daybook.examples.bank.AccountCommand.Agreement;
import io.daybook.examples.bank.AccountCommand.Close;
import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountCommand.Freeze;
import io.daybook.examples.bank.AccountCommand.FreezeUntilReviewed;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountCommand.PostInterest;
import io.daybook.examples.bank.AccountCommand.PostReported;
import io.daybook.examples.bank.AccountCommand.ReceiveTransfer;
import io.daybook.examples.bank.AccountCommand.Review;
import io.daybook.examples.bank.AccountCommand.SendTransfer;
import io.daybook.examples.bank.AccountCommand.SetInterestRate;
import io.daybook.examples.bank.AccountCommand.SetLimits;
import io.daybook.examples.bank.AccountCommand.Unfreeze;
import io.daybook.examples.bank.AccountCommand.Withdraw;
import io.daybook.examples.bank.AccountEvent.AccountClosed;
import io.daybook.examples.bank.AccountEvent.AccountFrozen;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.AccountReviewed;
import io.daybook.examples.bank.AccountEvent.AccountUnfrozen;
import io.daybook.examples.bank.AccountEvent.Deposited;
import io.daybook.examples.bank.AccountEvent.FeeCharged;
import io.daybook.examples.bank.AccountEvent.GapAdjusted;
import io.daybook.examples.bank.AccountEvent.InterestPosted;
import io.daybook.examples.bank.AccountEvent.InterestRateSet;
import io.daybook.examples.bank.AccountEvent.Kind;
import io.daybook.examples.bank.AccountEvent.LimitsSet;
import io.daybook.examples.bank.AccountEvent.MovementReported;
import io.daybook.examples.bank.AccountEvent.OverdraftAgreed;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.AccountEvent.ReviewDemanded;
import io.daybook.examples.bank.AccountEvent.RoundingAdjusted;
import io.daybook.examples.bank.AccountEvent.TransferReceived;
import io.daybook.examples.bank.AccountEvent.TransferSent;
import io.daybook.examples.bank.AccountEvent.Withdrawn;
import io.daybook.testkit.Scenario;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Currency;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of an account, and every way to be refused. */
class AccountRulesTest {
  private static final LocalDate DAY = LocalDate.parse("2026-01-10");
  private static final LocalDate NEXT_DAY = DAY.plusDays(1);
  private static final Currency CZK = Currency.getInstance("CZK");

  private static final AccountOpened OPENED = new AccountOpened(DAY, "Ada", CZK, Product.STANDARD);
  private static final AccountFrozen FROZEN = new AccountFrozen(DAY);
  private static final AccountClosed CLOSED = new AccountClosed(DAY);

  private static final Scenario<AccountCommand, AccountEvent, AccountState> NOTHING =
      Scenario.of(Bank.ACCOUNT);
  private static final Scenario<AccountCommand, AccountEvent, AccountState> EMPTY =
      NOTHING.given(OPENED);
  private static final Scenario<AccountCommand, AccountEvent, AccountState> WITH_100 =
      EMPTY.given(deposited("100"));

  private static Money czk(String amount) {
    return Money.of(amount, "CZK");
  }

  private static Deposited deposited(String amount) {
    return new Deposited(DAY, czk(amount), "salary");
  }

  private static Deposit deposit(String amount) {
    return new Deposit("ada", DAY, czk(amount), "salary");
  }

  private static Withdraw withdraw(String amount) {
    return withdraw(DAY, amount);
  }

  private static Withdraw withdraw(LocalDate date, String amount) {
    return new Withdraw("ada", date, czk(amount), "cash");
  }

  private static Withdrawn withdrawn(String amount) {
    return new Withdrawn(DAY, czk(amount), "cash");
  }

  @Nested
  class Opening {
    @Test
    void opensWithAnInitialBalance() {
      NOTHING
          .when(open("100"))
          .thenEvents(OPENED, new Deposited(DAY, czk("100"), "initial deposit"));
    }

    @Test
    void opensEmpty() {
      NOTHING.when(open("0")).thenEvents(OPENED);
    }

    @Test
    void opensWithTerms() {
      List<Agreement> terms =
          List.of(
              new AgreeOverdraft("ada", DAY, czk("50"), czk("5")),
              new SetLimits("ada", DAY, czk("20"), null),
              new SetInterestRate("ada", DAY, BigDecimal.ONE, DAY));
      NOTHING
          .when(new Open("ada", DAY, "Ada", Product.STANDARD, czk("1"), terms))
          .thenEvents(
              OPENED,
              new OverdraftAgreed(DAY, czk("50"), czk("5")),
              new LimitsSet(DAY, czk("20"), null),
              new InterestRateSet(DAY, BigDecimal.ONE, DAY),
              new Deposited(DAY, czk("1"), "initial deposit"));
    }

    @Test
    void refusesAnAccountThatExists() {
      EMPTY.when(open("1")).thenRejected("account-exists");
      EMPTY.given(CLOSED).when(open("1")).thenRejected("account-exists");
    }

    @Test
    void refusesWrongAmounts() {
      NOTHING.when(open("-1")).thenRejected("amount-not-positive");
      NOTHING.when(open("1.001")).thenRejected("amount-over-precise");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "a\nb"})
    void refusesAnIdThatIsNone(String id) {
      NOTHING
          .when(new Open(id, DAY, "Ada", Product.STANDARD, czk("0"), List.of()))
          .thenRejected("invalid-account-id");
    }

    @Test
    void refusesAnAccountOfNobody() {
      NOTHING
          .when(new Open("ada", DAY, " ", Product.STANDARD, czk("0"), List.of()))
          .thenRejected("owner-missing");
    }

    private static Open open(String initial) {
      return new Open("ada", DAY, "Ada", Product.STANDARD, czk(initial), List.of());
    }
  }

  @Nested
  class MovingMoney {
    @Test
    void deposits() {
      EMPTY.when(deposit("12.5")).thenEvents(deposited("12.50"));
    }

    @Test
    void withdrawsDownToZero() {
      WITH_100.when(withdraw("100")).thenEvents(withdrawn("100"));
    }

    @Test
    void sendsAndReceivesTransfers() {
      WITH_100
          .when(new SendTransfer("ada", DAY, "t", "bert", czk("30"), "rent"))
          .thenEvents(new TransferSent(DAY, "t", "bert", czk("30"), "rent"));
      EMPTY
          .when(new ReceiveTransfer("ada", DAY, "t", "bert", czk("30"), "rent"))
          .thenEvents(new TransferReceived(DAY, "t", "bert", czk("30"), "rent"));
    }

    @Test
    void refusesMoreThanThereIs() {
      WITH_100.when(withdraw("100.01")).thenRejected("insufficient-funds");
      WITH_100
          .when(new SendTransfer("ada", DAY, "t", "bert", czk("101"), ""))
          .thenRejected("insufficient-funds");
    }

    @Test
    void refusesToPayOutBeforeTheMoneyCame() {
      EMPTY
          .given(new Deposited(NEXT_DAY, czk("100"), "salary"))
          .when(withdraw(DAY, "1"))
          .thenRejected("insufficient-funds");
      EMPTY
          .given(new Deposited(NEXT_DAY, czk("100"), "salary"))
          .when(withdraw(NEXT_DAY, "100"))
          .thenEvents(new Withdrawn(NEXT_DAY, czk("100"), "cash"));
    }

    @Test
    void refusesToPayOutLateWhatWasSpentSince() {
      WITH_100
          .given(new Withdrawn(NEXT_DAY, czk("80"), "cash"))
          .when(withdraw(DAY, "30"))
          .thenRejected("insufficient-funds");
    }

    @Test
    void refusesATransferToItself() {
      WITH_100
          .when(new SendTransfer("ada", DAY, "t", "ada", czk("1"), ""))
          .thenRejected("transfer-to-itself");
    }

    @Test
    void refusesADayBeforeTheOpening() {
      EMPTY
          .when(new Deposit("ada", DAY.minusDays(1), czk("1"), ""))
          .thenRejected("date-before-opening");
    }

    static Stream<AccountCommand> movements(Money amount) {
      return Stream.of(
          new Deposit("ada", DAY, amount, ""),
          new Withdraw("ada", DAY, amount, ""),
          new SendTransfer("ada", DAY, "t", "bert", amount, ""),
          new ReceiveTransfer("ada", DAY, "t", "bert", amount, ""));
    }

    static Stream<AccountCommand> movementsOfOne() {
      return movements(czk("1"));
    }

    @ParameterizedTest
    @CsvSource({
      "0, CZK, amount-not-positive",
      "-0.01, CZK, amount-not-positive",
      "0.001, CZK, amount-over-precise",
      "10.005, CZK, amount-over-precise",
      "1e-400000000, CZK, amount-over-precise",
      "1e18, CZK, amount-too-large",
      "1e999999999, CZK, amount-too-large",
      "1, EUR, other-currency"
    })
    void refusesWrongAmounts(String amount, String currency, String reason) {
      movements(Money.of(amount, currency)).forEach(c -> WITH_100.when(c).thenRejected(reason));
    }

    @ParameterizedTest
    @MethodSource("movementsOfOne")
    void refusesAccountsThatCannotMoveMoney(AccountCommand command) {
      NOTHING.when(command).thenRejected("unknown-account");
      WITH_100.given(FROZEN).when(command).thenRejected("account-frozen");
      WITH_100.given(CLOSED).when(command).thenRejected("account-closed");
    }

    @Test
    void knowsHowManyDecimalsACurrencyHas() {
      var yen = new AccountOpened(DAY, "Ada", Currency.getInstance("JPY"), Product.STANDARD);
      NOTHING
          .given(yen)
          .when(new Deposit("ada", DAY, Money.of("10.5", "JPY"), ""))
          .thenRejected("amount-over-precise");
      NOTHING
          .given(yen)
          .when(new Deposit("ada", DAY, Money.of("10.00", "JPY"), ""))
          .thenEvents(new Deposited(DAY, Money.of("10", "JPY"), ""));
    }
  }

  @Nested
  class Overdraft {
    private static final Scenario<AccountCommand, AccountEvent, AccountState> ALLOWED =
        WITH_100.given(new OverdraftAgreed(DAY, czk("50"), czk("5")));

    @Test
    void costsNothingWhileItIsNotUsed() {
      ALLOWED.when(withdraw("100")).thenEvents(withdrawn("100"));
    }

    @Test
    void costsTheFeeWhenItIsUsed() {
      ALLOWED
          .when(withdraw("110"))
          .thenEvents(withdrawn("110"), new FeeCharged(DAY, czk("5"), "overdraft fee"));
    }

    @Test
    void costsTheFeeOnceUntilTheAccountHasRecovered() {
      var used = ALLOWED.given(withdrawn("110"), new FeeCharged(DAY, czk("5"), "overdraft fee"));
      used.when(withdraw("1")).thenEvents(withdrawn("1"));
      used.given(deposited("15"))
          .when(withdraw("1"))
          .thenEvents(withdrawn("1"), new FeeCharged(DAY, czk("5"), "overdraft fee"));
    }

    @Test
    void includesTheFee() {
      ALLOWED
          .when(withdraw("145"))
          .thenEvents(withdrawn("145"), new FeeCharged(DAY, czk("5"), "overdraft fee"));
      ALLOWED.when(withdraw("145.01")).thenRejected("insufficient-funds");
    }

    @Test
    void isNotTakenBackWhileItIsUsed() {
      ALLOWED
          .given(withdrawn("130"))
          .when(new AgreeOverdraft("ada", DAY, czk("20"), czk("0")))
          .thenRejected("overdraft-in-use");
      ALLOWED
          .given(withdrawn("130"))
          .when(new AgreeOverdraft("ada", DAY, czk("30"), czk("0")))
          .thenEvents(new OverdraftAgreed(DAY, czk("30"), czk("0")));
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "0, -1", "0.001, 0", "0, 1e30"})
    void refusesTermsThatAreNone(String limit, String fee) {
      EMPTY
          .when(new AgreeOverdraft("ada", DAY, czk(limit), czk(fee)))
          .thenRejected("invalid-terms");
    }

    @Test
    void isInTheAccountsCurrency() {
      EMPTY
          .when(new AgreeOverdraft("ada", DAY, Money.of("1", "EUR"), Money.of("0", "EUR")))
          .thenRejected("other-currency");
    }
  }

  @Nested
  class Limits {
    private static final Scenario<AccountCommand, AccountEvent, AccountState> LIMITED =
        WITH_100.given(new LimitsSet(DAY, czk("40"), czk("60")));

    @Test
    void limitWhatLeavesAtOnce() {
      LIMITED.when(withdraw("40")).thenEvents(withdrawn("40"));
      LIMITED.when(withdraw("40.01")).thenRejected("over-transaction-limit");
      LIMITED
          .when(new SendTransfer("ada", DAY, "t", "bert", czk("41"), ""))
          .thenRejected("over-transaction-limit");
    }

    @Test
    void limitWhatLeavesInADay() {
      var spent = LIMITED.given(withdrawn("30"), new TransferSent(DAY, "t", "b", czk("10"), ""));
      spent.when(withdraw("20")).thenEvents(withdrawn("20"));
      spent.when(withdraw("20.01")).thenRejected("over-daily-limit");
      spent.when(withdraw(NEXT_DAY, "40")).thenEvents(new Withdrawn(NEXT_DAY, czk("40"), "cash"));
    }

    @Test
    void doNotCountWhatComesInNorFees() {
      LIMITED
          .given(withdrawn("40"), deposited("40"), new FeeCharged(DAY, czk("10"), "fee"))
          .when(withdraw("20"))
          .thenEvents(withdrawn("20"));
      LIMITED.when(deposit("1000")).thenEvents(deposited("1000"));
    }

    @Test
    void canBeSetAndTakenAway() {
      EMPTY
          .when(new SetLimits("ada", DAY, null, czk("1")))
          .thenEvents(new LimitsSet(DAY, null, czk("1")));
      LIMITED
          .given(new LimitsSet(DAY, null, null))
          .when(withdraw("100"))
          .thenEvents(withdrawn("100"));
      EMPTY.when(new SetLimits("ada", DAY, czk("-1"), null)).thenRejected("invalid-terms");
      EMPTY.when(new SetLimits("ada", DAY, null, czk("-1"))).thenRejected("invalid-terms");
    }
  }

  @Nested
  class FreezingAndClosing {
    @Test
    void freezesAndUnfreezes() {
      EMPTY.when(new Freeze("ada", DAY)).thenEvents(FROZEN);
      EMPTY.given(FROZEN).when(new Unfreeze("ada", DAY)).thenEvents(new AccountUnfrozen(DAY));
      WITH_100
          .given(FROZEN, new AccountUnfrozen(DAY))
          .when(withdraw("1"))
          .thenEvents(withdrawn("1"));
    }

    @Test
    void refusesToFreezeTwiceAndToUnfreezeWhatIsNotFrozen() {
      EMPTY.given(FROZEN).when(new Freeze("ada", DAY)).thenRejected("account-frozen");
      EMPTY.when(new Unfreeze("ada", DAY)).thenRejected("account-not-frozen");
    }

    @Test
    void closesAnEmptyAccount() {
      EMPTY.when(new Close("ada", DAY)).thenEvents(CLOSED);
      WITH_100.given(withdrawn("100")).when(new Close("ada", DAY)).thenEvents(CLOSED);
    }

    @Test
    void refusesToCloseAnAccountThatIsNotEmptyOrFrozen() {
      WITH_100.when(new Close("ada", DAY)).thenRejected("balance-not-zero");
      EMPTY
          .given(new OverdraftAgreed(DAY, czk("9"), czk("0")), withdrawn("9"))
          .when(new Close("ada", DAY))
          .thenRejected("balance-not-zero");
      EMPTY.given(FROZEN).when(new Close("ada", DAY)).thenRejected("account-frozen");
    }

    @Test
    void refusesToCloseBeforeTheLastMovement() {
      WITH_100
          .given(new Withdrawn(NEXT_DAY, czk("100"), "cash"))
          .when(new Close("ada", DAY))
          .thenRejected("period-closed");
    }

    @Test
    void paysOutTheInterestThatIsNotPostedYet() {
      LocalDate end = DAY.plusDays(10);
      EMPTY
          .given(
              new InterestRateSet(DAY, new BigDecimal("3.65"), DAY),
              deposited("1000"),
              new Withdrawn(end, czk("1000"), "cash"))
          .when(new Close("ada", end))
          .thenEvents(
              new InterestPosted(end, czk("1.00")),
              new Withdrawn(end, czk("1.00"), "interest paid out on closing"),
              new AccountClosed(end));
    }

    static Stream<AccountCommand> everythingElse() {
      return Stream.of(
          new Freeze("ada", DAY),
          new Unfreeze("ada", DAY),
          new Close("ada", DAY),
          new AgreeOverdraft("ada", DAY, czk("1"), czk("1")),
          new SetLimits("ada", DAY, null, null),
          new SetInterestRate("ada", DAY, BigDecimal.ONE, DAY),
          new PostInterest("ada", DAY, YearMonth.of(2025, 12)));
    }

    @ParameterizedTest
    @MethodSource("everythingElse")
    void refusesUnknownAndClosedAccounts(AccountCommand command) {
      NOTHING.when(command).thenRejected("unknown-account");
      EMPTY.given(CLOSED).when(command).thenRejected("account-closed");
    }
  }

  @Nested
  class EarningInterest {
    private static final YearMonth JANUARY = YearMonth.of(2026, 1);
    private static final LocalDate FIRST = LocalDate.parse("2026-01-01");
    private static final LocalDate FEBRUARY = LocalDate.parse("2026-02-01");
    private static final LocalDate MARCH = LocalDate.parse("2026-03-01");

    private static final Scenario<AccountCommand, AccountEvent, AccountState> SAVING =
        NOTHING.given(
            new AccountOpened(FIRST, "Ada", CZK, Product.STANDARD),
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
              new AccountOpened(leapDay, "Ada", CZK, Product.STANDARD),
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

  @Nested
  class AsReported {
    private static final AccountOpened REPORTED =
        new AccountOpened(DAY, "Holder of 7", CZK, Product.AS_REPORTED);
    private static final Scenario<AccountCommand, AccountEvent, AccountState> AT_100 =
        NOTHING.given(REPORTED, reported(1, Kind.DEPOSIT, "100"));

    private static MovementReported reported(int version, Kind kind, String amount) {
      return new MovementReported(DAY, version, kind, czk(amount), "text", "purpose", "peer");
    }

    private static PostReported post(int version, Kind kind, String amount, String shown) {
      return post(version, kind, amount, shown, "0", 0);
    }

    private static PostReported post(
        int version, Kind kind, String amount, String shown, String lowest, long unusable) {
      return new PostReported(
          "7",
          DAY,
          version,
          kind,
          czk(amount),
          czk(shown),
          "text",
          "purpose",
          "peer",
          czk(lowest),
          unusable);
    }

    @Test
    void opensWithTheFirstRow() {
      NOTHING
          .when(post(1, Kind.DEPOSIT, "100", "100"))
          .thenEvents(REPORTED, reported(1, Kind.DEPOSIT, "100"));
    }

    @Test
    void opensWithTheOverdraftThatTheReportNeeds() {
      NOTHING
          .when(post(1, Kind.DEPOSIT, "100", "100", "-20", 0))
          .thenEvents(
              REPORTED,
              new OverdraftAgreed(DAY, czk("20"), czk("0")),
              reported(1, Kind.DEPOSIT, "100"));
    }

    @Test
    void raisesTheOverdraftWhenALaterReportNeedsMore() {
      AT_100
          .given(new OverdraftAgreed(DAY, czk("20"), czk("0")))
          .when(post(2, Kind.WITHDRAWAL, "130", "-30", "-40", 0))
          .thenEvents(
              new OverdraftAgreed(DAY, czk("40"), czk("0")), reported(2, Kind.WITHDRAWAL, "130"));
      AT_100
          .given(new OverdraftAgreed(DAY, czk("20"), czk("0")))
          .when(post(2, Kind.WITHDRAWAL, "110", "-10", "-10", 0))
          .thenEvents(reported(2, Kind.WITHDRAWAL, "110"));
    }

    @Test
    void refusesABalanceBelowTheOverdraft() {
      AT_100
          .when(post(2, Kind.WITHDRAWAL, "130", "-30", "-20", 0))
          .thenRejected("insufficient-funds");
    }

    @ParameterizedTest
    @CsvSource({"DEPOSIT, 5, 105", "INTEREST, 5, 105", "WITHDRAWAL, 5, 95", "FEE, 5, 95"})
    void knowsWhichWayAMovementGoes(Kind kind, String amount, String shown) {
      AT_100.when(post(2, kind, amount, shown)).thenEvents(reported(2, kind, amount));
    }

    @ParameterizedTest
    @CsvSource({"105.10, 0.10", "104.90, -0.10", "105.99, 0.99", "104.01, -0.99"})
    void adjustsWhatTheOtherBankRounded(String shown, String adjustment) {
      AT_100
          .when(post(2, Kind.DEPOSIT, "5", shown))
          .thenEvents(reported(2, Kind.DEPOSIT, "5"), new RoundingAdjusted(DAY, czk(adjustment)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"106", "104", "500"})
    void refusesABalanceThatNoRoundingExplains(String shown) {
      AT_100.when(post(2, Kind.DEPOSIT, "5", shown)).thenRejected("balance-mismatch");
    }

    @Test
    void refusesAVersionThatDoesNotFollow() {
      AT_100.when(post(1, Kind.DEPOSIT, "5", "105")).thenRejected("version-out-of-order");
      AT_100.when(post(3, Kind.DEPOSIT, "5", "105")).thenRejected("version-out-of-order");
    }

    @Test
    void bridgesAGapThatUnusableRowsExplain() {
      AT_100
          .when(post(3, Kind.DEPOSIT, "5", "145", "0", 1))
          .thenEvents(new GapAdjusted(DAY, czk("40"), 1), reported(3, Kind.DEPOSIT, "5"));
      AT_100.when(post(4, Kind.DEPOSIT, "5", "145", "0", 1)).thenRejected("version-out-of-order");
    }

    @Test
    void opensInTheMiddleOfAReport() {
      NOTHING
          .when(post(5, Kind.DEPOSIT, "5", "145"))
          .thenEvents(
              REPORTED, new GapAdjusted(DAY, czk("140"), 4), reported(5, Kind.DEPOSIT, "5"));
    }

    @Test
    void refusesReportsOnOurOwnAccounts() {
      WITH_100.when(post(1, Kind.DEPOSIT, "5", "105")).thenRejected("not-as-reported");
    }

    @Test
    void refusesADayBeforeTheLastRow() {
      var earlier =
          new PostReported(
              "7", DAY, 3, Kind.DEPOSIT, czk("1"), czk("102"), "", "", "", czk("0"), 0);
      AT_100
          .given(new MovementReported(NEXT_DAY, 2, Kind.DEPOSIT, czk("1"), "", "", ""))
          .when(earlier)
          .thenRejected("period-closed");
    }

    @Test
    void refusesWrongAmountsAndAccountsThatCannotMoveMoney() {
      AT_100.when(post(2, Kind.DEPOSIT, "0", "100")).thenRejected("amount-not-positive");
      AT_100.when(post(2, Kind.DEPOSIT, "-5", "95")).thenRejected("amount-not-positive");
      AT_100
          .given(new AccountFrozen(DAY))
          .when(post(2, Kind.DEPOSIT, "5", "105"))
          .thenRejected("account-frozen");
      AT_100
          .given(new AccountClosed(DAY))
          .when(post(2, Kind.DEPOSIT, "5", "105"))
          .thenRejected("account-closed");
    }

    @Test
    void earnsNoInterestOfItsOwn() {
      AT_100.when(new SetInterestRate("7", DAY, BigDecimal.ONE, DAY)).thenRejected("invalid-terms");
      AT_100.when(new PostInterest("7", NEXT_DAY.plusMonths(1), YearMonth.from(DAY))).thenNothing();
    }

    @Test
    void canBeUsedLikeAnyAccount() {
      AT_100
          .when(new Withdraw("7", DAY, czk("100"), ""))
          .thenEvents(new Withdrawn(DAY, czk("100"), ""));
    }
  }

  @Nested
  class UnderReview {
    private static final FreezeUntilReviewed FREEZE =
        new FreezeUntilReviewed("ada", DAY, "suspicious");
    private static final ReviewDemanded DEMANDED = new ReviewDemanded(DAY, "suspicious");
    private static final Review REVIEW = new Review("ada", DAY);
    private static final Scenario<AccountCommand, AccountEvent, AccountState> REVIEWING =
        WITH_100.given(new AccountFrozen(DAY), DEMANDED);

    @Test
    void isFrozenUntilReviewed() {
      WITH_100.when(FREEZE).thenEvents(new AccountFrozen(DAY), DEMANDED);
      REVIEWING.when(withdraw("1")).thenRejected("account-frozen");
      REVIEWING.when(deposit("1")).thenRejected("account-frozen");
      REVIEWING.when(new Freeze("ada", DAY)).thenRejected("account-frozen");
      REVIEWING.when(new Close("ada", DAY)).thenRejected("account-frozen");
      REVIEWING.when(new Unfreeze("ada", DAY)).thenRejected("under-review");
      REVIEWING.when(REVIEW).thenEvents(new AccountReviewed(DAY), new AccountUnfrozen(DAY));
      REVIEWING
          .given(new AccountReviewed(DAY), new AccountUnfrozen(DAY))
          .when(withdraw("1"))
          .thenEvents(withdrawn("1"));
    }

    @Test
    void anAccountThatIsFrozenAlreadyStaysSo() {
      WITH_100.given(new AccountFrozen(DAY)).when(FREEZE).thenEvents(DEMANDED);
      REVIEWING.when(FREEZE).thenNothing();
      EMPTY.given(CLOSED).when(FREEZE).thenRejected("account-closed");
    }

    @Test
    void nothingIsReviewedThatNeedsNoReview() {
      WITH_100.when(REVIEW).thenRejected("not-under-review");
      WITH_100.given(new AccountFrozen(DAY)).when(REVIEW).thenRejected("not-under-review");
      EMPTY.given(CLOSED).when(REVIEW).thenRejected("account-closed");
      NOTHING.when(REVIEW).thenRejected("unknown-account");
    }
  }

  @Test
  void everyReasonHasAStableName() {
    assertThat(Stream.of(Refused.Reason.values()).map(Refused.Reason::toString))
        .containsExactly(
            "unknown-account",
            "account-exists",
            "invalid-account-id",
            "owner-missing",
            "account-closed",
            "account-frozen",
            "account-not-frozen",
            "under-review",
            "not-under-review",
            "amount-not-positive",
            "amount-over-precise",
            "amount-too-large",
            "other-currency",
            "insufficient-funds",
            "over-transaction-limit",
            "over-daily-limit",
            "transfer-to-itself",
            "balance-not-zero",
            "date-in-future",
            "date-before-opening",
            "period-closed",
            "month-not-over",
            "earlier-month-not-posted",
            "invalid-terms",
            "overdraft-in-use",
            "not-as-reported",
            "version-out-of-order",
            "balance-mismatch");
  }
}
