package io.daybook.examples.bank;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.Temporal;
import io.daybook.eventstore.Query;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.Movement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What accounts had at the end of each day, by the days on which movements count: a slip that is
 * found late changes the days since. A read model, which answers for any day without the events. To
 * be used by one thread at a time.
 */
final class DailyBalances {
  private final Map<String, Temporal<Money>> accounts = new HashMap<>();

  /** Made of what the query selects. */
  static Projection<DailyBalances> projection(Codec<AccountEvent> codec, Query query) {
    return Projection.named("daily-balances", DailyBalances::new)
        .reading(codec, Bank.ACCOUNTS)
        .from(query)
        .update(
            AccountOpened.class,
            (view, e) -> view.change(e.streamId(), e.event().date(), zero(e.event())))
        .update(
            Movement.class,
            (view, e) -> view.change(e.streamId(), e.event().date(), e.event().change()));
  }

  private static Money zero(AccountOpened opened) {
    return Money.zero(opened.currency());
  }

  private void change(String account, LocalDate date, Money change) {
    accounts
        .computeIfAbsent(account, _ -> new Temporal<>())
        .change(startOf(date), Money.zero(change.currency()), balance -> balance.plus(change));
  }

  /** What an account had at the end of that day; nothing if it was not opened by then. */
  Optional<Money> at(String account, LocalDate day) {
    Temporal<Money> balances = accounts.get(account);
    return balances == null ? Optional.empty() : balances.at(startOf(day));
  }

  /** What an account had at the end of each day on which something moved, up to that one. */
  SortedMap<LocalDate, Money> of(String account, LocalDate last) {
    var days = new TreeMap<LocalDate, Money>();
    Temporal<Money> balances = accounts.getOrDefault(account, new Temporal<>());
    balances
        .history()
        .forEach((start, balance) -> {
          LocalDate day = dayOf(start);
          if (!day.isAfter(last)) {
            days.put(day, balance);
          }
        });
    return days;
  }

  /** A day counts as a whole: it is as good as the instant at which it begins somewhere. */
  private static Instant startOf(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static LocalDate dayOf(Instant start) {
    return LocalDate.ofInstant(start, ZoneOffset.UTC);
  }
}
