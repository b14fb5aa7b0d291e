package io.daybook.examples.bank;

import static io.daybook.examples.bank.AccountScenarios.*;

import io.daybook.examples.bank.AccountCommand.PostInterest;
import io.daybook.examples.bank.AccountCommand.PostReported;
import io.daybook.examples.bank.AccountCommand.SetInterestRate;
import io.daybook.examples.bank.AccountCommand.Withdraw;
import io.daybook.examples.bank.AccountEvent.AccountClosed;
import io.daybook.examples.bank.AccountEvent.AccountFrozen;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.GapAdjusted;
import io.daybook.examples.bank.AccountEvent.Kind;
import io.daybook.examples.bank.AccountEvent.MovementReported;
import io.daybook.examples.bank.AccountEvent.OverdraftAgreed;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.AccountEvent.RoundingAdjusted;
import io.daybook.examples.bank.AccountEvent.Withdrawn;
import io.daybook.testkit.Scenario;
import java.math.BigDecimal;
import java.time.YearMonth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of what another bank reports, and every way to be refused. */
class ReportRulesTest {
  private static final AccountOpened REPORTED =
      new AccountOpened(DAY, "Holder of 7", CZK, Product.AS_REPORTED, "7");
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
        .thenEvents(REPORTED, new GapAdjusted(DAY, czk("140"), 4), reported(5, Kind.DEPOSIT, "5"));
  }

  @Test
  void refusesReportsOnOurOwnAccounts() {
    WITH_100.when(post(1, Kind.DEPOSIT, "5", "105")).thenRejected("not-as-reported");
  }

  @Test
  void refusesADayBeforeTheLastRow() {
    var earlier =
        new PostReported("7", DAY, 3, Kind.DEPOSIT, czk("1"), czk("102"), "", "", "", czk("0"), 0);
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
