package io.daybook.examples.bank;

import io.daybook.cli.Demo;
import io.daybook.cli.DemoStory;
import io.daybook.cli.ExitCode;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventstore.EventStore;
import io.daybook.examples.bank.AccountCommand.AgreeOverdraft;
import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountCommand.Review;
import io.daybook.examples.bank.AccountCommand.SetInterestRate;
import io.daybook.examples.bank.AccountCommand.Withdraw;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.BankEvent.TransferMade;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;

/** The bank's story in a minute, on a store of its own, which stays for the curious. */
public final class BankDemo implements Demo {
  private static final YearMonth JANUARY = YearMonth.of(2026, 1);
  private static final RecordedBy NOW = new RecordedBy.Now();

  private final Function<Path, EventStore> stores;

  /** On the embedded engine. */
  public BankDemo() {
    this(EngineStore::open);
  }

  BankDemo(Function<Path, EventStore> stores) {
    this.stores = stores;
  }

  @Override
  public String name() {
    return "bank";
  }

  @Override
  public String description() {
    return "two people and their accounts: transfers, interest, statements, a look back in time";
  }

  @Override
  public int run(List<String> arguments, Terminal terminal) throws IOException {
    Path data = DemoStory.directory(name(), arguments);
    var story = new DemoStory(terminal);
    new Story(story).tell(data);
    story.end();
    return ExitCode.OK;
  }

  /** The story, told once. */
  private final class Story {
    private final DemoStory story;

    /** The story has its own calendar, so that it always reads the same. */
    private final TravellingClock clock =
        new TravellingClock(Instant.parse("2026-02-03T09:00:00Z"), ZoneOffset.UTC);

    Story(DemoStory story) {
      this.story = story;
    }

    void tell(Path data) {
      say("A bank on Daybook. All that is told here is written to an event store, and read");
      say("back from there: " + data);
      String before;
      try (EventStore store = stores.apply(data)) {
        var bank = new Bank(store, clock);
        openAccounts(bank);
        moveMoney(bank);
        refuse(bank);
        long position = store.head().value();
        earnInterest(bank);
        printStatement(bank);
        lookBack(bank, position);
        audit(bank);
        before = summary(bank);
      }
      reopen(data, before);
      whatToTry(data);
    }

    private void openAccounts(Bank bank) {
      chapter("Two people open accounts");
      LocalDate day = date("2026-01-01");
      var tina = Audit.by("tina").because("new customer");
      tina.run(() -> {
        var rate = new SetInterestRate("ada", day, new BigDecimal("3.65"), day);
        var ada = new Open("ada", day, "Ada Novak", Product.STANDARD, czk("1000"), List.of(rate));
        tell("Ada brings 1000.00 CZK and gets 3.65 % a year", bank.handle(ada, "open-ada"));
        var overdraft = new AgreeOverdraft("bert", day, czk("300"), czk("10"));
        var bert =
            new Open("bert", day, "Bert Dvorak", Product.STANDARD, czk("0"), List.of(overdraft));
        tell("Bert may go 300.00 CZK below zero, for a fee", bank.handle(bert, "open-bert"));
      });
    }

    private void moveMoney(Bank bank) {
      chapter("Money moves");
      var salary = new Deposit("ada", date("2026-01-09"), czk("2450.50"), "salary");
      var by = Audit.by("payroll").because("salary of December");
      by.run(() -> tell("Ada's salary comes in", bank.handle(salary, "salary-ada")));
      var rent = new TransferMade(date("2026-01-12"), "rent-1", "ada", "bert", czk("800"), "rent");
      Audit.by("ada").run(() -> bank.transfer(rent, "rent-1"));
      tell("Ada sends 800.00 CZK to Bert, for the rent", bank.account("ada"));
      tell("  both sides in one append, never half of it", bank.account("bert"));
      Audit.by("ada").run(() -> bank.transfer(rent, "rent-1"));
      tell("  sent twice by a bad connection: it counts once", bank.account("bert"));
      var phone = new Withdraw("bert", date("2026-01-20"), czk("950"), "new phone");
      Audit.by("bert").run(() -> bank.handle(phone, "phone-bert"));
      tell("Bert buys a phone for 950.00 CZK, and pays the fee", bank.account("bert"));
    }

    private void refuse(Bank bank) {
      chapter("The bank says no");
      var cash = new Withdraw("bert", date("2026-01-24"), czk("500"), "holidays");
      try {
        Audit.by("bert").run(() -> bank.handle(cash, "holidays-bert"));
        throw new IllegalStateException("the bank gave money that it should not have given");
      } catch (Refused e) {
        say("Bert wants 500.00 CZK more. Refused, " + e.reason() + ":");
        say(e.getMessage() + ".");
        say("Nothing was written.");
      }
    }

    private void earnInterest(Bank bank) {
      chapter("A late slip, and the interest of January");
      var slip = new Deposit("ada", date("2026-01-15"), czk("600"), "sold the old bicycle");
      Audit.by("tina")
          .because("slip of 15 January, found on 3 February")
          .run(() -> tell("Tina finds a deposit slip of 15 January", bank.handle(slip, "slip-1")));
      Audit night = Audit.by("night-job").because("end of month");
      night.run(() -> bank.postInterest("ada", JANUARY));
      tell("The interest is posted, day by day at 3.65 %/365", bank.account("ada"));
      night.run(() -> bank.postInterest("ada", JANUARY));
      tell("  the job runs twice: a month posts once", bank.account("ada"));
    }

    private void printStatement(Bank bank) {
      chapter("Ada's statement");
      Statement statement = bank.statement("ada", JANUARY.atDay(1), JANUARY.atEndOfMonth(), NOW);
      story.show(StatementFormat.TEXT.write(statement));
    }

    private void lookBack(Bank bank, long position) {
      chapter("A look back, in both times");
      LocalDate day = date("2026-01-16");
      var then = RecordedBy.parse(Long.toString(position));
      say("What did Ada have on 16 January?");
      line("  as we know today", bank.balance("ada", day, NOW));
      line("  as we knew before the slip was found", bank.balance("ada", day, then));
      say("Nothing was changed to tell this: both answers come from the same events.");
    }

    private void audit(Bank bank) {
      chapter("Who did what with Ada's account, when and why");
      String why = "";
      for (Recorded<AccountEvent> recorded : bank.history("ada", NOW)) {
        Audit audit = recorded.audit();
        String actor = audit.actor().orElse("");
        String what = EventText.of(recorded.event());
        why = because(audit, why);
        say("%s  %-9s  %s".formatted(recorded.event().date(), actor, what));
      }
      because(Audit.none(), why);
    }

    /** Says the reason of what was told before, unless the next has the same. */
    private String because(Audit next, String why) {
      String nextWhy = next.reason().orElse("");
      if (!why.isEmpty() && !why.equals(nextWhy)) {
        say(" ".repeat(23) + "because: " + why);
      }
      return nextWhy;
    }

    private void reopen(Path data, String before) {
      chapter("The store is closed, and opened again");
      try (EventStore store = stores.apply(data)) {
        var bank = new Bank(store, clock);
        if (!summary(bank).equals(before)) {
          throw new IllegalStateException("the bank is not the same after it was opened again");
        }
        tell("Ada's account is the same", bank.account("ada"));
        tell("Bert's account is the same", bank.account("bert"));
        say("And it adds up:");
        Reports.total(bank.ledger(LocalDate.MAX, NOW)).lines().forEach(line -> say("  " + line));
        var checkpoints = new FileCheckpoints(data.resolve("derived"));
        letMonthsGoBy(bank, checkpoints);
        watch(bank, checkpoints);
      }
    }

    private void letMonthsGoBy(Bank bank, Checkpoints checkpoints) {
      chapter("Months go by, and timers fire");
      try (var processes = bank.run(LargeAmounts.standard(), checkpoints)) {
        clock.travelTo(Instant.parse("2026-03-01T00:00:00Z"));
        processes.settle();
        tell("1 March: the interest of February is posted", bank.account("ada"));
      }
      say("The program ends, and nobody is there on 1 April and on 1 May.");
      clock.travelTo(Instant.parse("2026-05-02T08:00:00Z"));
      try (var processes = bank.run(LargeAmounts.standard(), checkpoints)) {
        processes.settle();
      }
      tell("2 May: it is started, and makes up for both months", bank.account("ada"));
      say("Each month's statement was issued, once:");
      story.show(Reports.issuedAsText(bank.issuedStatements("ada")).indent(3).stripTrailing());
    }

    private void watch(Bank bank, Checkpoints checkpoints) {
      chapter("Three large withdrawals within an hour");
      LocalDate day = date("2026-05-02");
      var open = new Open("carl", day, "Carl Cerny", Product.STANDARD, czk("90000"), List.of());
      Audit.by("tina").run(() -> tell("Carl brings 90000.00 CZK", bank.handle(open, "open-carl")));
      try (var watch = bank.watch(LargeAmounts.standard(), checkpoints)) {
        for (int i = 1; i <= 3; i++) {
          var cash = new Withdraw("carl", day, czk("20000"), "cash");
          String id = "cash-carl-" + i;
          Audit.by("carl").run(() -> bank.handle(cash, id));
          watch.settle();
        }
        tell("Somebody with his card takes 20000.00 CZK three times", bank.account("carl"));
        Recorded<AccountEvent> last = bank.history("carl", NOW).getLast();
        say("%s: %s".formatted(last.audit().actor().orElse(""), EventText.of(last.event())));
        try {
          bank.handle(new Withdraw("carl", day, czk("20000"), "cash"), "cash-carl-4");
          throw new IllegalStateException("the bank gave money that it should not have given");
        } catch (Refused e) {
          say("A fourth time is refused, " + e.reason() + ".");
        }
        Audit.by("tina")
            .because("Carl has his card again")
            .run(() -> bank.handle(new Review("carl", day), "review-carl"));
        watch.settle();
        say("Tina talks with Carl, and ends the review: his money moves again.");
      }
    }

    private String summary(Bank bank) {
      Ledger ledger = bank.ledger(LocalDate.MAX, NOW);
      if (!ledger.addsUp() || !ledger.transfersAreWhole()) {
        throw new IllegalStateException("the balances don't add up: " + Reports.total(ledger));
      }
      return Reports.balancesAsText(ledger.accounts()) + Reports.total(ledger);
    }

    private void whatToTry(Path data) {
      chapter("What to try now");
      String bank = "examples/bank/bank --data " + data;
      say(bank + " transfer ada bert 100 cinema");
      say(bank + " statement bert");
      say(bank + " audit carl");
      say(bank + " run");
      say("./daybook read account-bert --data " + data);
      say("examples/bank/bank help");
    }

    private void chapter(String title) {
      story.chapter(title);
    }

    private void tell(String what, Account account) {
      line(what, account.balance());
    }

    private void line(String what, Money money) {
      story.tell(what, money);
    }

    private void say(String text) {
      story.say(text);
    }
  }

  private static Money czk(String amount) {
    return Money.of(amount, "CZK");
  }

  private static LocalDate date(String day) {
    return LocalDate.parse(day);
  }
}
