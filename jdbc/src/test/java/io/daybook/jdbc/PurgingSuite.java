package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.projection.ProjectionClosedException;
import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.subscription.DeadLetter;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.jdbc.Ledger.Deposited;
import io.daybook.jdbc.Ledger.Named;
import io.daybook.jdbc.Ledger.Withdrawn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Tables that hold what has to be forgotten, on one database. */
abstract class PurgingSuite extends DatabaseSuite {
  private static final String GONE = "[forgotten]";

  /** What Ada's name in an event reads as; null for itself. */
  private final AtomicReference<String> readAs = new AtomicReference<>();

  /** What happens before a name is written. */
  private final AtomicReference<Consumer<String>> handling = new AtomicReference<>(_ -> {});

  /** Nothing in it hears of the forgetting. */
  private SqlProjection owners(int version) {
    return SqlProjection.named("owners", version)
        .reading(Ledger.CODEC, "account")
        .table("owners", "account VARCHAR(50) PRIMARY KEY, owner VARCHAR(50)")
        .on(
            Named.class,
            (sql, e) -> {
              handling.get().accept(e.event().owner());
              String forgotten = readAs.get();
              boolean isForgotten = forgotten != null && e.event().owner().equals("Ada");
              sql.row("owners")
                  .key("account", e.streamId())
                  .set("owner", isForgotten ? forgotten : e.event().owner())
                  .save();
            });
  }

  /** Committed one by one, so that one that stalls has the others in its tables. */
  private static final SqlFollowing ONE_BY_ONE = QUICK.withBatchEvents(1);

  private List<String> owners() {
    return rows("SELECT account, owner FROM owners ORDER BY account");
  }

  /** Stalls once, at Bert. */
  private void stallAtBert(Stall stall) {
    stall.arm();
    handling.set(name -> {
      if (name.equals("Bert")) {
        stall.pass();
      }
    });
  }

  @Test
  void nothingOfBeforeIsReadOrKept() {
    Ledger.append(store, "1", new Named("Ada"));
    try (SqlReadModel model = owners(1).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      readAs.set(GONE);
      model.purge();
      assertThat(owners()).containsExactly("1|" + GONE);
      assertThatThrownBy(() -> rows("SELECT * FROM owners__1")).isInstanceOf(SQLException.class);
      assertThat(rows("SELECT build, state FROM daybook_builds")).containsExactly("2|ACTIVE");
      readAs.set(null);
      Ledger.append(store, "2", new Named("Bert"));
      model.awaitHead(SOON);
      assertThat(owners()).containsExactly("1|" + GONE, "2|Bert");
    }
  }

  @Test
  void aRebuildThatIsUnderWayIsGivenUpForAnotherOne() throws Exception {
    var stall = new Stall();
    Ledger.append(store, "1", new Named("Ada"));
    Ledger.append(store, "2", new Named("Bert"));
    try (SqlReadModel model = owners(1).follow(store, source, ONE_BY_ONE);
        stall) {
      model.awaitHead(SOON);
      stallAtBert(stall);
      var rebuild = started(model::rebuild);
      stall.awaitReached(); // with Ada in its tables
      readAs.set(GONE);
      var purge = started(model::purge);
      stall.goOn();
      join(purge);
      assertThat(owners()).containsExactly("1|" + GONE, "2|Bert");
      join(rebuild);
      assertThat(owners()).containsExactly("1|" + GONE, "2|Bert");
      assertThat(rows("SELECT state FROM daybook_builds")).containsExactly("ACTIVE");
    }
  }

  @Test
  void manyWhoPurgeAtOnceAllGetTheirs() throws Exception {
    Ledger.append(store, "1", new Named("Ada"));
    SqlProjection shared = owners(1).partitions(2);
    try (SqlReadModel first = shared.follow(store, source, QUICK);
        SqlReadModel second = shared.follow(store, source, QUICK)) {
      first.awaitHead(SOON);
      readAs.set(GONE);
      var purges = new ArrayList<FutureTask<Boolean>>();
      for (int i = 0; i < 6; i++) {
        SqlReadModel model = i % 2 == 0 ? first : second;
        purges.add(
            started(() -> {
              model.purge();
              assertThat(owners()).containsExactly("1|" + GONE);
            }));
      }
      for (FutureTask<Boolean> purge : purges) {
        join(purge);
      }
      Ledger.append(store, "2", new Named("Bert"));
      first.awaitHead(SOON);
      assertThat(rows("SELECT COUNT(*) FROM owners")).containsExactly("2");
    }
    assertThat(rows("SELECT state FROM daybook_builds")).containsExactly("ACTIVE");
  }

  @Test
  void whatIsPausedSaysSoAndIsPurgedAfterwards() {
    Ledger.append(store, "1", new Named("Ada"));
    try (SqlReadModel model = owners(1).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      model.pause();
      readAs.set(GONE);
      assertThatThrownBy(model::purge)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "the projection owners is paused, so nothing is built anew; resume it, and purge it"
                  + " then");
      model.resume();
      model.purge();
      assertThat(owners()).containsExactly("1|" + GONE);
    }
  }

  @Test
  void whatIsPausedMeanwhileIsGivenUp() throws Exception {
    var stall = new Stall();
    Ledger.append(store, "1", new Named("Ada"));
    Ledger.append(store, "2", new Named("Bert"));
    try (SqlReadModel model = owners(1).follow(store, source, ONE_BY_ONE);
        stall) {
      model.awaitHead(SOON);
      readAs.set(GONE);
      stallAtBert(stall);
      var purge = started(model::purge);
      stall.awaitReached();
      var pause = started(model::pause);
      stall.goOn();
      join(pause);
      try {
        join(purge); // it was quicker
      } catch (ExecutionException e) {
        assertThat(e).hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(e).hasMessageContaining("is paused");
        assertThat(owners()).containsExactly("1|Ada", "2|Bert");
      }
      assertThat(model.status()).isEqualTo(ReadModel.Status.PAUSED);
      model.resume();
      model.purge();
      assertThat(owners()).containsExactly("1|" + GONE, "2|Bert");
      assertThat(rows("SELECT state FROM daybook_builds")).containsExactly("ACTIVE");
    }
  }

  @Test
  void whatIsClosedCannotBeBuilt() {
    SqlReadModel model = owners(1).follow(store, source, QUICK);
    model.close();
    assertThatThrownBy(model::purge).isInstanceOf(ProjectionClosedException.class);
  }

  @Test
  void ifItFailsTheOldOneStaysUntilItIsCalledAgain() {
    Ledger.append(store, "1", new Named("Ada"));
    try (SqlReadModel model = owners(1).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      readAs.set(GONE);
      handling.set(_ -> {
        throw new IllegalStateException("not a name");
      });
      assertThatThrownBy(model::purge)
          .isInstanceOf(ProjectionFailedException.class)
          .hasRootCauseMessage("not a name");
      assertThat(owners()).containsExactly("1|Ada");
      assertThat(rows("SELECT build, state FROM daybook_builds")).containsExactly("1|ACTIVE");
      handling.set(_ -> {});
      model.purge();
      assertThat(owners()).containsExactly("1|" + GONE);
      assertThat(rows("SELECT build, state FROM daybook_builds")).containsExactly("3|ACTIVE");
    }
  }

  /** A person is forgotten, and nobody wanted the poison to be tried again. */
  @Test
  void whatWasDiscardedStaysSo() {
    SqlProjection parking =
        balances(1)
            .on(
                Withdrawn.class,
                (_, e) -> {
                  if (e.event().cents() == 13) {
                    throw new IllegalStateException("unlucky");
                  }
                })
            .onFailure(FailurePolicy.park().withAttempts(1));
    Ledger.append(store, "1", new Deposited(100), new Withdrawn(13), new Deposited(1));
    Ledger.append(store, "2", new Deposited(100), new Withdrawn(13), new Deposited(1));
    try (SqlReadModel model = parking.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      List<DeadLetter> letters = model.deadLetters().list();
      assertThat(letters).hasSize(4);
      model.deadLetters().discard(letters.getFirst().eventId());
      model.awaitHead(SOON);
      for (int i = 0; i < 2; i++) {
        assertThat(rows("SELECT account, cents FROM balances ORDER BY account"))
            .containsExactly("1|101", "2|100");
        assertThat(model.deadLetters().list())
            .extracting(DeadLetter::stream)
            .containsExactly("account-2", "account-2");
        model.purge();
      }
    }
  }

  @Test
  void aLaterVersionBeginsOnceMoreAndDoesNotGiveUpWhatIsPurged() throws Exception {
    var stall = new Stall();
    Ledger.append(store, "1", new Named("Ada"));
    Ledger.append(store, "2", new Named("Bert"));
    var slow = new FaultyDataSource(source, 1, 0);
    try (SqlReadModel first = owners(1).follow(store, slow, QUICK)) {
      first.awaitHead(SOON);
      stallAtBert(stall);
      try (SqlReadModel second = owners(2).follow(store, source, ONE_BY_ONE);
          stall) {
        stall.awaitReached();
        readAs.set(GONE);
        slow.stall("INSERT INTO daybook_builds");
        var purge = started(first::purge);
        slow.awaitStalled(); // what the second one builds is given up, and nothing is begun
        stall.goOn();
        pause(150); // for the second one to see that, and to wait for its turn
        slow.goOn();
        join(purge);
        second.awaitHead(SOON);
      }
    } finally {
      slow.goOn();
    }
  }

  @Test
  void aLaterVersionThatIsBeingBuiltBeginsOnceMore() throws Exception {
    var stall = new Stall();
    Ledger.append(store, "1", new Named("Ada"));
    Ledger.append(store, "2", new Named("Bert"));
    var heardByFirst = new Heard();
    try (SqlReadModel first = owners(1).watchedBy(heardByFirst).follow(store, source, QUICK)) {
      first.awaitHead(SOON);
      stallAtBert(stall);
      try (SqlReadModel second = owners(2).follow(store, source, ONE_BY_ONE);
          stall) {
        stall.awaitReached(); // with Ada in its tables
        readAs.set(GONE);
        var purge = started(first::purge);
        heardByFirst.until(() -> !rows("SELECT version FROM daybook_builds").contains("2"));
        stall.goOn();
        join(purge);
        assertThat(owners()).containsExactly("1|" + GONE, "2|Bert");
        do {
          Ledger.append(store, "3", new Named("Cy"));
          second.awaitHead(SOON);
          assertThat(owners()).containsExactly("1|" + GONE, "2|Bert", "3|Cy");
        } while (!rows("SELECT version, state FROM daybook_builds").equals(List.of("2|ACTIVE")));

        assertThatThrownBy(first::purge)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("is at version 2 by now")
            .hasMessageContaining("which has version 1");
        second.purge();
        assertThat(rows("SELECT version, state FROM daybook_builds")).containsExactly("2|ACTIVE");
      }
    }
  }
}
