package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.projection.ProjectionException;
import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.subscription.DeadLetter;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StoreReadOnlyException;
import io.daybook.eventstore.StreamSettings;
import io.daybook.jdbc.Ledger.Deposited;
import io.daybook.jdbc.Ledger.Named;
import io.daybook.jdbc.Ledger.Withdrawn;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What becomes of events that handlers fail at, and of databases that fail, on one database. */
abstract class FailuresSuite extends DatabaseSuite {
  @Test
  void aFailureStopsAndIsResumed() {
    var broken = new AtomicBoolean(true);
    var heard = new Heard();
    SqlProjection fragile =
        balances(1)
            .watchedBy(heard)
            .on(
                Named.class,
                (sql, _) -> {
                  if (broken.get()) {
                    sql.update("INSERT INTO {moves} (account, cents) VALUES (NULL, 0)");
                  }
                });
    Ledger.append(store, "1", new Deposited(5), new Deposited(6), new Named("Ada"));
    Ledger.append(store, "2", new Deposited(7));
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      assertThatThrownBy(() -> model.awaitHead(SOON))
          .isInstanceOf(ProjectionFailedException.class)
          .hasMessageContaining("balances");
      assertThat(model.status()).isEqualTo(ReadModel.Status.FAILED);
      assertThat(model.failure().orElseThrow()).hasMessageContaining("position 2");
      assertThat(rows("SELECT account, cents FROM balances")).containsExactly("1|11");
      broken.set(false);
      model.resume();
      model.awaitHead(SOON);
      assertThat(rows("SELECT account, cents FROM balances ORDER BY 1"))
          .containsExactly("1|11", "2|7");
      heard.until(() -> model.status() == ReadModel.Status.LIVE);
    }
  }

  @Test
  void poisonIsParkedAndLaterEventsOfItsKeyWait() {
    var broken = new AtomicBoolean(true);
    var heard = new Heard();
    SqlProjection fragile =
        balances(1)
            .on(
                Withdrawn.class,
                (_, e) -> {
                  if (broken.get() && e.event().cents() == 13) {
                    throw new IllegalStateException("unlucky \"13\"");
                  }
                })
            .onFailure(
                FailurePolicy.park()
                    .withAttempts(3)
                    .withPauses(Duration.ofMillis(1), Duration.ofMillis(2)))
            .watchedBy(heard);
    Ledger.append(store, "1", new Deposited(100), new Withdrawn(13), new Deposited(1));
    Ledger.append(store, "2", new Deposited(50));
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT account, cents FROM balances ORDER BY 1"))
          .containsExactly("1|100", "2|50");
      List<DeadLetter> letters = model.deadLetters().list();
      assertThat(letters).hasSize(2);
      assertThat(letters.getFirst().error()).contains("unlucky \"13\"");
      assertThat(letters.getFirst().attempts()).isEqualTo(3);
      assertThat(letters.getFirst().position()).isEqualTo(new Position(1));
      assertThat(letters.getLast().waits()).isTrue();
      assertThat(heard.parked()).isOne();
      assertThat(heard.retried()).isEqualTo(2);

      // still broken: it stays
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(model.deadLetters().list().getFirst().attempts()).isOne();
      assertThat(model.deadLetters().list()).hasSize(2);

      broken.set(false);
      Ledger.append(store, "1", new Deposited(1));
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances WHERE account = '1'")).containsExactly("100");
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(rows("SELECT cents FROM balances WHERE account = '1'")).containsExactly("89");
      assertThat(model.deadLetters().list()).isEmpty();
      Ledger.append(store, "1", new Deposited(1));
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances WHERE account = '1'")).containsExactly("90");
      assertThat(rows("SELECT COUNT(*) FROM moves WHERE account = '1'")).containsExactly("5");
    }
    // nothing of it is done again, by a restart or a rebuild
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances WHERE account = '1'")).containsExactly("90");
      model.rebuild();
      assertThat(rows("SELECT cents FROM balances WHERE account = '1'")).containsExactly("90");
    }
  }

  @Test
  void aDiscardedEventIsNotHandledAndThoseBehindItAre() {
    SqlProjection fragile =
        balances(1)
            .on(
                Withdrawn.class,
                (_, _) -> {
                  throw new IllegalStateException("never");
                })
            .onFailure(FailurePolicy.park().withAttempts(1));
    Ledger.append(store, "1", new Deposited(100), new Withdrawn(13), new Deposited(1));
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      List<DeadLetter> letters = model.deadLetters().list();
      assertThatThrownBy(() -> model.deadLetters().replay(letters.getLast().eventId()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("waits behind");
      model.deadLetters().discard(letters.getFirst().eventId());
      model.awaitHead(SOON); // where the discarding is
      assertThat(rows("SELECT cents FROM balances")).containsExactly("101");
      assertThat(model.deadLetters().list()).isEmpty();
      assertThatThrownBy(() -> model.deadLetters().discard(letters.getFirst().eventId()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void whatIsParkedCanBeReplayedAfterAChangeToStop() {
    var broken = new AtomicBoolean(true);
    SqlProjection fragile =
        balances(1)
            .on(
                Withdrawn.class,
                (_, e) -> {
                  if (broken.get() && e.event().cents() == 13) {
                    throw new IllegalStateException("unlucky");
                  }
                });
    Ledger.append(store, "1", new Deposited(100), new Withdrawn(13), new Deposited(1));
    try (SqlReadModel model =
        fragile.onFailure(FailurePolicy.park().withAttempts(1)).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(model.deadLetters().list()).hasSize(2);
    }
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      Ledger.append(store, "1", new Deposited(1)); // it does not overtake what is parked
      Ledger.append(store, "2", new Deposited(50));
      model.awaitHead(SOON);
      assertThat(rows("SELECT account, cents FROM balances ORDER BY 1"))
          .containsExactly("1|100", "2|50");
      assertThat(model.deadLetters().list())
          .extracting(DeadLetter::waits)
          .containsExactly(false, true, true);

      // still broken: it stays where it is, and stops nothing
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(model.deadLetters().list()).hasSize(3);
      Ledger.append(store, "2", new Deposited(1));
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances WHERE account = '2'")).containsExactly("51");

      broken.set(false);
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(model.deadLetters().list()).isEmpty();
      assertThat(rows("SELECT cents FROM balances WHERE account = '1'")).containsExactly("89");

      // what fails from now on stops the work
      broken.set(true);
      Ledger.append(store, "1", new Withdrawn(13));
      assertThatThrownBy(() -> model.awaitHead(SOON)).isInstanceOf(ProjectionFailedException.class);
      assertThat(model.deadLetters().list()).isEmpty();
    }
  }

  @Test
  void anEventIsParkedOnceTheStoreTakesAppendsAgain() {
    var full = new AtomicBoolean(true);
    var filling =
        new ForwardingStore(store) {
          @Override
          public AppendResult append(Append append) {
            if (full.get()) {
              throw new StoreReadOnlyException("the disk is nearly full", null);
            }
            return super.append(append);
          }
        };
    var heard = new Heard();
    SqlProjection fragile =
        balances(1)
            .on(
                Withdrawn.class,
                (_, _) -> {
                  throw new IllegalStateException("never");
                })
            .onFailure(FailurePolicy.park().withAttempts(1))
            .watchedBy(heard);
    Ledger.append(store, "1", new Deposited(100), new Withdrawn(13));
    Ledger.append(store, "2", new Deposited(50));
    try (SqlReadModel model = fragile.follow(filling, source, QUICK)) {
      heard.until(() -> heard.interrupted() > 1);
      assertThat(model.status()).isEqualTo(ReadModel.Status.CATCHING_UP);
      full.set(false);
      model.awaitHead(SOON);
      assertThat(rows("SELECT account, cents FROM balances ORDER BY 1"))
          .containsExactly("1|100", "2|50");
      assertThat(model.deadLetters().list()).hasSize(1);
    }
  }

  @Test
  void anInterruptThatAHandlerLeavesBehindHoldsNothingUp() {
    SqlProjection careless =
        balances(1)
            .on(
                Withdrawn.class,
                (_, _) -> Thread.currentThread().interrupt()); // as one does who caught it
    Ledger.append(store, "1", new Deposited(100), new Withdrawn(13), new Deposited(1));
    try (SqlReadModel model = careless.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      Ledger.append(store, "1", new Withdrawn(8));
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("80");
    }
  }

  /** From the first event again, with a handler that fails where it did not before. */
  @Test
  void whatWasReplayedInAnEarlierLifeWaitsBehindWhatFailsInThisOne() {
    var broken = new AtomicBoolean(true);
    SqlProjection fragile = failingAt13(broken);
    Ledger.append(store, "1", new Deposited(100), new Withdrawn(13), new Deposited(1));
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      broken.set(false);
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("88");
      broken.set(true);
      model.reset();
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("100");
      assertThat(model.deadLetters().list())
          .extracting(DeadLetter::waits)
          .containsExactly(false, true);
      broken.set(false);
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("88");
      assertThat(rows("SELECT COUNT(*) FROM moves")).containsExactly("3");
      assertThat(model.deadLetters().list()).isEmpty();
    }
  }

  /** What is parked can be hidden before it is replayed, and what waits behind it cannot. */
  @Test
  void whatIsHiddenByNowIsAsGoodAsReplayed() {
    SqlProjection fragile = failingAt13(new AtomicBoolean(true));
    Ledger.append(store, "1", new Withdrawn(13), new Deposited(2), new Deposited(3));
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      var _ =
          store.changeSettings(
              "account-1",
              ExpectedRevision.any(),
              StreamSettings.none().withTruncateBefore(new Revision(1)));
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("5");
      assertThat(model.deadLetters().list()).isEmpty();
      Ledger.append(store, "1", new Deposited(4));
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("9");
      model.reset();
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("9");
    }
  }

  private static SqlProjection failingAt13(AtomicBoolean broken) {
    return balances(1)
        .on(
            Withdrawn.class,
            (_, e) -> {
              if (broken.get() && e.event().cents() == 13) {
                throw new IllegalStateException("unlucky");
              }
            })
        .onFailure(FailurePolicy.park().withAttempts(1));
  }

  /** What it has parked is parked under its number, which no other build gets. */
  @Test
  void aBuildThatIsGivenUpLeavesNothingToTheNext() throws Exception {
    var broken = new AtomicBoolean();
    var parked = new Heard();
    var stall = new AtomicBoolean();
    var goOn = new CountDownLatch(1);
    SqlProjection fragile =
        failingAt13(broken)
            .watchedBy(parked)
            .on(
                Named.class,
                (_, _) -> {
                  if (stall.get()) {
                    await(goOn);
                  }
                });
    Ledger.append(store, "1", new Deposited(100), new Withdrawn(13), new Deposited(1));
    Ledger.append(store, "2", new Named("Ada"));
    try (SqlReadModel model = fragile.follow(store, source, QUICK.withBatchEvents(1))) {
      model.awaitHead(SOON);
      broken.set(true);
      stall.set(true);
      var rebuild = new FutureTask<>(model::rebuild, true);
      Thread.ofVirtual().start(rebuild);
      parked.until(() -> parked.parked() > 0);
      broken.set(false);
      var reset = new FutureTask<>(model::reset, true);
      Thread.ofVirtual().start(reset);
      assertThatThrownBy(() -> rebuild.get(60, TimeUnit.SECONDS)).hasMessageContaining("given up");
      goOn.countDown();
      assertThat(reset.get(60, TimeUnit.SECONDS)).isTrue();
      model.rebuild();
      assertThat(rows("SELECT cents FROM balances WHERE account = '1'")).containsExactly("88");
      assertThat(model.deadLetters().list()).isEmpty();
      assertThat(rows("SELECT build FROM daybook_builds WHERE state = 'ACTIVE'"))
          .containsExactly("3");
    } finally {
      goOn.countDown();
    }
  }

  /** The events and their dead letters are there, and the tables are made anew. */
  @Test
  void anotherDatabaseInheritsNothingThatIsParked() throws Exception {
    var broken = new AtomicBoolean(true);
    Ledger.append(store, "1", new Deposited(100), new Withdrawn(13), new Deposited(1));
    try (SqlReadModel model = failingAt13(broken).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(model.deadLetters().list()).hasSize(2);
    }
    broken.set(false);
    source = newDatabase();
    try (SqlReadModel model = failingAt13(broken).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("88");
      assertThat(model.deadLetters().list()).isEmpty();
      assertThat(rows("SELECT build, state FROM daybook_builds")).containsExactly("1|ACTIVE");
    }
  }

  /** Both have a build 1, and an effect without a build. */
  @Test
  void twoDatabasesParkForThemselves() throws Exception {
    var broken = new AtomicBoolean(true);
    var effects = new ConcurrentLinkedQueue<Long>();
    SqlProjection failing =
        failingAt13(broken)
            .effect(
                Withdrawn.class,
                _ -> {
                  throw new IllegalStateException("unlucky");
                });
    SqlProjection mended =
        failingAt13(new AtomicBoolean())
            .effect(Withdrawn.class, e -> effects.add(e.event().cents()));
    DataSource one = source;
    DataSource other = newDatabase();
    try (SqlReadModel first = failing.follow(store, one, QUICK);
        SqlReadModel second = mended.follow(store, other, QUICK)) {
      Ledger.append(store, "1", new Deposited(100), new Withdrawn(13));
      first.awaitHead(SOON);
      Ledger.append(store, "1", new Deposited(1));
      first.awaitHead(SOON);
      second.awaitHead(SOON);
      source = other;
      assertThat(rows("SELECT cents FROM balances")).containsExactly("88");
      assertThat(second.deadLetters().list()).isEmpty();
      assertThat(first.deadLetters().list()).hasSize(2);
      broken.set(false);
      Position replayed = first.deadLetters().replayAll();
      first.await(replayed, SOON);
      second.await(replayed, SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("88");
      source = one;
      assertThat(rows("SELECT cents FROM balances")).containsExactly("88");
      new Heard().until(() -> !effects.isEmpty() && !first.deadEffects().list().isEmpty());
      assertThat(second.deadEffects().list()).isEmpty();
      assertThat(effects).containsExactly(13L);
    }
  }

  /** Waits for it no longer than that, whatever fails. */
  private static void comeAsFarAsItMay(SqlReadModel model, int millis) {
    try {
      model.awaitHead(Duration.ofMillis(millis));
    } catch (ProjectionException | SqlFailedException _) {
      // that is what it is about
    }
  }

  /** Fails at letters now and then, before or after it has stored them. */
  private static final class FlakyStore extends ForwardingStore {
    private final Random random;

    FlakyStore(EventStore store, long seed) {
      super(store);
      random = new Random(seed);
    }

    private synchronized boolean fails(int oneOf) {
      return random.nextInt(oneOf) == 0;
    }

    @Override
    public AppendResult append(Append append) {
      if (fails(8)) {
        throw new StoreReadOnlyException("the disk is nearly full", null);
      }
      AppendResult result = super.append(append);
      if (fails(16)) {
        throw new EventStoreFailedException("the answer was lost", null);
      }
      return result;
    }
  }

  @RepeatedTest(3)
  void eachEventCountsOnceWhateverFails() {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    var expected = new TreeMap<String, Long>();
    long events = 0;
    var broken = new AtomicBoolean(true);
    SqlProjection fragile =
        balances(1)
            .partitions(2)
            .on(
                Withdrawn.class,
                (_, e) -> {
                  if (broken.get() && e.event().cents() == 13) {
                    throw new IllegalStateException("unlucky");
                  }
                })
            .onFailure(
                FailurePolicy.park()
                    .withAttempts(2)
                    .withPauses(Duration.ofMillis(1), Duration.ofMillis(1)));
    SqlFollowing following = QUICK.withLease(Duration.ofMillis(40));
    for (String account : List.of("0", "1", "2", "3")) {
      Ledger.append(store, account, new Withdrawn(13), new Deposited(1));
      expected.put(account, -12L);
      events += 2;
    }
    try (SqlReadModel model = fragile.follow(store, source, following)) {
      model.awaitHead(SOON);
      assertThat(model.deadLetters().list()).hasSize(8);
    }
    for (int round = 0; round < 6; round++) {
      broken.set(random.nextBoolean());
      var faulty = new FaultyDataSource(source, random.nextLong(), 0.003);
      SqlReadModel model;
      try {
        model = fragile.follow(new FlakyStore(store, random.nextLong()), faulty, following);
      } catch (SqlFailedException _) {
        continue; // it failed before it began; the next round goes on
      }
      for (int i = 0; i < 20; i++) {
        String account = "" + random.nextInt(6);
        long cents = 10L + random.nextInt(4);
        boolean withdraws = random.nextInt(2) == 0;
        Ledger.append(store, account, withdraws ? new Withdrawn(cents) : new Deposited(cents));
        expected.merge(account, withdraws ? -cents : cents, Long::sum);
        events++;
      }
      comeAsFarAsItMay(model, 100 + random.nextInt(200));
      if (random.nextInt(3) > 0) {
        firstBuild().replayAll();
        comeAsFarAsItMay(model, random.nextInt(150));
      }
      faulty.die();
      model.close();
    }
    broken.set(false);
    try (SqlReadModel model = fragile.follow(store, source, following)) {
      model.awaitHead(SOON);
      do {
        model.await(model.deadLetters().replayAll(), SOON);
      } while (!model.deadLetters().list().isEmpty());
      var actual = new TreeMap<String, Long>();
      rows("SELECT account, cents FROM balances")
          .forEach(r -> actual.put(r.split("\\|", -1)[0], Long.parseLong(r.split("\\|", -1)[1])));
      assertThat(actual).as("seed " + seed).isEqualTo(expected);
      assertThat(rows("SELECT COUNT(*) FROM moves"))
          .as("seed " + seed)
          .containsExactly("" + events);
    }
  }

  @Test
  void unknownEventsAreCountedOnceWhateverIsTriedAgain() {
    var failures = new AtomicInteger(2);
    SqlProjection fragile =
        balances(1)
            .from(Query.category("account"))
            .on(
                Named.class,
                (_, _) -> {
                  if (failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("not yet");
                  }
                })
            .onFailure(FailurePolicy.park().withPauses(Duration.ZERO, Duration.ZERO));
    store.append("account-1", ExpectedRevision.any(), Event.json("Audited", "{}"));
    Ledger.append(store, "1", new Deposited(5), new Named("Ada"));
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(model.unknownEvents()).isOne();
      model.pause();
      assertThat(model.unknownEvents()).isOne();
      model.resume();
      store.append("account-1", ExpectedRevision.any(), Event.json("Audited", "{}"));
      model.awaitHead(SOON);
      assertThat(model.unknownEvents()).isEqualTo(2);
    }
  }

  @Test
  void whatFailsToBeginLeavesNoThread() {
    var faulty = new FaultyDataSource(source, 1, 0);
    faulty.trap("INSERT INTO daybook_leases", 4); // builds, membership, one partition; the other
    assertThatThrownBy(() -> balances(1).partitions(2).follow(store, faulty, QUICK))
        .isInstanceOf(SqlFailedException.class)
        .hasRootCauseMessage("injected at INSERT INTO daybook_leases");
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("daybook-projection-balances"));
  }
}
