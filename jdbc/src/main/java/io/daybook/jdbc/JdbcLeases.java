package io.daybook.jdbc;

import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventsourcing.subscription.LeaseLostException;
import io.daybook.eventsourcing.subscription.Leases;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Leases in a database, in the table {@code daybook_leases}. May be used by any number of threads.
 *
 * <p>No clocks are compared. An owner counts up a beat; who wants the lease looks at it, again and
 * again, and takes it if it has not changed for the lease's duration by its own clock. So {@link
 * #acquire} has to be called several times within the duration, and once after it.
 */
public final class JdbcLeases implements Leases {
  private final Database database;
  private final String owner;
  private final long durationNanos;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Seen> seen = new HashMap<>();

  /** A row of the table. */
  private record Row(@Nullable String owner, long token, long beat) {}

  /** A row, and since when it has been so. */
  private record Seen(Row row, long sinceNanos) {}

  /**
   * Leases of that duration, for an owner with a name of its own.
   *
   * @param duration how long a lease is kept without being renewed
   */
  public JdbcLeases(DataSource source, Duration duration) {
    this(Database.open(source), newOwner(), duration, System::nanoTime);
  }

  JdbcLeases(Database database, String owner, Duration duration, LongSupplier nanoTime) {
    this.database = database;
    this.owner = Objects.requireNonNull(owner, "owner");
    this.durationNanos = duration.toNanos();
    this.nanoTime = nanoTime;
    if (durationNanos <= 0) {
      throw new IllegalArgumentException("a lease's duration is more than 0, not " + duration);
    }
  }

  static String newOwner() {
    return ProcessHandle.current().pid() + "/" + UUID.randomUUID();
  }

  /** The name of this owner. */
  public String owner() {
    return owner;
  }

  @Override
  public Optional<Lease> acquire(String name) {
    return database.write("the lease " + name + " cannot be acquired", c -> acquire(c, name));
  }

  private Optional<Lease> acquire(Connection connection, String name) throws SQLException {
    Row row = row(connection, name);
    if (row == null) {
      try {
        var _ =
            database.update(
                connection,
                "INSERT INTO daybook_leases (name, owner, token, beat) VALUES (?, ?, 1, 0)",
                name,
                owner);
        return Optional.of(new Lease(name, owner, 1));
      } catch (SQLException e) {
        if (row(connection, name) == null) {
          throw e;
        }
        return Optional.empty(); // another was faster
      }
    }
    if (row.owner != null && !isAbandoned(name, row)) {
      return Optional.empty();
    }
    int taken =
        database.update(
            connection,
            "UPDATE daybook_leases SET owner = ?, token = token + 1, beat = beat + 1"
                + " WHERE name = ? AND token = ? AND beat = ?",
            owner,
            name,
            row.token,
            row.beat);
    return taken == 1 ? Optional.of(new Lease(name, owner, row.token + 1)) : Optional.empty();
  }

  /** Whether nobody has renewed the lease for its duration, as far as was seen from here. */
  private boolean isAbandoned(String name, Row row) {
    long now = nanoTime.getAsLong();
    lock.lock();
    try {
      Seen before = seen.get(name);
      if (before == null || !before.row.equals(row)) {
        seen.put(name, new Seen(row, now));
        return false;
      }
      return now - before.sinceNanos >= durationNanos;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Row row(Connection connection, String name) throws SQLException {
    List<Row> rows =
        database.query(
            connection,
            "SELECT owner, token, beat FROM daybook_leases WHERE name = ?",
            row -> new Row(row.getString(1), row.getLong(2), row.getLong(3)),
            name);
    return rows.isEmpty() ? null : rows.getFirst();
  }

  @Override
  public boolean renew(Lease lease) {
    return database.write("the lease " + lease.name() + " cannot be renewed", c -> beat(c, lease));
  }

  private boolean beat(Connection connection, Lease lease) throws SQLException {
    return 1
        == database.update(
            connection,
            "UPDATE daybook_leases SET beat = beat + 1 WHERE name = ? AND token = ?"
                + " AND owner = ?",
            lease.name(),
            lease.token(),
            lease.owner());
  }

  /**
   * Makes what the connection's transaction writes depend on the lease: nobody can take it before
   * the transaction ends. Renews it, too.
   *
   * @throws LeaseLostException if it is lost; roll back
   */
  public void fence(Connection connection, Lease lease) throws SQLException {
    if (!beat(connection, lease)) {
      throw new LeaseLostException(lease);
    }
  }

  @Override
  public void release(Lease lease) {
    var _ =
        database.write(
            "the lease " + lease.name() + " cannot be released",
            connection ->
                database.update(
                    connection,
                    "UPDATE daybook_leases SET owner = NULL, beat = beat + 1"
                        + " WHERE name = ? AND token = ? AND owner = ?",
                    lease.name(),
                    lease.token(),
                    lease.owner()));
  }

  /** Takes a lease from whoever has it, in the connection's transaction. */
  void seize(Connection connection, String name) throws SQLException {
    var _ =
        database.update(
            connection,
            "UPDATE daybook_leases SET owner = NULL, token = token + 1, beat = beat + 1"
                + " WHERE name = ?",
            name);
  }

  /** The owners of leases whose names begin so; those of the dead are removed. */
  List<String> living(String prefix) {
    record Named(String name, Row row) {}
    List<Named> rows =
        database.with(
            "the leases " + prefix + " cannot be listed",
            connection ->
                database.query(
                    connection,
                    "SELECT name, owner, token, beat FROM daybook_leases"
                        + " WHERE SUBSTR(name, 1, ?) = ?",
                    row ->
                        new Named(
                            row.getString(1),
                            new Row(row.getString(2), row.getLong(3), row.getLong(4))),
                    prefix.length(),
                    prefix));
    var living = new ArrayList<String>();
    for (Named named : rows) {
      if (isAbandoned(named.name, named.row)) {
        remove(named.name); // it comes back by itself if it was only stalled
      } else if (named.row.owner != null) {
        living.add(named.row.owner);
      }
    }
    return living;
  }

  /** Forgets a lease that nobody will ask for again. */
  void remove(String name) {
    var _ =
        database.write(
            "the lease " + name + " cannot be removed",
            connection ->
                database.update(connection, "DELETE FROM daybook_leases WHERE name = ?", name));
  }
}
