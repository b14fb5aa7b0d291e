package io.daybook.jdbc;

import io.daybook.eventsourcing.projection.Fold;
import io.daybook.eventsourcing.projection.InlineProjection;
import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tables that the appending thread keeps current. It needs no lease: whoever brings them on locks
 * the checkpoint, and does what is still to do.
 */
final class SqlInline implements InlineProjection {
  private static final int BATCH_EVENTS = 4_096;
  private static final Duration LONGEST_STALL = Duration.ofSeconds(10);

  private final SqlProjection.Definition definition;
  private final Database database;
  private final Query query;
  private final JdbcCheckpoints checkpoints;
  private final ReentrantLock applying = new ReentrantLock();
  private @Nullable Build build;
  private volatile Position position = Position.BEFORE_FIRST;

  SqlInline(SqlProjection.Definition definition, Database database) {
    if (definition.partitions() != 1 || definition.hasEffects()) {
      throw new IllegalArgumentException(
          "the projection "
              + definition.name()
              + " has partitions or effects, which need it to follow");
    }
    this.definition = definition;
    this.database = database;
    this.query = definition.handlers().query();
    this.checkpoints = new JdbcCheckpoints(database);
  }

  @Override
  public String name() {
    return definition.name();
  }

  @Override
  public void catchUp(EventStore store, Position target) {
    if (position.compareTo(target) >= 0) {
      return;
    }
    // the events are stored: an interrupt, which closes what drivers have open, comes after this
    boolean interrupted = Thread.interrupted();
    applying.lock();
    try {
      Build current = build;
      if (current == null) {
        current = open(store);
        build = current;
      }
      catchUp(store, current, target);
    } finally {
      applying.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The build that serves, of this version: if there is none yet, it is made here. */
  private Build open(EventStore store) {
    var leases = new JdbcLeases(database, JdbcLeases.newOwner(), LONGEST_STALL, System::nanoTime);
    var builds = new Builds(definition, database, store, leases);
    builds.open();
    while (true) {
      List<Build> all = builds.all();
      Build serving = Builds.serving(all).orElseThrow();
      if (serving.version() == definition.version()) {
        return serving;
      }
      Build next = all.getLast();
      position = Position.BEFORE_FIRST;
      catchUp(store, next, store.head());
      if (serving.state() == Build.State.ACTIVE) {
        builds.freeze(serving);
      }
      catchUp(store, next, store.head());
      var _ = builds.activate(next);
    }
  }

  private void catchUp(EventStore store, Build of, Position target) {
    while (position.compareTo(target) < 0) {
      try (var sql = new SqlSession(database, new Naming(of.number()), LONGEST_STALL)) {
        apply(store, of, sql);
      } catch (SQLException e) {
        throw new ProjectionFailedException(definition.name(), e);
      } catch (SqlFailedException e) {
        throw new ProjectionFailedException(definition.name(), e.sqlException());
      }
    }
  }

  /** One transaction. */
  private void apply(EventStore store, Build of, SqlSession sql) throws SQLException {
    Connection connection = sql.transaction();
    String work = of.work(0);
    int locked =
        database.update(
            connection,
            "UPDATE daybook_checkpoints SET checkpoint = checkpoint WHERE name = ?",
            work);
    if (locked != 1) {
      throw new SQLException(
          "the tables of version "
              + of.version()
              + " (build "
              + of.number()
              + ") were replaced by another instance; start this one anew, with the version of"
              + " that");
    }
    Checkpoint from = checkpoints.load(connection, work).orElseThrow();
    Fold<Sql> fold = definition.handlers().foldFrom(sql);
    // asks whether the checkpoint is this store's
    store.subscribe(io.daybook.eventstore.SubscriptionRequest.of(query).after(from)).close();
    var request = ReadRequest.of(query).from(from.position().next()).limit(BATCH_EVENTS);
    Position reached = from.position();
    try (var read = store.read(request)) {
      int count = 0;
      for (RecordedEvent event : read) {
        fold.add(event);
        reached = event.position();
        count++;
      }
      if (count < BATCH_EVENTS && reached.compareTo(read.head()) < 0) {
        reached = read.head();
      }
    }
    sql.flush();
    if (!reached.equals(from.position())) {
      checkpoints.put(connection, work, new Checkpoint(from.storeId(), from.epoch(), reached));
    }
    sql.commit();
    position = reached;
  }
}
