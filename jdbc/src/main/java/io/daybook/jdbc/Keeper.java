package io.daybook.jdbc;

import io.daybook.eventsourcing.projection.ProjectionException;
import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it, several times within a lease's duration, that this instance does its share: renews
 * leases, takes those that are free, gives some away if it has more than its share, starts and
 * stops workers, and lets a build that has caught up take the place of the old one.
 */
final class Keeper {
  private static final System.Logger LOG = System.getLogger(Keeper.class.getName());
  private static final int BEATS = 4;

  /** A build may replace the old one when it is no further behind: the rest takes a moment. */
  private static final long NEARLY_CAUGHT_UP = 2_000;

  private final SqlProjection.Definition definition;
  private final EventStore store;
  private final Database database;
  private final JdbcLeases leases;
  private final JdbcCheckpoints checkpoints;
  private final Builds builds;
  private final SqlFollowing following;
  private final Runnable signal;
  private final AtomicLong changes = new AtomicLong();

  /** Guards the workers against two who start and stop them. */
  private final ReentrantLock working = new ReentrantLock();

  private final Workers workers;
  private final Alarm alarm = new Alarm();
  private final Thread thread;
  private boolean interrupted;
  private @Nullable Lease membership;
  private volatile boolean paused;
  private volatile boolean closed;
  private volatile @Nullable Build serving;

  Keeper(
      SqlProjection.Definition definition,
      EventStore store,
      Database database,
      JdbcLeases leases,
      Builds builds,
      SqlFollowing following,
      Runnable signal) {
    this.definition = definition;
    this.store = store;
    this.database = database;
    this.leases = leases;
    this.checkpoints = new JdbcCheckpoints(database);
    this.builds = builds;
    this.following = following;
    this.signal = signal;
    this.workers = new Workers(definition.name());
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("daybook-keeper-" + definition.name())
            .unstarted(this::run);
  }

  void start() {
    register();
    look();
    thread.start();
  }

  /** A row for the pausing, a checkpoint for effects, a sign of life for other instances. */
  private void register() {
    database.inserting(
        "the projection " + definition.name() + " cannot be registered",
        connection -> {
          int known =
              database.update(
                  connection,
                  "UPDATE daybook_projections SET paused = paused WHERE name = ?",
                  definition.name());
          if (known == 0) {
            var _ =
                database.update(
                    connection,
                    "INSERT INTO daybook_projections (name, paused) SELECT ?, 0"
                        + " WHERE NOT EXISTS (SELECT 1 FROM daybook_projections WHERE name = ?)",
                    definition.name(),
                    definition.name());
          }
          String effects = Task.effectsWork(definition.name());
          if (definition.hasEffects() && checkpoints.load(connection, effects).isEmpty()) {
            checkpoints.put(connection, effects, store.checkpointAt(Position.BEFORE_FIRST));
          }
          return known;
        });
  }

  private void run() {
    while (!closed) {
      alarm.await(beat());
      try {
        if (!closed) {
          look();
        }
        interrupted = false;
      } catch (EventStoreClosedException _) {
        endAll();
        return;
      } catch (RuntimeException e) {
        definition.listener().interrupted(definition.name(), beat(), e);
        if (!interrupted) {
          LOG.log(
              System.Logger.Level.WARNING,
              "the work at {0} is interrupted and will be tried again: {1}",
              definition.name(),
              e);
        }
        interrupted = true;
      }
    }
  }

  private Duration beat() {
    return following.lease().dividedBy(BEATS);
  }

  void wake() {
    alarm.ring();
  }

  /** One look at everything. */
  private void look() {
    working.lock();
    try {
      if (closed) {
        return;
      }
      var _ = store.head(); // a store that is closed has no work for anybody
      paused = isPausedInDatabase();
      List<Build> all = builds.all();
      if (!paused && isLeftOut(all)) {
        builds.openAgain(this::isLeftOut); // what was given up, it is this that needs it
        all = builds.all();
      }
      serving = Builds.serving(all).orElse(null);
      Map<String, Task> tasks = paused ? Map.of() : tasks(all);
      stopOthers(tasks.keySet());
      keepMembership();
      renewAll();
      if (!tasks.isEmpty()) {
        share(tasks);
      }
      if (!paused) {
        replaceServing(all);
      }
    } finally {
      working.unlock();
      tell();
    }
  }

  /** Whether an older version is read, and nothing is being built that is to take its place. */
  private boolean isLeftOut(List<Build> all) {
    return Builds.serving(all).filter(old -> old.version() < definition.version()).isPresent()
        && all.stream().noneMatch(build -> build.state() == Build.State.BUILDING);
  }

  private boolean isPausedInDatabase() {
    List<Integer> rows =
        database.with(
            "the projection " + definition.name() + " cannot be looked up",
            connection ->
                database.query(
                    connection,
                    "SELECT paused FROM daybook_projections WHERE name = ?",
                    row -> row.getInt(1),
                    definition.name()));
    return rows.contains(1);
  }

  private Map<String, Task> tasks(List<Build> all) {
    var tasks = new LinkedHashMap<String, Task>();
    for (Build build : all) {
      if (build.runs(definition.version())) {
        for (int i = 0; i < build.partitions(); i++) {
          Task task = Task.ofPartition(definition, build, i, following.batchEvents());
          tasks.put(task.work(), task);
        }
      }
    }
    if (definition.hasEffects()) {
      Task effects = Task.ofEffects(definition);
      tasks.put(effects.work(), effects);
    }
    return tasks;
  }

  /** Ends the workers whose work is no longer wanted, and takes note of those that ended. */
  private void stopOthers(Set<String> wanted) {
    var ending = new ArrayList<Worker>();
    for (Worker worker : workers.all()) {
      if (!wanted.contains(worker.task().work()) || !worker.isAlive()) {
        worker.stop();
        ending.add(worker);
      }
    }
    ending.forEach(this::end);
    if (!paused) {
      workers.forgetFailuresBut(wanted);
    }
  }

  private void end(Worker worker) {
    worker.join();
    workers.ended(worker);
    if (!worker.isLost()) {
      leases.release(worker.lease());
    }
  }

  private void keepMembership() {
    Lease own = membership;
    if (own != null && leases.renew(own)) {
      return;
    }
    String prefix = builds.memberPrefix(definition.version());
    membership = leases.acquire(prefix + leases.owner()).orElse(null);
  }

  private void renewAll() {
    for (Worker worker : workers.all()) {
      if (!leases.renew(worker.lease())) {
        worker.stop(); // what it still tries to write is refused
      }
    }
  }

  /** Takes what is free, up to a fair share, and gives away what is above it. */
  private void share(Map<String, Task> tasks) {
    int members = Math.max(1, leases.living(builds.memberPrefix(definition.version())).size());
    int fair = (tasks.size() + members - 1) / members;
    var surplus = new ArrayList<Worker>(workers.all());
    while (surplus.size() > fair) {
      Worker worker = surplus.removeLast();
      worker.stop();
      end(worker);
    }
    for (Task task : tasks.values()) {
      if (workers.count() >= fair) {
        return;
      }
      if (!workers.knows(task.work())) {
        Optional<Lease> lease = leases.acquire(task.work());
        lease.ifPresent(granted -> beginIfWanted(task, granted));
      }
    }
  }

  /**
   * Begins with work that is to be done by what there is now. Whoever freezes or retires a build
   * takes its leases from their owners in the same transaction: one that is granted after that is
   * given back, and one that was granted before it is lost.
   */
  private void beginIfWanted(Task task, Lease lease) {
    boolean isWanted =
        task.build() == 0
            || builds.all().stream()
                .filter(build -> build.number() == task.build())
                .anyMatch(build -> build.runs(definition.version()));
    if (isWanted) {
      begin(task, lease);
    } else {
      leases.release(lease);
    }
  }

  private void begin(Task task, Lease lease) {
    var worker = new Worker(task, lease, store, database, leases, following.lease(), this::changed);
    workers.add(worker);
    worker.start();
  }

  /** Lets the build that is built beside the serving one take its place, when it may. */
  private void replaceServing(List<Build> all) {
    Build old = serving;
    Build next =
        all.stream()
            .filter(build -> build.state() == Build.State.BUILDING)
            .filter(build -> build.version() == definition.version())
            .reduce((_, later) -> later)
            .orElse(null);
    if (all.stream().anyMatch(build -> build.state() == Build.State.RETIRED)) {
      builds.finishRetired();
    }
    if (old == null) {
      return;
    }
    boolean isAwaited =
        next == null
            ? old.version() != definition.version() || isBuiltByOthers(all)
            : workers.failureOf(next.number()) == null;
    if (!isAwaited && old.state() == Build.State.FROZEN) {
      builds.thaw(); // what it stands still for does not come
      wake();
    }
    if (next == null || !isAwaited) {
      return;
    }
    if (store.head().value() - lowest(next) > NEARLY_CAUGHT_UP && !workers.haveBuilt(next)) {
      return;
    }
    if (old.state() == Build.State.ACTIVE) {
      builds.freeze(old);
      wake();
    } else if (builds.activate(next)) {
      serving = Builds.serving(builds.all()).orElse(null);
      wake();
    }
  }

  private boolean isBuiltByOthers(List<Build> all) {
    return all.stream()
        .filter(build -> build.state() == Build.State.BUILDING)
        .anyMatch(build -> !leases.living(builds.memberPrefix(build.version())).isEmpty());
  }

  private long lowest(Build build) {
    long lowest = Long.MAX_VALUE;
    for (String work : build.works()) {
      long at =
          checkpoints.load(work).map(Checkpoint::position).orElse(Position.BEFORE_FIRST).value();
      lowest = Math.min(lowest, at);
    }
    return lowest;
  }

  void pause(boolean newPaused) {
    database.write(
        "the projection " + definition.name() + " cannot be paused or resumed",
        connection ->
            database.update(
                connection,
                "UPDATE daybook_projections SET paused = ? WHERE name = ?",
                newPaused ? 1 : 0,
                definition.name()));
    if (!newPaused) {
      forgetFailures();
    }
    look();
  }

  void forgetFailures() {
    working.lock();
    try {
      for (Worker worker : List.copyOf(workers.all())) {
        if (worker.failure() != null) {
          end(worker);
        }
      }
      workers.forgetFailures();
    } finally {
      working.unlock();
    }
  }

  /** Lets all workers of this instance begin again at their checkpoints. */
  void restart() {
    working.lock();
    try {
      endWorkers();
      workers.forgetFailures();
      workers.forgetUnknown();
      look();
    } finally {
      working.unlock();
    }
  }

  void close() {
    closed = true;
    wake();
    endAll();
    boolean own = thread.equals(Thread.currentThread());
    while (!own && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void endAll() {
    working.lock();
    try {
      endWorkers();
      Lease own = membership;
      membership = null;
      if (own != null) {
        leases.remove(own.name());
      }
    } catch (SqlFailedException e) {
      // others will find the leases abandoned
      LOG.log(System.Logger.Level.DEBUG, "leases could not be given back", e);
    } finally {
      working.unlock();
    }
  }

  private void endWorkers() {
    workers.all().forEach(Worker::stop);
    workers.all().forEach(Worker::join); // none runs, also if a lease cannot be given back
    List.copyOf(workers.all()).forEach(this::end);
  }

  private void tell() {
    changes.incrementAndGet();
    signal.run();
  }

  /**
   * A worker has come further, or has ended. A build that has caught up, as far as it is built
   * here, need not wait for the next beat.
   */
  private void changed() {
    tell();
    if (workers.haveBuiltBeside(serving)) {
      wake();
    }
  }

  long changes() {
    return changes.get();
  }

  boolean isPaused() {
    return paused;
  }

  boolean isClosed() {
    return closed;
  }

  @Nullable Build serving() {
    return serving;
  }

  /** What works here. */
  Workers workers() {
    return workers;
  }

  boolean ownsAll() {
    Build now = serving;
    return now != null && workers.ownAll(now);
  }

  int owned() {
    Build now = serving;
    return now == null ? 0 : workers.owned(now);
  }

  boolean isCatchingUp() {
    Build now = serving;
    return now == null || workers.areCatchingUp(now);
  }

  long unknownEvents() {
    Build now = serving;
    return now == null ? 0 : workers.unknownEvents(now);
  }

  /** Why what is read stands still, as far as this instance does the work. */
  @Nullable ProjectionException servingFailure() {
    Build now = serving;
    return now == null || now.version() != definition.version()
        ? workers.failure()
        : workers.failureOf(now.number());
  }
}
