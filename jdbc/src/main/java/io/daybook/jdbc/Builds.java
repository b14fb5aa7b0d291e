package io.daybook.jdbc;

import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The builds of one projection: how they come, take each other's place, and go. Every change is
 * made under one lease, {@code NAME/builds}, and checks it in the transaction that makes it.
 *
 * <p>Where definitions of tables end a transaction (H2), each step leaves what the next one, or a
 * repetition after a crash, can go on with: a build is CREATING until its tables are there, and
 * RETIRED until they are gone; the views are put right at each opening.
 */
final class Builds {
  private final SqlProjection.Definition definition;
  private final Database database;
  private final EventStore store;
  private final JdbcLeases leases;
  private final JdbcCheckpoints checkpoints;
  private final Outbox outbox;
  private final BuildNumbers numbers;
  private final TableViews views;
  private final BuildsTurn turn;

  Builds(
      SqlProjection.Definition definition, Database database, EventStore store, JdbcLeases leases) {
    this.definition = definition;
    this.database = database;
    this.store = store;
    this.leases = leases;
    this.checkpoints = new JdbcCheckpoints(database);
    this.outbox = new Outbox(database);
    this.numbers = new BuildNumbers(definition.name(), database, store);
    this.views = new TableViews(database);
    this.turn = new BuildsTurn(definition.name(), leases);
  }

  /** All builds there are, by number. */
  List<Build> all() {
    return database.with(failure("read"), this::all);
  }

  /** The same, while nobody is in the middle of changing them. */
  List<Build> settled() {
    return turn.get(_ -> all());
  }

  private List<Build> all(Connection connection) throws SQLException {
    return database.query(
        connection,
        "SELECT build, version, partitions, state, table_names FROM daybook_builds"
            + " WHERE name = ? ORDER BY build",
        row ->
            new Build(
                definition.name(),
                row.getInt(1),
                row.getInt(2),
                row.getInt(3),
                Build.State.valueOf(row.getString(4)),
                List.of(row.getString(5).split(",", -1))),
        definition.name());
  }

  static Optional<Build> serving(List<Build> builds) {
    return builds.stream().filter(Build::isServing).findFirst();
  }

  /**
   * Whether that build, or a later one, is what is read. Where definitions of tables end a
   * transaction, its views may come a moment after it, and before the old one is gone.
   */
  boolean isInPlace(List<Build> all, int number) {
    boolean viewsFollow =
        !database.dialect().hasTransactionalDefinitions()
            && all.stream().anyMatch(build -> build.state() == Build.State.RETIRED);
    return !viewsFollow && serving(all).filter(build -> build.number() >= number).isPresent();
  }

  /** Whether that build, or a later one, is what is read, and all before it is gone. */
  boolean isAlone(List<Build> all, int number) {
    return isInPlace(all, number) && all.stream().noneMatch(build -> build.number() < number);
  }

  /** Sees to it that a build of the definition's version exists: serving, or being built. */
  void open() {
    turn.take(lease -> {
      finishRetired(lease);
      Build serving = serving(all()).orElse(null);
      requireNotNewer(serving);
      if (serving == null || serving.version() < definition.version()) {
        Build building = newestBuilding();
        if (building == null || building.version() < definition.version()) {
          abandonAll(lease);
          create(lease, serving == null ? Build.State.ACTIVE : Build.State.BUILDING);
        }
      } else {
        requireSamePartitions(serving);
        thaw(lease);
        restoreViews(lease, serving);
      }
    });
  }

  /** Begins a build of this version, if it is left out also while nobody else changes builds. */
  void openAgain(Predicate<List<Build>> isLeftOut) {
    turn.take(lease -> {
      if (isLeftOut.test(all())) {
        abandonAll(lease);
        create(lease, Build.State.BUILDING);
      }
    });
  }

  private void requireNotNewer(@Nullable Build serving) {
    if (serving != null && serving.version() > definition.version()) {
      throw new IllegalStateException(
          "the projection "
              + definition.name()
              + " is at version "
              + serving.version()
              + " in this database; this program has version "
              + definition.version());
    }
  }

  private void requireSamePartitions(Build build) {
    if (build.partitions() != definition.partitions()) {
      throw new IllegalStateException(
          "the projection "
              + definition.name()
              + " has "
              + build.partitions()
              + " partitions in this database, not "
              + definition.partitions()
              + "; raise its version to change that");
    }
  }

  /** Begins a build of the same version, unless one is under way; its number. */
  int rebuild() {
    return turn.get(lease -> {
      finishRetired(lease);
      requireNotNewer(serving(all()).orElse(null));
      Build building = newestBuilding();
      if (building != null && building.version() == definition.version()) {
        return building.number();
      }
      requireNotBeingReplaced(building);
      abandonAll(lease);
      return create(lease, Build.State.BUILDING);
    });
  }

  private void requireNotBeingReplaced(@Nullable Build building) {
    if (building != null
        && building.version() > definition.version()
        && !leases.living(memberPrefix(building.version())).isEmpty()) {
      throw new IllegalStateException(
          "version "
              + building.version()
              + " of the projection "
              + definition.name()
              + " is being built in this database; this program has version "
              + definition.version());
    }
  }

  /** What the leases of instances of that version begin with; only these share work. */
  String memberPrefix(int version) {
    return definition.name() + "/members/" + version + "/";
  }

  /**
   * Gives up whatever is being built, and begins a build of the same version that takes nothing
   * from before; its number. What was discarded stays so.
   *
   * @throws IllegalStateException if a later version serves, which cannot be built here
   */
  int purge() {
    return turn.get(lease -> {
      finishRetired(lease);
      Build serving = serving(all()).orElseThrow();
      if (serving.version() > definition.version()) {
        throw new IllegalStateException(
            "the projection "
                + definition.name()
                + " is at version "
                + serving.version()
                + " by now, and this program, which has version "
                + definition.version()
                + ", cannot build it anew; purge it in one that can");
      }
      abandonAll(lease);
      return create(lease, Build.State.BUILDING, numbers.nextDiscarding(serving.number()));
    });
  }

  private @Nullable Build newestBuilding() {
    return all().stream()
        .filter(build -> build.state() == Build.State.BUILDING)
        .reduce((_, later) -> later)
        .orElse(null);
  }

  private int create(Lease lease, Build.State state) {
    return create(lease, state, numbers.next());
  }

  private int create(Lease lease, Build.State state, int number) {
    List<String> tables = definition.tables().stream().map(SqlProjection.Table::name).toList();
    var build =
        new Build(
            definition.name(),
            number,
            definition.version(),
            definition.partitions(),
            state,
            tables);
    fenced(
        "created",
        lease,
        connection -> {
          insert(connection, build);
          if (!database.dialect().hasTransactionalDefinitions()) {
            connection.commit();
          }
          createTables(connection, build);
          changeState(connection, build, Build.State.CREATING, state);
          if (state == Build.State.ACTIVE) {
            leases.fence(connection, lease); // where the first view ends the transaction
            views.put(connection, build);
          }
        });
    return number;
  }

  private void insert(Connection connection, Build build) throws SQLException {
    var _ =
        database.update(
            connection,
            "INSERT INTO daybook_builds (name, build, version, partitions, state, table_names)"
                + " VALUES (?, ?, ?, ?, ?, ?)",
            build.projection(),
            build.number(),
            build.version(),
            build.partitions(),
            Build.State.CREATING,
            String.join(",", build.tables()));
    numbers.take(connection, build.number());
    for (String work : build.works()) {
      checkpoints.put(connection, work, store.checkpointAt(Position.BEFORE_FIRST));
    }
  }

  private void createTables(Connection connection, Build build) throws SQLException {
    var naming = new Naming(build.number());
    Dialect dialect = database.dialect();
    for (SqlProjection.Table table : definition.tables()) {
      execute(
          connection,
          "CREATE TABLE "
              + naming.table(table.name())
              + " ("
              + naming.resolve(table.columns().apply(dialect))
              + ")");
    }
    for (var statement : definition.statements()) {
      execute(connection, naming.resolve(statement.apply(dialect)));
    }
  }

  private void restoreViews(Lease lease, Build serving) {
    if (!database.dialect().hasTransactionalDefinitions()) {
      fenced("shown by their names", lease, connection -> views.put(connection, serving));
    }
  }

  /** Lets the serving build stand still, so that the next can reach it; or another has done so. */
  void freeze(Build serving) {
    turn.take(lease ->
        serving(all())
            .filter(now -> now.number() == serving.number())
            .ifPresent(now -> freeze(lease, now)));
  }

  /**
   * Lets a build take the place of the frozen one, if it has come at least as far.
   *
   * @return whether it has
   */
  boolean activate(Build next) {
    return turn.get(lease -> {
      var done = new AtomicBoolean();
      fenced("put in place", lease, connection -> done.set(activate(connection, lease, next)));
      if (done.get()) {
        finishRetired(lease);
      }
      return done.get();
    });
  }

  private boolean activate(Connection connection, Lease lease, Build next) throws SQLException {
    List<Build> builds = all(connection);
    Build frozen = serving(builds).orElse(null);
    boolean isBuilding =
        builds.stream()
            .anyMatch(b -> b.number() == next.number() && b.state() == Build.State.BUILDING);
    if (!isBuilding || frozen == null || frozen.state() != Build.State.FROZEN) {
      return false;
    }
    long reached = Long.MAX_VALUE;
    for (String work : next.works()) {
      reached = Math.min(reached, position(connection, work));
    }
    for (String work : frozen.works()) {
      if (position(connection, work) > reached) {
        return false;
      }
    }
    changeState(connection, frozen, Build.State.FROZEN, Build.State.RETIRED);
    changeState(connection, next, Build.State.BUILDING, Build.State.ACTIVE);
    leases.fence(connection, lease); // where the first view ends the transaction
    views.put(connection, next);
    views.dropOnlyIn(connection, frozen, next);
    return true;
  }

  /** Gives up builds that are not finished, and lets the frozen one go on. */
  void abandon(int number) {
    turn.take(lease -> {
      for (Build build : all()) {
        if (build.number() == number && build.state() == Build.State.BUILDING) {
          retire(lease, build);
        }
      }
      finishRetired(lease);
    });
  }

  private void abandonAll(Lease lease) {
    for (Build build : all()) {
      if (build.state() == Build.State.BUILDING || build.state() == Build.State.CREATING) {
        retire(lease, build);
      }
    }
    finishRetired(lease);
  }

  private void retire(Lease lease, Build build) {
    fenced(
        "retired",
        lease,
        connection -> {
          changeState(connection, build, build.state(), Build.State.RETIRED);
          for (String work : build.works()) {
            leases.seize(connection, work);
          }
          for (Build other : all(connection)) {
            if (other.state() == Build.State.FROZEN) {
              changeState(connection, other, Build.State.FROZEN, Build.State.ACTIVE);
            }
          }
        });
  }

  /** Puts the views right and drops what is retired, where whoever began with it failed. */
  void finishRetired() {
    turn.take(this::finishRetired);
  }

  /** Drops what nobody reads any more, also where a crash has left it. */
  private void finishRetired(Lease lease) {
    List<Build> builds = all();
    Build serving = serving(builds).orElse(null);
    for (Build build : builds) {
      if (build.state() == Build.State.RETIRED || build.state() == Build.State.CREATING) {
        releaseViews(lease, build, serving);
        fenced("dropped", lease, connection -> drop(connection, build));
        for (String work : build.works()) {
          leases.remove(work);
        }
      }
    }
  }

  /** Where a crash can come between tables and views, views may still be of what is to go. */
  private void releaseViews(Lease lease, Build build, @Nullable Build serving) {
    if (serving != null) {
      restoreViews(lease, serving);
    }
    if (!database.dialect().hasTransactionalDefinitions()) {
      fenced("dropped", lease, connection -> views.dropOnlyIn(connection, build, serving));
    }
  }

  private void drop(Connection connection, Build build) throws SQLException {
    for (String table : build.tables()) {
      if (!table.isEmpty()) {
        execute(connection, "DROP TABLE IF EXISTS " + Naming.table(table, build.number()));
      }
    }
    for (String work : build.works()) {
      checkpoints.remove(connection, work);
      outbox.remove(connection, work);
    }
    var _ =
        database.update(
            connection,
            "DELETE FROM daybook_builds WHERE name = ? AND build = ?",
            build.projection(),
            build.number());
  }

  /** Lets the serving build go on, if it was frozen for one that does not come. */
  void thaw() {
    turn.take(lease -> {
      thaw(lease);
    });
  }

  private void thaw(Lease lease) {
    Build serving = serving(all()).orElse(null);
    if (serving == null || serving.state() != Build.State.FROZEN) {
      return;
    }
    fenced(
        "resumed",
        lease,
        connection -> changeState(connection, serving, Build.State.FROZEN, Build.State.ACTIVE));
  }

  /** Empties the tables of the serving build, and lets it begin with the first event. */
  void reset() {
    turn.take(lease -> {
      requireNotNewer(serving(all()).orElse(null));
      for (Build build : all()) {
        if (build.state() == Build.State.BUILDING) {
          retire(lease, build);
        }
      }
      finishRetired(lease);
      Build serving = serving(all()).orElseThrow();
      freeze(lease, serving);
      fenced(
          "emptied",
          lease,
          connection -> {
            for (String table : serving.tables()) {
              if (!table.isEmpty()) {
                execute(connection, "DELETE FROM " + Naming.table(table, serving.number()));
              }
            }
            for (String work : serving.works()) {
              checkpoints.put(connection, work, store.checkpointAt(Position.BEFORE_FIRST));
              outbox.passNothing(connection, work);
            }
            changeState(connection, serving, Build.State.FROZEN, Build.State.ACTIVE);
          });
    });
  }

  /** Nobody writes to it any more after this. */
  private void freeze(Lease lease, Build serving) {
    if (serving.state() == Build.State.FROZEN) {
      return;
    }
    fenced(
        "frozen",
        lease,
        connection -> {
          changeState(connection, serving, Build.State.ACTIVE, Build.State.FROZEN);
          for (String work : serving.works()) {
            leases.seize(connection, work);
          }
        });
  }

  /** What is done with a connection. */
  private interface Change {
    void apply(Connection connection) throws SQLException;
  }

  /**
   * Changes something in a transaction that the lease cannot be taken in, however long it lasts.
   * Where definitions of tables end it, the lease is checked before and after them.
   */
  private void fenced(String what, Lease lease, Change change) {
    boolean _ =
        database.inTransaction(
            failure(what),
            connection -> {
              leases.fence(connection, lease);
              change.apply(connection);
              leases.fence(connection, lease);
              return true;
            });
  }

  private long position(Connection connection, String work) throws SQLException {
    return checkpoints
        .load(connection, work)
        .map(Checkpoint::position)
        .orElse(Position.BEFORE_FIRST)
        .value();
  }

  private void changeState(Connection connection, Build build, Build.State from, Build.State to)
      throws SQLException {
    int changed =
        database.update(
            connection,
            "UPDATE daybook_builds SET state = ? WHERE name = ? AND build = ? AND state = ?",
            to,
            build.projection(),
            build.number(),
            from);
    if (changed != 1) {
      throw new SQLException(
          "build " + build.number() + " of " + build.projection() + " is not " + from + " any more",
          "40001");
    }
  }

  private void execute(Connection connection, String definition) throws SQLException {
    var _ = database.update(connection, definition);
  }

  private String failure(String what) {
    return "the tables of the projection " + definition.name() + " cannot be " + what;
  }
}
