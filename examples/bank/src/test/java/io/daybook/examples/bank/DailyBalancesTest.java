package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.Deposited;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.AccountEvent.Withdrawn;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.ProjectionScenario;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Balances by business time: what is written down late changes the days since. */
class DailyBalancesTest {
  private static final LocalDate FIRST = LocalDate.parse("2026-01-01");
  private static final LocalDate LAST = LocalDate.parse("2026-03-15");
  private static final Clock CLOCK =
      Clock.fixed(LAST.atTime(12, 0).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
  private static final RecordedBy NOW = new RecordedBy.Now();
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final JsonCodec<AccountEvent> CODEC = JsonCodec.of(AccountEvent.class);

  private static Money czk(String amount) {
    return Money.of(amount, "CZK");
  }

  private static LocalDate day(int number) {
    return FIRST.plusDays(number - 1L);
  }

  @Test
  void aLateSlipChangesTheDaysSince() {
    var opened =
        new AccountOpened(day(1), "Ada", Currency.getInstance("CZK"), Product.STANDARD, "ada");
    ProjectionScenario.of(CODEC)
        .given("account-ada", opened, new Deposited(day(2), czk("100"), "salary"))
        .given("account-ada", new Withdrawn(day(9), czk("30"), "shoes"))
        .given("account-ada", new Deposited(day(5), czk("7"), "a slip that was found late"))
        .thenViewSatisfies(
            DailyBalances.projection(CODEC, Query.category("account")),
            view -> {
              assertThat(view.of("ada", LAST))
                  .containsExactly(
                      Map.entry(day(1), czk("0")),
                      Map.entry(day(2), czk("100")),
                      Map.entry(day(5), czk("107")),
                      Map.entry(day(9), czk("77")));
              assertThat(view.at("ada", day(8))).contains(czk("107"));
              assertThat(view.at("ada", day(1).minusDays(1))).isEmpty();
              assertThat(view.at("nobody", LAST)).isEmpty();
              assertThat(view.of("ada", day(4))).containsOnlyKeys(day(1), day(2));
            });
  }

  @Test
  void saysWhatEveryStatementSays() throws Exception {
    var store = new InMemoryStore();
    try (var bank = new Bank(store, CLOCK);
        var live = bank.followDailyBalances()) {
      bank.handle(new Open("ada", FIRST, "Ada", Product.STANDARD, czk("1"), List.of()), "open-ada");
      var random = new Random(11);
      for (int i = 0; i < 60; i++) {
        String amount = Integer.toString(1 + random.nextInt(50));
        bank.handle(new Deposit("ada", day(1 + random.nextInt(70)), czk(amount), ""), "d" + i);
      }
      var head = store.head();
      var before = new RecordedBy.AtPosition(new Position(20));
      var daysBefore = bank.dailyBalances("ada", LAST, before);
      live.await(head, SOON);
      for (LocalDate day = FIRST; !day.isAfter(LAST); day = day.plusDays(1)) {
        LocalDate asked = day;
        Money statement = bank.balance("ada", day, NOW);
        Optional<Money> followed = live.query(view -> view.at("ada", asked));
        assertThat(followed).contains(statement);
        assertThat(bank.dailyBalances("ada", day, NOW).lastEntry().getValue()).isEqualTo(statement);
        assertThat(daysBefore.headMap(day.plusDays(1)).lastEntry().getValue())
            .isEqualTo(bank.balance("ada", day, before));
      }
      assertThatThrownBy(() -> bank.dailyBalances("ada", FIRST.minusDays(1), NOW))
          .isInstanceOf(Refused.class);
    }
  }
}
