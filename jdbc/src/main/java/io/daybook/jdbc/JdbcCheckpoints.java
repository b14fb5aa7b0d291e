package io.daybook.jdbc;

import io.daybook.eventsourcing.subscription.FencedCheckpoints;
import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventsourcing.subscription.LeaseLostException;
import io.daybook.eventstore.Checkpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Checkpoints in a database, in the table {@code daybook_checkpoints}. May be used by any number of
 * threads.
 */
public final class JdbcCheckpoints implements FencedCheckpoints {
  private final Database database;

  /** In that database. */
  public JdbcCheckpoints(DataSource source) {
    this(Database.open(source));
  }

  JdbcCheckpoints(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Checkpoint> load(String name) {
    return database.with(failure(name), connection -> load(connection, name));
  }

  /** In the connection's transaction, or by itself. */
  Optional<Checkpoint> load(Connection connection, String name) throws SQLException {
    List<String> rows =
        database.query(
            connection,
            "SELECT checkpoint FROM daybook_checkpoints WHERE name = ?",
            row -> row.getString(1),
            name);
    return rows.stream().findFirst().map(Checkpoint::parse);
  }

  @Override
  public void save(String name, Checkpoint checkpoint) {
    var _ = database.inserting(failure(name), connection -> put(connection, name, checkpoint));
  }

  @Override
  public void save(String name, Checkpoint checkpoint, Lease lease) {
    database.inserting(
        failure(name),
        connection -> {
          var _ = put(connection, name, checkpoint);
          int held =
              database.update(
                  connection,
                  "UPDATE daybook_leases SET beat = beat + 1 WHERE name = ? AND token = ?"
                      + " AND owner = ?",
                  lease.name(),
                  lease.token(),
                  lease.owner());
          if (held != 1) {
            throw new LeaseLostException(lease);
          }
          return held;
        });
  }

  /** In the connection's transaction; how many rows changed, which is one. */
  int put(Connection connection, String name, Checkpoint checkpoint) throws SQLException {
    int updated =
        database.update(
            connection,
            "UPDATE daybook_checkpoints SET checkpoint = ? WHERE name = ?",
            checkpoint.toString(),
            name);
    return updated > 0
        ? updated
        : database.update(
            connection,
            "INSERT INTO daybook_checkpoints (name, checkpoint) VALUES (?, ?)",
            name,
            checkpoint.toString());
  }

  /** Moves a checkpoint in the connection's transaction; false if it is not where it was. */
  boolean move(Connection connection, String name, Checkpoint from, Checkpoint to)
      throws SQLException {
    return 1
        == database.update(
            connection,
            "UPDATE daybook_checkpoints SET checkpoint = ? WHERE name = ? AND checkpoint = ?",
            to.toString(),
            name,
            from.toString());
  }

  void remove(Connection connection, String name) throws SQLException {
    var _ = database.update(connection, "DELETE FROM daybook_checkpoints WHERE name = ?", name);
  }

  private static String failure(String name) {
    return "the checkpoint " + name + " cannot be loaded or saved";
  }
}
