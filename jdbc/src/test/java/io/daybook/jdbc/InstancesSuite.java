package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.projection.ProjectionClosedException;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventsourcing.subscription.LeaseLostException;
import io.daybook.eventstore.Position;
import io.daybook.jdbc.Ledger.Deposited;
import io.daybook.jdbc.Ledger.Named;
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
    var inHandler = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var stall = new AtomicBoolean(true);
    var lost = new CountDownLatch(1);
    SqlProjection stalling =
        balances(1)
            .on(
                Named.class,
                (_, _) -> {
                  if (stall.getAndSet(false)) {
                    inHandler.countDown();
                    await(goOn);
                  }
                })
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
    SqlReadModel first = stalling.follow(store, cut, QUICK);
    assertThat(inHandler.await(60, TimeUnit.SECONDS)).isTrue();
    cut.die();
    try (SqlReadModel second = balances(1).follow(store, source, QUICK)) {
      second.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("3");
      cut.revive();
      goOn.countDown();
      assertThat(lost.await(60, TimeUnit.SECONDS)).isTrue();
      Ledger.append(store, "1", new Deposited(3));
      second.awaitHead(SOON);
      first.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("6");
      assertThat(rows("SELECT COUNT(*) FROM moves")).containsExactly("3");
    } finally {
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
}
