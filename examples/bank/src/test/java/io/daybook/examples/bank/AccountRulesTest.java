package io.daybook.examples.bank;

import static io.daybook.examples.bank.AccountScenarios.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.examples.bank.AccountCommand.AgreeOverdraft;
import io.daybook.examples.bank.AccountCommand.Agreement;
import io.daybook.examples.bank.AccountCommand.Close;
import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountCommand.Freeze;
import io.daybook.examples.bank.AccountCommand.FreezeUntilReviewed;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountCommand.PostInterest;
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
import io.daybook.examples.bank.AccountEvent.InterestPosted;
import io.daybook.examples.bank.AccountEvent.InterestRateSet;
import io.daybook.examples.bank.AccountEvent.LimitsSet;
import io.daybook.examples.bank.AccountEvent.OverdraftAgreed;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.AccountEvent.ReviewDemanded;
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

/** Every rule of an account but those of interest and of reports, and every way to be refused. */
class AccountRulesTest {
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
      var yen = new AccountOpened(DAY, "Ada", Currency.getInstance("JPY"), Product.STANDARD, "ada");
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
            "account-not-closed",
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
