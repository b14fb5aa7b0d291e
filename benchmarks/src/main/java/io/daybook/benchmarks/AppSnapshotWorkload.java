package io.daybook.benchmarks;

import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.snapshot.EventStoreSnapshots;
import io.daybook.jackson.JsonState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The state of a long stream, by a snapshot and the events since. */
record AppSnapshotWorkload() implements Workload {
  private static final int EVENTS_PER_SNAPSHOT = 100;

  /** Events that are read on top of the snapshot: on average. */
  private static final int SINCE_SNAPSHOT = EVENTS_PER_SNAPSHOT / 2;

  private static final int STREAMS = 20;

  @Override
  public String label() {
    return "app-snapshot";
  }

  @Override
  public String what() {
    return "state of a stream of 10,000 events by a snapshot every 100";
  }

  @Override
  public Score score() {
    return Score.TIME;
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return List.of();
  }

  @Override
  public void run(Bench bench) throws Exception {
    int events = (int) Math.min(10_000, bench.sizes().filled());
    Path folder = bench.newFolder(label());
    try (EngineStore store = EngineStore.open(folder)) {
      var accounts =
          CommandHandler.of(AppDomain.CATEGORY, AppDomain.DECIDER, AppDomain.CODEC)
              .snapshots(
                  EVENTS_PER_SNAPSHOT,
                  JsonState.of(AppDomain.Account.class),
                  new EventStoreSnapshots(store))
              .on(store);
      for (int i = 0; i < STREAMS; i++) {
        AppDomain.deposit(store, i, events - SINCE_SNAPSHOT);
        accounts.takeSnapshot(Integer.toString(i));
        AppDomain.deposit(store, i, SINCE_SNAPSHOT);
      }
      bench.rounds(
          this,
          Map.of(DaybookSubject.NAME, accounts),
          (handler, _) ->
              new Timer()
                  .run(
                      bench.sizes().pace(),
                      (_, i) -> {
                        var account = handler.stateOf(Integer.toString(i % STREAMS));
                        if (account.transactions() != events) {
                          throw new IllegalStateException("not all events count: " + account);
                        }
                        return SINCE_SNAPSHOT;
                      })
                  .measured());
    } finally {
      Folders.delete(folder);
    }
  }
}
