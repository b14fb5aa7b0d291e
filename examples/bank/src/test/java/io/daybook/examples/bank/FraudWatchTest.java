package io.daybook.examples.bank;

import static io.daybook.eventsourcing.process.Reaction.end;
import static io.daybook.eventsourcing.process.Reaction.remember;
import static io.daybook.eventsourcing.process.Reaction.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.process.ProcessInstance;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventstore.Query;
import io.daybook.examples.bank.AccountCommand.FreezeUntilReviewed;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountCommand.Review;
import io.daybook.examples.bank.AccountCommand.Withdraw;
import io.daybook.examples.bank.AccountEvent.AccountClosed;
import io.daybook.examples.bank.AccountEvent.AccountFrozen;
import io.daybook.examples.bank.AccountEvent.AccountReviewed;
import io.daybook.examples.bank.AccountEvent.Kind;
import io.daybook.examples.bank.AccountEvent.MovementReported;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.AccountEvent.ReviewDemanded;
import io.daybook.examples.bank.AccountEvent.TransferSent;
import io.daybook.examples.bank.AccountEvent.Withdrawn;
import io.daybook.examples.bank.FraudWatch.WatchEvent.CaseClosed;
import io.daybook.examples.bank.FraudWatch.WatchEvent.CaseOpened;
import io.daybook.examples.bank.FraudWatch.WatchEvent.LargeWithdrawalSeen;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.ProcessScenario;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three large withdrawals within an hour freeze an account until it is reviewed. */
class FraudWatchTest {
  private static final Instant NOON = Instant.parse("2026-03-15T12:00:00Z");
  private static final LocalDate DAY = LocalDate.parse("2026-03-15");
  private static final Instant LAST = NOON.plus(FraudWatch.HOUR);
  private static final LargeAmounts LARGE = LargeAmounts.of(List.of("1000", "EUR=50"));

  private static final ProcessScenario<FraudWatch> NOTHING =
      ProcessScenario.of(
              FraudWatch.process(
                  LARGE,
                  JsonCodec.of(AccountEvent.class),
                  JsonCodec.of(FraudWatch.WatchEvent.class)))
          .in("account-ada")
          .at(NOON);
  private static final ProcessScenario<FraudWatch> TWO =
      NOTHING.given(withdrawn("1000")).at(NOON.plusSeconds(1)).given(withdrawn("2000"));
  private static final FreezeUntilReviewed FREEZE =
      new FreezeUntilReviewed("ada", DAY, "3 withdrawals of 1000 CZK or more within an hour");

  @TempDir private Path directory;

  private static Withdrawn withdrawn(String amount) {
    return new Withdrawn(DAY, Money.of(amount, "CZK"), "cash");
  }

  @Test
  void theThirdWithinAnHourFreezesTheAccount() {
    NOTHING
        .when(withdrawn("1000"))
        .thenReactions(remember(new LargeWithdrawalSeen(NOON)))
        .after()
        .when(withdrawn("1000"))
        .thenCommands();
    TWO.at(LAST)
        .when(withdrawn("1000"))
        .thenReactions(remember(new CaseOpened(LAST)), send("ada", FREEZE))
        .thenState(new FraudWatch(List.of(), true));
  }

  @Test
  void theHourMovesOn() {
    Instant later = LAST.plusNanos(1);
    ProcessScenario<FraudWatch> third = TWO.at(later);
    third.when(withdrawn("1000")).thenRemembered(new LargeWithdrawalSeen(later)).thenCommands();
    // the second and the third are of one hour with this one
    third.given(withdrawn("1000")).when(withdrawn("1000")).thenCommands(send("ada", FREEZE));
    // each an hour after the one before: never three within one
    var one = NOTHING;
    for (int i = 0; i < 10; i++) {
      one = one.at(NOON.plus(Duration.ofMinutes(31L * i)));
      one.when(withdrawn("1000")).thenCommands();
      one = one.given(withdrawn("1000"));
    }
  }

  @Test
  void whatIsNotLargeIsNotCounted() {
    TWO.when(withdrawn("999.99")).thenNothing();
    NOTHING.when(withdrawn("999.99")).thenNothing();
    NOTHING
        .when(new Withdrawn(DAY, Money.of("50", "EUR"), ""))
        .thenRemembered(new LargeWithdrawalSeen(NOON));
    NOTHING.when(new Withdrawn(DAY, Money.of("49.99", "EUR"), "")).thenNothing();
  }

  @Test
  void neitherTransfersNorWhatAnotherBankReportsAreWithdrawals() {
    Money amount = Money.of("5000", "CZK");
    TWO.when(new MovementReported(DAY, 1, Kind.WITHDRAWAL, amount, "cash", "", "")).thenNothing();
    TWO.when(new TransferSent(DAY, "t", "bert", amount, "rent")).thenNothing();
  }

  @Test
  void eachAccountIsWatchedForItself() {
    TWO.in("account-bert").when(withdrawn("1000")).thenCommands();
  }

  @Test
  void thereIsOneCaseAtATimeAndItEndsWithItsReview() {
    var open = TWO.given(withdrawn("1000"));
    open.when(withdrawn("1000")).thenNothing();
    var reviewed = open.given(new AccountReviewed(DAY));
    reviewed.when(withdrawn("1000")).thenCommands();
    reviewed
        .given(withdrawn("1000"), withdrawn("1000"))
        .when(withdrawn("1000"))
        .thenCommands(send("ada", FREEZE));
    open.when(new AccountReviewed(DAY)).thenReactions(remember(new CaseClosed()));
    TWO.when(new AccountReviewed(DAY)).thenNothing();
    open.when(new AccountClosed(DAY)).thenReactions(end()).thenEnded();
  }

  @ParameterizedTest
  @ValueSource(strings = {"much", "", "0", "-1", "EUR", "EUR=", "EUR=x", "XYZ=5", "=5"})
  void refusesLimitsThatAreNone(String text) {
    assertThatThrownBy(() -> LargeAmounts.of(List.of("100", text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10000 or EUR=500, not " + text);
  }

  private static void withdraw(Bank bank, String id) {
    bank.handle(new Withdraw("ada", DAY, Money.of("2000", "CZK"), "cash"), id);
  }

  private static void open(Bank bank) {
    bank.handle(
        new Open("ada", DAY, "Ada", Product.STANDARD, Money.of("50000", "CZK"), List.of()), "open");
  }

  private static void work(Bank bank, Checkpoints checkpoints) {
    try (var watch = bank.watch(LARGE, checkpoints)) {
      watch.settle();
    }
  }

  private static List<AccountEvent> events(Bank bank) {
    return bank.history("ada", new RecordedBy.Now()).stream()
        .map(Recorded::event)
        .filter(e -> !(e instanceof Withdrawn))
        .skip(2)
        .toList();
  }

  @Test
  void freezesOncePerCaseThroughRestartsWithOrWithoutCheckpoints() {
    var clock = new TravellingClock(NOON, ZoneOffset.UTC);
    var files = new FileCheckpoints(directory.resolve("derived"));
    var options = EngineOptions.defaults().withClock(clock);
    try (var store = EngineStore.open(directory.resolve("bank"), options)) {
      var bank = new Bank(store, clock);
      open(bank);
      for (int i = 1; i <= 3; i++) {
        withdraw(bank, "w" + i);
        clock.travelTo(NOON.plus(Duration.ofMinutes(20L * i)));
      }
    }
    // the program ended before anybody looked
    try (var store = EngineStore.open(directory.resolve("bank"), options)) {
      var bank = new Bank(store, clock);
      var demanded = new ReviewDemanded(DAY, FREEZE.why());
      work(bank, files);
      assertThat(events(bank)).containsExactly(new AccountFrozen(DAY), demanded);
      assertThatThrownBy(() -> withdraw(bank, "w4")).hasMessageContaining("until it is reviewed");
      long head = store.head().value();
      work(bank, files);
      work(bank, Checkpoints.inMemory());
      assertThat(store.head().value()).isEqualTo(head);

      Recorded<AccountEvent> freeze = bank.history("ada", new RecordedBy.Now()).getLast();
      Recorded<AccountEvent> third = bank.history("ada", new RecordedBy.Now()).get(4);
      assertThat(third.event()).isInstanceOf(Withdrawn.class);
      assertThat(freeze.audit().actor()).contains("fraud-watch");
      assertThat(freeze.audit().reason()).contains("fraud watch");
      assertThat(freeze.audit().correlationId()).contains(third.id().toString());
      assertThat(freeze.audit().causationId()).contains(third.id().toString());

      bank.handle(new Review("ada", DAY), "review");
      for (int i = 5; i <= 6; i++) {
        withdraw(bank, "w" + i);
      }
      work(bank, files);
      assertThat(bank.account("ada").status()).isEqualTo(Account.Status.ACTIVE);
      withdraw(bank, "w7");
      work(bank, Checkpoints.inMemory());
      assertThat(bank.account("ada").status()).isEqualTo(Account.Status.UNDER_REVIEW);
      assertThat(store.read(Query.types("ReviewDemanded")).stream().count()).isEqualTo(2);
      assertThat(ProcessInstance.list(store, FraudWatch.NAME))
          .singleElement()
          .returns(0, ProcessInstance::openCommands)
          .returns(ProcessInstance.Status.RUNNING, ProcessInstance::status);
    }
  }

  @Test
  void aDamagedCheckpointCostsTimeOnly() throws Exception {
    var files = new FileCheckpoints(directory);
    var clock = new TravellingClock(NOON, ZoneOffset.UTC);
    var options = EngineOptions.defaults().withClock(clock);
    try (var store = EngineStore.open(directory.resolve("bank"), options)) {
      var bank = new Bank(store, clock);
      Audit.by("ada").run(() -> open(bank));
      withdraw(bank, "w1");
      withdraw(bank, "w2");
      work(bank, files);
      assertThat(files.load(FraudWatch.NAME)).isPresent();
      Files.writeString(directory.resolve("fraudwatch.checkpoint"), "half a li");
      assertThat(files.load(FraudWatch.NAME)).isEmpty();
      withdraw(bank, "w3");
      work(bank, files);
      assertThat(bank.account("ada").status()).isEqualTo(Account.Status.UNDER_REVIEW);
    }
  }
}
