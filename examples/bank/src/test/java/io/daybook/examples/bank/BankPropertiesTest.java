package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.examples.bank.AccountCommand.AgreeOverdraft;
import io.daybook.examples.bank.AccountCommand.Close;
import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountCommand.Freeze;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountCommand.SetInterestRate;
import io.daybook.examples.bank.AccountCommand.SetLimits;
import io.daybook.examples.bank.AccountCommand.Unfreeze;
import io.daybook.examples.bank.AccountCommand.Withdraw;
import io.daybook.examples.bank.AccountEvent.Movement;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.AccountEvent.TransferSent;
import io.daybook.examples.bank.AccountEvent.Withdrawn;
import io.daybook.examples.bank.BankEvent.TransferMade;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever commands are sent, accepted or refused, these are always true of the bank. */
@Tag("long")
class BankPropertiesTest {
  private static final int SEEDS = Integer.getInteger("seeds", 10_000) / 200;
  private static final int COMMANDS = 60;
  private static final int ACCOUNTS = 4;
  private static final LocalDate FIRST = LocalDate.parse("2026-01-01");
  private static final int DAYS = 90;
  private static final LocalDate TODAY = FIRST.plusDays(DAYS);
  private static final Money OVERDRAFT = czk("200");
  private static final Money DAILY_LIMIT = czk("500");
  private static final RecordedBy NOW = new RecordedBy.Now();

  private static Money czk(String amount) {
    return Money.of(amount, "CZK");
  }

  @Test
  void moneyIsConservedAndEveryViewAgrees() {
    for (int seed = 0; seed < SEEDS; seed++) {
      try {
        new Run(seed).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("with the seed " + seed, e);
      }
    }
  }

  /** A bank with random commands sent to it. */
  private static final class Run {
    private final Random random;
    private final InMemoryStore store = new InMemoryStore();
    private final Bank bank =
        new Bank(
            store, Clock.fixed(TODAY.atStartOfDay().toInstant(ZoneOffset.UTC), ZoneOffset.UTC));
    private Money expectedTotal = czk("0");
    private int commands;

    Run(long seed) {
      random = new Random(seed);
    }

    void run() {
      while (commands < COMMANDS) {
        commands++;
        try {
          command();
        } catch (Refused _) {
          // nothing happened, which the checks will see
        }
      }
      Ledger ledger = bank.ledger(LocalDate.MAX, NOW);
      assertThat(ledger.addsUp()).isTrue();
      assertThat(ledger.transfersAreWhole()).isTrue();
      assertThat(ledger.sumOfBalances(expectedTotal.currency())).isEqualTo(expectedTotal);
      for (String id : bank.accountIds()) {
        checkAccount(id, ledger);
      }
      checkRecordedBy();
    }

    private void command() {
      String id = "a" + random.nextInt(ACCOUNTS);
      LocalDate date = FIRST.plusDays(random.nextInt(DAYS));
      Money amount = Money.of(Integer.toString(random.nextInt(30_000)) + "e-2", "CZK");
      String commandId = "c" + commands;
      switch (random.nextInt(20)) {
        case 0, 1 -> open(id, amount, commandId);
        case 2, 3, 4, 5, 6 -> {
          bank.handle(new Deposit(id, date, amount, "in"), commandId);
          expectedTotal = expectedTotal.plus(amount);
        }
        case 7, 8, 9, 10, 11 -> {
          Account after = bank.handle(new Withdraw(id, date, amount, "out"), commandId);
          expectedTotal = expectedTotal.minus(amount).minus(feeOf(id, commandId));
          assertThat(after.status()).isEqualTo(Account.Status.ACTIVE);
        }
        case 12, 13, 14, 15 -> {
          String to = "a" + random.nextInt(ACCOUNTS);
          bank.transfer(new TransferMade(date, commandId, id, to, amount, ""), commandId);
          expectedTotal = expectedTotal.minus(feeOf(id, commandId));
        }
        case 16 -> {
          var rate = BigDecimal.valueOf(random.nextInt(100), 1);
          bank.handle(new SetInterestRate(id, date, rate, date), commandId);
        }
        case 17 -> {
          YearMonth month = YearMonth.of(2026, 1 + random.nextInt(2));
          for (AccountEvent posted : bank.postInterest(id, month)) {
            expectedTotal = expectedTotal.plus(((Movement) posted).change());
          }
        }
        case 18 -> bank.handle(new Freeze(id, date), commandId);
        default -> {
          bank.handle(new Unfreeze(id, date), commandId);
          if (random.nextInt(4) == 0) {
            bank.handle(new Close(id, TODAY), commandId + "-close");
          }
        }
      }
    }

    private void open(String id, Money initial, String commandId) {
      bank.handle(
          new Open(
              id,
              FIRST.plusDays(random.nextInt(10)),
              "Owner " + random.nextInt(3),
              Product.STANDARD,
              initial,
              List.of(
                  new AgreeOverdraft(id, FIRST, OVERDRAFT, czk("7.50")),
                  new SetLimits(id, FIRST, czk("250"), DAILY_LIMIT))),
          commandId);
      expectedTotal = expectedTotal.plus(initial);
    }

    private Money feeOf(String id, String commandId) {
      return bank.history(id, NOW).stream()
          .filter(recorded -> recorded.audit().commandId().equals(Optional.of(commandId)))
          .map(Recorded::event)
          .filter(AccountEvent.FeeCharged.class::isInstance)
          .map(event -> ((AccountEvent.FeeCharged) event).amount())
          .reduce(czk("0"), Money::plus);
    }

    private void checkAccount(String id, Ledger ledger) {
      List<Movement> movements = movements(id, NOW);
      Money balance = sum(movements);
      assertThat(bank.account(id).balance()).isEqualTo(balance);
      assertThat(ledger.accounts())
          .filteredOn(line -> line.account().equals(id))
          .extracting(Ledger.Line::balance)
          .containsExactly(balance);
      LocalDate opened = bank.history(id, NOW).getFirst().event().date();
      for (int i = 0; i <= DAYS; i++) {
        LocalDate day = FIRST.plusDays(i);
        Money closing = sum(movements.stream().filter(m -> !m.date().isAfter(day)).toList());
        assertThat(closing.isLessThan(OVERDRAFT.negated())).as("below the overdraft").isFalse();
        Money paidOut =
            sum(
                movements.stream()
                    .filter(m -> m.date().equals(day))
                    .filter(m -> m instanceof Withdrawn || m instanceof TransferSent)
                    .filter(m -> !m.description().startsWith("interest paid out"))
                    .toList());
        assertThat(paidOut.negated().isMoreThan(DAILY_LIMIT)).as("over the limit").isFalse();
        if (!day.isBefore(opened) && random.nextInt(10) == 0) {
          assertThat(bank.balance(id, day, NOW)).isEqualTo(closing);
        }
      }
      checkStatement(id, opened);
    }

    private void checkStatement(String id, LocalDate opened) {
      LocalDate from = opened.plusDays(random.nextInt(40));
      LocalDate to = from.plusDays(random.nextInt(50));
      Statement statement = bank.statement(id, from, to, NOW);
      if (from.isAfter(opened)) {
        assertThat(statement.opening()).isEqualTo(bank.balance(id, from.minusDays(1), NOW));
      } else {
        assertThat(statement.opening().isZero()).isTrue();
      }
      Money running = statement.opening();
      LocalDate last = from;
      for (Statement.Line line : statement.lines()) {
        running = running.plus(line.change());
        assertThat(line.balance()).isEqualTo(running);
        assertThat(line.date()).isBetween(last, to);
        last = line.date();
      }
      assertThat(statement.closing()).isEqualTo(running).isEqualTo(bank.balance(id, to, NOW));
      Statement.Totals totals = statement.totals();
      assertThat(statement.opening().plus(totals.in()).minus(totals.out())).isEqualTo(running);
    }

    /** Any moment of the past is what a replay of the events up to it makes. */
    private void checkRecordedBy() {
      if (store.head().value() < 0) {
        return;
      }
      var position = new Position(random.nextLong(store.head().value() + 1));
      var then = new RecordedBy.AtPosition(position);
      var replayed = new Ledger(LocalDate.MAX);
      for (String id : bank.accountIds()) {
        bank.history(id, NOW).stream()
            .filter(recorded -> recorded.position().compareTo(position) <= 0)
            .forEach(recorded -> replayed.apply(id, recorded.event()));
      }
      Ledger asOf = bank.ledger(LocalDate.MAX, then);
      assertThat(asOf.accounts()).isEqualTo(replayed.accounts());
      assertThat(asOf.totals()).isEqualTo(replayed.totals());
      assertThat(asOf.addsUp()).isTrue();
      for (Ledger.Line line : asOf.accounts()) {
        assertThat(bank.balance(line.account(), LocalDate.MAX, then)).isEqualTo(line.balance());
      }
    }

    private List<Movement> movements(String id, RecordedBy recordedBy) {
      var movements = new ArrayList<Movement>();
      for (Recorded<AccountEvent> recorded : bank.history(id, recordedBy)) {
        if (recorded.event() instanceof Movement movement) {
          movements.add(movement);
        }
      }
      return movements;
    }

    private static Money sum(List<Movement> movements) {
      return movements.stream().map(Movement::change).reduce(czk("0"), Money::plus);
    }
  }
}
