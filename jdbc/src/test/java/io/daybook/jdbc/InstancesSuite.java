package io.daybook.jdbc;

import static io.daybook.jdbc.Dialect.SQLITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.daybook.eventsourcing.projection.ProjectionClosedException;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.subscription.DeadLetter;
import io.daybook.eventsourcing.subscription.DeadLetters;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventsourcing.subscription.LeaseLostException;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.Position;
import io.daybook.jdbc.Ledger.Deposited;
import io.daybook.jdbc.Ledger.Named;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How instances share the work, on one database. */
abstract class InstancesSuite extends DatabaseSuite {
  @Test
  void whoLostItsLeaseCannotWrite() throws Exception {
    var stall = new Stall();
    var lost = new CountDownLatch(1);
    SqlProjection stalling =
        stallingAtNames(stall)
            .watchedBy(
                new ProjectionListener() {
                  @Override
                  public void owned(String projection, boolean owned) {
                    if (!owned) {
                      lost.countDown();
                    }
                  }
                });
    Ledger.append(store, "1", new Deposited(1), new Named("Ada"), new Deposited(2));
    // its beats do not reach the database, as if the whole process stood still
    var cut = new FaultyDataSource(source, 1, 0);
    stall.arm();
    SqlReadModel first = stalling.follow(store, cut, QUICK);
    stall.awaitReached();
    cut.die();
    try (SqlReadModel second = balances(1).follow(store, source, QUICK)) {
      second.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("3");
      cut.revive();
      stall.goOn();
      await(lost);
      Ledger.append(store, "1", new Deposited(3));
      second.awaitHead(SOON);
      first.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("6");
      assertThat(rows("SELECT COUNT(*) FROM moves")).containsExactly("3");
    } finally {
      stall.goOn();
      first.close();
    }
  }

  @Test
  void instancesShareThePartitionsAndReplaceEachOther() {
    var heard = new Heard();
    SqlProjection shared = balances(1).partitions(4).watchedBy(heard);
    SqlReadModel first = shared.follow(store, source, QUICK);
    assertThat(first.ownedPartitions()).isEqualTo(4);
    SqlReadModel second = shared.follow(store, source, QUICK);
    heard.until(() -> first.ownedPartitions() == 2 && second.ownedPartitions() == 2);
    for (int i = 0; i < 40; i++) {
      Ledger.append(store, "" + i, new Deposited(i));
    }
    first.awaitHead(SOON);
    second.awaitHead(SOON);
    assertThat(rows("SELECT COUNT(*), SUM(cents) FROM balances")).containsExactly("40|780");
    assertThat(rows("SELECT COUNT(*) FROM moves")).containsExactly("40");

    first.close();
    heard.until(() -> second.ownedPartitions() == 4);
    Ledger.append(store, "0", new Deposited(1));
    second.awaitHead(SOON);
    assertThat(rows("SELECT SUM(cents) FROM balances")).containsExactly("781");
    second.close();
    assertThat(second.status()).isEqualTo(ReadModel.Status.CLOSED);
    Ledger.append(store, "0", new Deposited(1));
    assertThatThrownBy(() -> second.awaitHead(SOON)).isInstanceOf(ProjectionClosedException.class);
  }

  @Test
  void theOwnerThatDiedIsReplaced() {
    var dying = new FaultyDataSource(source, 1, 0);
    SqlReadModel first = balances(1).follow(store, dying, QUICK);
    Ledger.append(store, "1", new Deposited(1));
    first.awaitHead(SOON);
    dying.die();
    try (SqlReadModel second = balances(1).follow(store, source, QUICK)) {
      Ledger.append(store, "1", new Deposited(1));
      second.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("2");
    }
    first.close();
  }

  @Test
  void theNumberOfPartitionsIsPartOfTheVersion() {
    balances(1).follow(store, source, QUICK).close();
    assertThatThrownBy(() -> balances(1).partitions(2).follow(store, source, QUICK))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("raise its version");
  }

  @Test
  void leasesAreFenced() {
    var clock = new AtomicLong();
    Database database = Database.open(source);
    var one = new JdbcLeases(database, "one", Duration.ofSeconds(3), clock::get);
    var two = new JdbcLeases(database, "two", Duration.ofSeconds(3), clock::get);
    Lease held = one.acquire("work").orElseThrow();
    assertThat(two.acquire("work")).isEmpty();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
    assertThat(two.acquire("work")).isEmpty();
    assertThat(one.renew(held)).isTrue();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
    assertThat(two.acquire("work")).as("it was renewed").isEmpty();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(3));
    Lease taken = two.acquire("work").orElseThrow();
    assertThat(taken.token()).isGreaterThan(held.token());
    assertThat(one.renew(held)).isFalse();
    one.release(held);
    assertThat(two.renew(taken)).isTrue();

    var checkpoints = new JdbcCheckpoints(source);
    checkpoints.save("work", store.checkpointAt(new Position(1)), taken);
    assertThatThrownBy(() -> checkpoints.save("work", store.checkpointAt(new Position(9)), held))
        .isInstanceOf(LeaseLostException.class);
    assertThat(checkpoints.load("work")).contains(store.checkpointAt(new Position(1)));
    checkpoints.save("work", store.checkpointAt(new Position(2)));
    assertThat(checkpoints.load("work")).contains(store.checkpointAt(new Position(2)));
    assertThat(checkpoints.load("other")).isEmpty();
    two.release(taken);
    assertThat(one.acquire("work")).isPresent();
  }

  @Test
  void instancesOfTwoVersionsLeadAllTheirPartitions() {
    var heard = new Heard();
    SqlProjection old = balances(1).partitions(2).watchedBy(heard);
    SqlProjection fresh = balances(2).partitions(2).watchedBy(heard);
    try (SqlReadModel first = old.follow(store, source, QUICK);
        SqlReadModel second = fresh.follow(store, source, QUICK)) {
      long expected = 0;
      do {
        for (int i = 0; i < 8; i++) {
          Ledger.append(store, "" + i, new Deposited(1));
          expected++;
        }
        second.awaitHead(SOON);
        first.awaitHead(SOON);
        assertThat(rows("SELECT SUM(cents) FROM balances")).containsExactly("" + expected);
      } while (!rows("SELECT version FROM daybook_builds WHERE state = 'ACTIVE'").contains("2"));
      heard.until(() -> second.ownedPartitions() == 2 && first.ownedPartitions() == 0);
    }
  }

  @Test
  void anOldVersionDoesNotComeBack() {
    Ledger.append(store, "1", new Deposited(1));
    var heard = new Heard();
    try (SqlReadModel old = balances(1).watchedBy(heard).follow(store, source, QUICK);
        SqlReadModel fresh = balances(2).watchedBy(heard).follow(store, source, QUICK)) {
      heard.until(() -> fresh.ownedPartitions() == 1);
      assertThatThrownBy(old::rebuild)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is at version 2");
      assertThatThrownBy(old::reset).isInstanceOf(IllegalStateException.class);
      assertThat(rows("SELECT version, state FROM daybook_builds")).containsExactly("2|ACTIVE");
    }
  }

  @Test
  void aNewVersionIsBuiltAlsoIfTheOldOneIsResetMeanwhile() {
    Ledger.append(store, "1", new Deposited(1), new Named("Ada"));
    var inHandler = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var heard = new Heard();
    SqlProjection stalling =
        balances(2)
            .watchedBy(heard)
            .on(
                Named.class,
                (_, _) -> {
                  inHandler.countDown();
                  await(goOn);
                });
    try (SqlReadModel old = balances(1).follow(store, source, QUICK)) {
      old.awaitHead(SOON);
      try (SqlReadModel fresh = stalling.follow(store, source, QUICK)) {
        await(inHandler);
        assertThatThrownBy(old::rebuild)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("version 2 of the projection balances is being built");
        old.reset();
        goOn.countDown();
        heard.until(() -> fresh.ownedPartitions() == 1);
        fresh.awaitHead(SOON);
        assertThat(rows("SELECT cents FROM balances")).containsExactly("1");
        assertThat(rows("SELECT version, state FROM daybook_builds")).containsExactly("2|ACTIVE");
      } finally {
        goOn.countDown();
      }
    }
  }

  @Test
  void theOldVersionGoesOnWhileTheNewOneFails() {
    Ledger.append(store, "1", new Deposited(1), new Named("Ada"));
    var heard = new Heard();
    SqlProjection broken =
        balances(2)
            .watchedBy(heard)
            .on(
                Named.class,
                (_, _) -> {
                  throw new IllegalStateException("broken");
                });
    try (SqlReadModel first = balances(1).follow(store, source, QUICK)) {
      first.awaitHead(SOON);
      try (SqlReadModel second = broken.follow(store, source, QUICK)) {
        heard.until(() -> second.status() == ReadModel.Status.FAILED);
        for (int i = 2; i <= 4; i++) {
          Ledger.append(store, "1", new Deposited(1));
          first.awaitHead(Duration.ofSeconds(20));
          assertThat(rows("SELECT cents FROM balances")).containsExactly("" + i);
        }
      }
    }
  }

  @Test
  void theOldVersionGoesOnWhenTheNewOneDied() {
    Ledger.append(store, "1", new Deposited(1), new Named("Ada"));
    var inHandler = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    SqlProjection stalling =
        balances(2)
            .on(
                Named.class,
                (_, _) -> {
                  inHandler.countDown();
                  await(goOn);
                });
    var cut = new FaultyDataSource(source, 1, 0);
    try (SqlReadModel first = balances(1).follow(store, source, QUICK)) {
      first.awaitHead(SOON);
      SqlReadModel second = stalling.follow(store, cut, QUICK);
      await(inHandler);
      cut.die(); // the old one stands still by now, for the new one to reach it
      Ledger.append(store, "1", new Deposited(1));
      try {
        first.awaitHead(Duration.ofSeconds(20));
      } finally {
        goOn.countDown();
        second.close();
      }
      assertThat(rows("SELECT cents FROM balances")).containsExactly("2");
    }
  }

  @Test
  void whoLostItsLeaseParksNothing() {
    var inKey = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var heard = new Heard();
    SqlProjection parking =
        balances(1)
            .on(
                Named.class,
                (_, _) -> {
                  throw new IllegalStateException("broken");
                })
            .onFailure(FailurePolicy.park().withAttempts(1));
    SqlProjection stalling =
        parking
            .watchedBy(heard)
            .keyedBy(event -> {
              if (event.type().equals("Deposited")) {
                inKey.countDown();
                await(goOn);
              }
              return event.stream();
            });
    Ledger.append(store, "1", new Named("Ada"), new Deposited(5));
    var cut = new FaultyDataSource(source, 1, 0);
    SqlReadModel first = stalling.follow(store, cut, QUICK);
    await(inKey); // about to say that the deposit waits behind the name
    cut.die();
    DeadLetters letters = firstBuild();
    letters.discard(letters.list().getFirst().eventId());
    try (SqlReadModel second = parking.follow(store, source, QUICK)) {
      second.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("5");
      cut.revive();
      goOn.countDown();
      heard.until(() -> heard.lost() > 0);
      assertThat(letters.list()).isEmpty();
      second.await(letters.replayAll(), SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("5");
    } finally {
      goOn.countDown();
      first.close();
    }
  }

  /** Fails at deposits of 13, and parks them at once. */
  private static SqlProjection parkingUnlucky(ProjectionListener listener) {
    return mended()
        .on(
            Deposited.class,
            (_, e) -> {
              if (e.event().cents() == 13) {
                throw new IllegalStateException("unlucky");
              }
            })
        .watchedBy(listener);
  }

  private static SqlProjection mended() {
    return balances(1).onFailure(FailurePolicy.park().withAttempts(1));
  }

  /** Whoever is about to append an event of that type stands still before it, the first time. */
  private static final class StallingStore extends ForwardingStore {
    private final String type;
    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    StallingStore(EventStore store, String type) {
      super(store);
      this.type = type;
    }

    @Override
    public AppendResult append(Append append) {
      boolean stalls =
          append.writes().stream()
              .flatMap(write -> write.events().stream())
              .anyMatch(event -> event.type().equals(type));
      if (stalls && stalled.getCount() > 0) {
        stalled.countDown();
        await(goOn);
      }
      return super.append(append);
    }
  }

  @Test
  void whoIsOvertakenBeforeItParksIsRefused() throws Exception {
    var heard = new Heard();
    var cut = new FaultyDataSource(source, 1, 0);
    cut.stall("INSERT INTO daybook_outbox");
    Ledger.append(store, "1", new Deposited(13), new Deposited(5));
    SqlReadModel first = parkingUnlucky(heard).follow(store, cut, QUICK);
    try {
      cut.awaitStalled(); // in the transaction that parks
      cut.die();
      cut.sever();
      try (SqlReadModel second = mended().follow(store, source, QUICK)) {
        second.awaitHead(SOON);
        assertThat(rows("SELECT cents FROM balances")).containsExactly("18");
        cut.revive();
        cut.goOn();
        heard.until(() -> heard.lost() > 0);
        assertThat(heard.parked()).isZero();
        assertThat(second.deadLetters().list()).isEmpty();
        assertThat(rows("SELECT * FROM daybook_outbox")).isEmpty();
      }
    } finally {
      cut.goOn();
      first.close();
    }
  }

  @Test
  void whatWasDecidedIsSaidByTheNextOwner() throws Exception {
    var heard = new Heard();
    var cut = new FaultyDataSource(source, 1, 0);
    var stalling = new StallingStore(store, "EventParked");
    Ledger.append(store, "1", new Deposited(13), new Deposited(5));
    SqlReadModel first = parkingUnlucky(heard).follow(stalling, cut, QUICK);
    try {
      await(stalling.stalled); // its lease was checked, and nothing is said
      cut.die();
      cut.sever();
      try (SqlReadModel second = mended().follow(store, source, QUICK)) {
        second.awaitHead(SOON);
        DeadLetters letters = second.deadLetters();
        cut.revive();
        stalling.goOn.countDown();
        heard.until(() -> heard.lost() > 0);
        assertThat(letters.list()).extracting(DeadLetter::waits).containsExactly(false, true);
        second.await(letters.replayAll(), SOON);
        assertThat(letters.list()).isEmpty();
        assertThat(rows("SELECT cents FROM balances")).containsExactly("18");
        assertThat(rows("SELECT * FROM daybook_outbox")).isEmpty();
      }
    } finally {
      stalling.goOn.countDown();
      first.close();
    }
  }

  @Test
  void aReplayThatWasCarriedOutCountsOnceAlsoAfterAReset() throws Exception {
    var broken = new AtomicBoolean(true);
    SqlProjection projection =
        mended()
            .on(
                Deposited.class,
                (_, e) -> {
                  if (e.event().cents() == 13 && broken.get()) {
                    throw new IllegalStateException("unlucky");
                  }
                });
    var heard = new Heard();
    var cut = new FaultyDataSource(source, 1, 0);
    var stalling = new StallingStore(store, "ParkedEventReplayed");
    Ledger.append(store, "1", new Deposited(13), new Deposited(5));
    SqlReadModel first = projection.watchedBy(heard).follow(stalling, cut, QUICK);
    try {
      first.awaitHead(SOON);
      assertThat(first.deadLetters().list()).hasSize(2);
      broken.set(false);
      first.deadLetters().replayAll();
      await(stalling.stalled); // what is replayed is committed
      assertThat(rows("SELECT cents FROM balances")).containsExactly("18");
      cut.die();
      cut.sever();
      execute("UPDATE daybook_projections SET paused = 1");
      try (SqlReadModel second = projection.follow(store, source, QUICK)) {
        second.reset();
        assertThat(rows("SELECT cents FROM balances")).isEmpty();
        second.resume();
        second.awaitHead(SOON);
        assertThat(rows("SELECT cents FROM balances")).containsExactly("18");
        cut.revive();
        stalling.goOn.countDown();
        heard.until(() -> heard.lost() > 0);
        assertThat(second.deadLetters().list()).isEmpty();
        second.awaitHead(SOON);
        assertThat(rows("SELECT cents FROM balances")).containsExactly("18");
      }
    } finally {
      stalling.goOn.countDown();
      first.close();
    }
  }

  /** Who has looked before that acts after it, and would move what others take for at rest. */
  @Test
  void nobodyTakesTheWorkOfABuildThatStandsStill() throws Exception {
    var inHandler = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var owned = new AtomicLong();
    var late = new FaultyDataSource(source, 1, 0);
    SqlProjection watched =
        balances(1)
            .watchedBy(
                new ProjectionListener() {
                  @Override
                  public void owned(String projection, boolean isOwned) {
                    owned.incrementAndGet();
                  }
                });
    SqlProjection next =
        balances(2)
            .on(
                Named.class,
                (_, _) -> {
                  inHandler.countDown();
                  await(goOn);
                });
    Ledger.append(store, "1", new Deposited(1), new Named("Ada"));
    SqlReadModel first = balances(1).follow(store, source, QUICK);
    first.awaitHead(SOON);
    try (SqlReadModel second = watched.follow(store, late, QUICK)) {
      late.stall("SELECT owner, token, beat FROM");
      late.awaitStalled(); // it has seen which builds there are, and is about to take their work
      first.close();
      try (SqlReadModel third = next.follow(store, source, QUICK)) {
        await(inHandler);
        new Heard()
            .until(
                () -> rows("SELECT state FROM daybook_builds WHERE build = 1").contains("FROZEN"));
        Ledger.append(store, "1", new Deposited(2));
        late.goOn();
        second.resume(); // looks once more
        assertThat(owned).hasValue(0);
        assertThat(rows("SELECT cents FROM balances")).containsExactly("1");
        goOn.countDown();
        third.awaitHead(SOON);
        assertThat(rows("SELECT cents FROM balances")).containsExactly("3");
      }
    } finally {
      late.goOn();
      goOn.countDown();
    }
  }

  @Test
  void whoInsertsARowAtTheSameMomentAsAnotherIsNotRefused() throws Exception {
    assumeThat(Database.open(source).dialect()).as("it has one writer").isNotEqualTo(SQLITE);
    var slow = new FaultyDataSource(source, 1, 0);
    var checkpoints = new JdbcCheckpoints(slow);
    slow.stall("commit");
    var first = started(() -> checkpoints.save("work", store.checkpointAt(new Position(1))));
    slow.awaitStalled();
    var second =
        started(
            () -> new JdbcCheckpoints(source).save("work", store.checkpointAt(new Position(2))));
    pause(100); // it waits for the first by then
    slow.goOn();
    first.get(60, TimeUnit.SECONDS);
    second.get(60, TimeUnit.SECONDS);
    assertThat(checkpoints.load("work")).contains(store.checkpointAt(new Position(2)));
  }

  @Test
  void instancesMayBeginAtTheSameMoment() throws Exception {
    assumeThat(Database.open(source).dialect()).as("it has one writer").isNotEqualTo(SQLITE);
    SqlProjection mailing = balances(1).effect(Deposited.class, _ -> {});
    var slow = new FaultyDataSource(source, 1, 0);
    slow.stall("SELECT checkpoint FROM daybook_checkpoints");
    var first = started(() -> mailing.follow(store, slow, QUICK).close());
    slow.awaitStalled(); // it is about to register
    var second = started(() -> mailing.follow(store, source, QUICK).close());
    pause(100);
    slow.goOn();
    first.get(60, TimeUnit.SECONDS);
    second.get(60, TimeUnit.SECONDS);
  }

  private void execute(String sql) throws SQLException {
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
