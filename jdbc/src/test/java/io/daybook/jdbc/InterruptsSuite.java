package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.projection.InlineStore;
import io.daybook.eventstore.EventStore;
import io.daybook.jdbc.Ledger.Deposited;
import io.daybook.jdbc.Ledger.Named;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What becomes of work whose thread is interrupted, on one database. */
abstract class InterruptsSuite extends DatabaseSuite {
  @Test
  void aRebuildThatIsInterruptedIsGivenUp() throws Exception {
    var stall = new Stall();
    SqlProjection stalling = stallingAtNames(stall);
    Ledger.append(store, "1", new Deposited(5), new Named("Ada"));
    try (SqlReadModel model = stalling.follow(store, source, QUICK);
        stall) {
      model.awaitHead(SOON);
      stall.arm();
      var stillInterrupted = new AtomicBoolean();
      var rebuild =
          new FutureTask<>(() -> {
            try {
              model.rebuild();
            } finally {
              stillInterrupted.set(Thread.currentThread().isInterrupted());
            }
            return true;
          });
      Thread thread = Thread.ofPlatform().start(rebuild);
      stall.awaitReached();
      thread.interrupt();
      assertThatThrownBy(() -> rebuild.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CancellationException.class);
      assertThat(stillInterrupted).isTrue();
      stall.goOn();
      Ledger.append(store, "1", new Deposited(5));
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("10");
      assertThat(rows("SELECT build, state FROM daybook_builds")).contains("1|ACTIVE");
      assertThat(rows("SELECT state FROM daybook_builds")).doesNotContain("BUILDING");
    }
  }

  @Test
  void whoIsInterruptedGivesItsWorkBack() throws Exception {
    Ledger.append(store, "1", new Deposited(5));
    SqlReadModel model = balances(1).follow(store, source, QUICK);
    model.awaitHead(SOON);
    assertThat(owners()).isNotEmpty();
    var closing =
        new FutureTask<>(() -> {
          Thread.currentThread().interrupt();
          model.close();
          return Thread.interrupted();
        });
    Thread.ofVirtual().start(closing); // whose sockets an interrupt closes
    assertThat(closing.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(owners()).isEmpty();
  }

  @Test
  void whoIsInterruptedKeepsInlineTablesCurrent() throws Exception {
    EventStore inline = InlineStore.of(store, balances(1).inline(source));
    Ledger.append(inline, "1", new Deposited(5));
    var appending =
        new FutureTask<>(() -> {
          Thread.currentThread().interrupt();
          Ledger.append(inline, "1", new Deposited(6));
          return Thread.interrupted();
        });
    Thread.ofVirtual().start(appending);
    assertThat(appending.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(rows("SELECT cents FROM balances")).containsExactly("11");
  }

  private List<String> owners() {
    return rows("SELECT owner FROM daybook_leases WHERE owner IS NOT NULL");
  }
}
