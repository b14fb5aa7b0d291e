package io.daybook.benchmarks;

import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Callers send commands to accounts of their own: load, decide, append.
 *
 * @param cached whether states are kept in memory
 * @param durable on the engine, durable; otherwise in memory, beside the peers' stores in memory
 */
record AppCommandWorkload(
    String label, String what, Score score, int callers, boolean cached, boolean durable)
    implements Workload {
  private static final int ACCOUNTS_PER_CALLER = 200;
  private static final int ACCOUNTS_OF_ONE = 10_000;
  private static final int ACCOUNTS_IN_MEMORY = 640;
  private static final int TINY_ACCOUNTS = 2;

  /** One who handles commands; each round has a new one. */
  interface Commands extends AutoCloseable {
    /** Makes so many accounts with {@link AppDomain#EVENTS_PER_ACCOUNT} deposits each. */
    void fill(int accounts) throws Exception;

    /** Loads, decides, appends. */
    void withdraw(int account) throws Exception;

    @Override
    void close();
  }

  /** Makes one, in a folder of its own. */
  interface Maker {
    Commands make(Path folder) throws Exception;
  }

  static List<Workload> all() {
    return List.of(
        durable("app-command-1", "1 caller", Score.TIME, 1, false),
        durable("app-command-1-cached", "1 caller, states cached", Score.TIME, 1, true),
        durable("app-command-64", "64 callers", Score.RATE, 64, false),
        durable("app-command-64-cached", "64 callers, states cached", Score.RATE, 64, true),
        new AppCommandWorkload(
            "app-memory-1", "commands in stores in memory, 1 caller", Score.TIME, 1, false, false),
        new AppCommandWorkload(
            "app-memory-64",
            "commands in stores in memory, 64 callers",
            Score.RATE,
            64,
            false,
            false));
  }

  private static Workload durable(
      String label, String callers, Score score, int count, boolean cached) {
    return new AppCommandWorkload(
        label,
        "commands: load 10 events, decide, durable append; " + callers,
        score,
        count,
        cached,
        true);
  }

  @Override
  public String shape() {
    return "app-command" + (durable ? "" : "-memory") + (cached ? "-cached" : "");
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return List.of();
  }

  @Override
  public void run(Bench bench) throws Exception {
    Map<String, Maker> taking = new LinkedHashMap<>();
    taking.put(
        DaybookSubject.NAME,
        folder -> new OnStore(durable ? EngineStore.open(folder) : new InMemoryStore(), cached));
    if (!durable) {
      AppPeers.makers(bench.subjects()).forEach(taking::put);
    }
    bench.rounds(this, taking, (maker, _) -> measure(maker, bench));
  }

  private Measurement measure(Maker maker, Bench bench) throws Exception {
    boolean tiny = bench.sizes().equals(Sizes.TINY);
    int each = tiny ? TINY_ACCOUNTS : accountsPerCaller();
    Path folder = bench.newFolder(label);
    Pace pace = bench.sizes().pace();
    try (Commands commands = maker.make(folder)) {
      commands.fill(each * callers);
      if (cached) {
        // each account once, so that its state is there
        run(commands, 64, each * callers / 64, new Pace(Long.MAX_VALUE, each * callers / 64 + 1));
      }
      return run(commands, callers, each, pace).measured();
    } finally {
      Folders.delete(folder);
    }
  }

  /** Few in memory, for one of the peers looks through all there is at each command. */
  private int accountsPerCaller() {
    if (!durable) {
      return Math.max(1, ACCOUNTS_IN_MEMORY / callers);
    }
    return callers == 1 ? ACCOUNTS_OF_ONE : ACCOUNTS_PER_CALLER;
  }

  private static Timer run(Commands commands, int callers, int each, Pace pace) throws Exception {
    return new Timer()
        .run(
            callers,
            true,
            pace,
            (caller, i) -> {
              commands.withdraw(caller * each + i % Math.max(1, each));
              return 1;
            });
  }

  /** Daybook's handler of commands on one of its stores. */
  private static final class OnStore implements Commands {
    private final EventStore store;
    private final CommandHandler<AppDomain.Withdraw, AppDomain.AccountEvent, AppDomain.Account>
        handler;

    OnStore(EventStore store, boolean cached) {
      this.store = store;
      var accounts = CommandHandler.of(AppDomain.CATEGORY, AppDomain.DECIDER, AppDomain.CODEC);
      handler = (cached ? accounts.cachedStates(100_000) : accounts).on(store);
    }

    @Override
    public void fill(int accounts) {
      AppDomain.fill(store, accounts, AppDomain.EVENTS_PER_ACCOUNT);
    }

    @Override
    public void withdraw(int account) {
      String id = Integer.toString(account);
      var _ = handler.handle(id, new AppDomain.Withdraw(id, 1));
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
