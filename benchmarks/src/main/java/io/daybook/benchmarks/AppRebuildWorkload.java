package io.daybook.benchmarks;

import io.daybook.benchmarks.AppDomain.AccountEvent;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.jdbc.SqlProjection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.sqlite.SQLiteDataSource;

/**
 * A read model is built from all events of a store, until it has caught up.
 *
 * @param kind what is built
 */
record AppRebuildWorkload(String label, String what, Kind kind) implements Workload {
  private static final int EVENTS_PER_ACCOUNT = 100;
  private static final int PARTITIONS = 2;
  private static final int ROUNDS_OF_WORK = 2_000;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** What is built. */
  enum Kind {
    /** A map in memory. */
    MEMORY,
    /** A table in SQLite. */
    SQLITE,
    /** A map in memory, by a handler that takes some microseconds of computing an event. */
    CATCH_UP
  }

  /** Builds it once. */
  private interface Build {
    void run(EngineStore store, Path folder) throws Exception;
  }

  static List<Workload> all() {
    return List.of(
        new AppRebuildWorkload(
            "app-rebuild-memory", "balances of JSON events, rebuilt into memory", Kind.MEMORY),
        new AppRebuildWorkload(
            "app-rebuild-sqlite", "balances of JSON events, rebuilt into SQLite", Kind.SQLITE),
        new AppRebuildWorkload(
            "app-catch-up",
            "a handler that computes, in 2 partitions and in one thread",
            Kind.CATCH_UP));
  }

  @Override
  public Score score() {
    return Score.RATE;
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return List.of();
  }

  private Map<String, Build> builds() {
    Map<String, Build> builds = new LinkedHashMap<>();
    switch (kind) {
      case MEMORY -> builds.put(DaybookSubject.NAME, (store, _) -> inMemory(store));
      case SQLITE -> builds.put(DaybookSubject.NAME, AppRebuildWorkload::inSqlite);
      case CATCH_UP -> {
        builds.put(DaybookSubject.NAME, (store, _) -> computing(store, PARTITIONS));
        builds.put("one-thread", (store, _) -> computing(store, 1));
      }
    }
    return builds;
  }

  @Override
  public void run(Bench bench) throws Exception {
    long scale = kind == Kind.CATCH_UP ? 4 : 1;
    int accounts = (int) Math.max(1, bench.sizes().filled() / EVENTS_PER_ACCOUNT / scale);
    long events = (long) accounts * EVENTS_PER_ACCOUNT;
    Path folder = bench.newFolder(label);
    var number = new AtomicInteger();
    try (EngineStore store = EngineStore.open(folder.resolve("store"))) {
      AppDomain.fill(store, accounts, EVENTS_PER_ACCOUNT);
      bench.rounds(
          this,
          builds(),
          (build, _) -> {
            Path own = bench.newFolder(label + "-" + number.incrementAndGet());
            var timer = new Timer();
            var pace = new Pace(Long.MAX_VALUE, 1);
            Measurement measured =
                timer
                    .run(
                        pace,
                        (_, _) -> {
                          build.run(store, own);
                          return events;
                        })
                    .measured();
            Folders.delete(own);
            return measured;
          });
    } finally {
      Folders.delete(folder);
    }
  }

  private static void inMemory(EngineStore store) {
    var balances =
        Projection.named("balances", () -> new HashMap<String, Long>())
            .reading(AppDomain.CODEC, AppDomain.CATEGORY)
            .update(
                AccountEvent.Deposited.class,
                (view, e) -> view.merge(e.event().account(), e.event().cents(), Long::sum))
            .update(
                AccountEvent.Withdrawn.class,
                (view, e) -> view.merge(e.event().account(), -e.event().cents(), Long::sum));
    try (var model = balances.follow(store)) {
      model.awaitHead(PATIENCE);
    }
  }

  private static void inSqlite(EngineStore store, Path folder) {
    var source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + folder.resolve("balances.sqlite"));
    var balances =
        SqlProjection.named("balances", 1)
            .reading(AppDomain.CODEC, AppDomain.CATEGORY)
            .table("balances", "account VARCHAR(100) PRIMARY KEY, cents BIGINT NOT NULL")
            .on(
                AccountEvent.Deposited.class,
                (sql, e) ->
                    sql.row("balances")
                        .key("account", e.event().account())
                        .add("cents", e.event().cents())
                        .save())
            .on(
                AccountEvent.Withdrawn.class,
                (sql, e) ->
                    sql.row("balances")
                        .key("account", e.event().account())
                        .add("cents", -e.event().cents())
                        .save());
    try (var model = balances.follow(store, source)) {
      model.awaitHead(PATIENCE);
    }
  }

  private static void computing(EngineStore store, int partitions) {
    var sums =
        Projection.named("sums", () -> new HashMap<String, Long>())
            .reading(AppDomain.CODEC, AppDomain.CATEGORY)
            .update(
                AccountEvent.Deposited.class,
                (view, e) ->
                    view.merge(e.event().account(), compute(e.event().cents()), Long::sum));
    try (var models = sums.follow(store, partitions)) {
      models.awaitHead(PATIENCE);
    }
  }

  /** Some microseconds of what a handler may have to compute. */
  private static long compute(long seed) {
    long x = seed;
    for (int i = 0; i < ROUNDS_OF_WORK; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
    }
    return x;
  }
}
