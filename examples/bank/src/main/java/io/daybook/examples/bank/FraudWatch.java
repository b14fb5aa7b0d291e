package io.daybook.examples.bank;

import static io.daybook.eventsourcing.process.Reaction.end;
import static io.daybook.eventsourcing.process.Reaction.remember;
import static io.daybook.eventsourcing.process.Reaction.send;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.process.ProcessManager;
import io.daybook.eventsourcing.process.Reaction;
import io.daybook.examples.bank.AccountCommand.FreezeUntilReviewed;
import io.daybook.examples.bank.AccountEvent.AccountClosed;
import io.daybook.examples.bank.AccountEvent.AccountReviewed;
import io.daybook.examples.bank.AccountEvent.Withdrawn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches an account: three large withdrawals within an hour freeze it until somebody has looked at
 * it. One instance per account, with the account's id, from its first large withdrawal on.
 *
 * <p>The hour is one of the time of recording, which nobody can date back: the day on which a
 * withdrawal counts would not tell. What another bank reports is history and no withdrawal here; a
 * transfer stays in the bank, and is none either.
 *
 * @param recent when the last large withdrawals were recorded: those that may still be of three
 * @param underReview whether there is a case, which waits for its review
 */
record FraudWatch(List<Instant> recent, boolean underReview) {
  static final String NAME = "fraudwatch";
  static final int WITHDRAWALS = 3;
  static final Duration HOUR = Duration.ofHours(1);

  FraudWatch {
    recent = List.copyOf(recent);
  }

  /** What it remembers. */
  sealed interface WatchEvent {
    /** There was a large withdrawal. */
    record LargeWithdrawalSeen(Instant recordedAt) implements WatchEvent {}

    /** It was one too many: there is a case. */
    record CaseOpened(Instant recordedAt) implements WatchEvent {}

    /** The case was reviewed, and what led to it does not count any more. */
    record CaseClosed() implements WatchEvent {}
  }

  /** The process, which takes that for large and reads and writes by those codecs. */
  static ProcessManager<FraudWatch> process(
      LargeAmounts large, Codec<AccountEvent> accounts, Codec<WatchEvent> own) {
    return ProcessManager.named(NAME, initial())
        .evolving(own, FraudWatch::evolve)
        .reading(accounts, Bank.ACCOUNTS)
        .startedBy(Withdrawn.class, Recorded::streamId, (watch, e) -> watch.withdrawn(large, e))
        .on(AccountReviewed.class, Recorded::streamId, (watch, _) -> watch.reviewed())
        .on(AccountClosed.class, Recorded::streamId, (_, _) -> List.of(end()));
  }

  static FraudWatch initial() {
    return new FraudWatch(List.of(), false);
  }

  static FraudWatch evolve(FraudWatch watch, WatchEvent event) {
    return switch (event) {
      case WatchEvent.LargeWithdrawalSeen(var at) -> {
        var all = new ArrayList<>(watch.within(at));
        all.add(at);
        yield new FraudWatch(all, watch.underReview);
      }
      case WatchEvent.CaseOpened _ -> new FraudWatch(List.of(), true);
      case WatchEvent.CaseClosed _ -> initial();
    };
  }

  private List<Reaction> withdrawn(LargeAmounts large, Recorded<Withdrawn> e) {
    Withdrawn withdrawn = e.event();
    // what came between the third and the freeze belongs to the case
    if (underReview || !large.contains(withdrawn.amount())) {
      return List.of();
    }
    Instant at = e.recordedAt();
    if (within(at).size() + 1 < WITHDRAWALS) {
      return List.of(remember(new WatchEvent.LargeWithdrawalSeen(at)));
    }
    String why =
        WITHDRAWALS
            + " withdrawals of "
            + large.limit(withdrawn.amount().currency())
            + " or more within an hour";
    String account = e.streamId();
    return List.of(
        remember(new WatchEvent.CaseOpened(at)),
        send(account, new FreezeUntilReviewed(account, withdrawn.date(), why)));
  }

  private List<Reaction> reviewed() {
    return underReview ? List.of(remember(new WatchEvent.CaseClosed())) : List.of();
  }

  /** Those that are not longer ago than an hour. */
  private List<Instant> within(Instant at) {
    return recent.stream().filter(before -> !before.isBefore(at.minus(HOUR))).toList();
  }
}
