package io.daybook.jdbc;

import io.daybook.eventsourcing.snapshot.Snapshot;
import io.daybook.eventsourcing.snapshot.SnapshotStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Revision;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Snapshots in a database, the latest of each stream, in the table {@code daybook_snapshots}. May
 * be used by any number of threads.
 */
public final class JdbcSnapshots implements SnapshotStore {
  private final Database database;

  /** In that database. */
  public JdbcSnapshots(DataSource source) {
    this.database = Database.open(source);
  }

  @Override
  public Optional<Snapshot> latest(String stream) {
    List<Snapshot> rows =
        database.with(
            "the snapshot of " + stream + " cannot be loaded",
            connection ->
                database.query(
                    connection,
                    "SELECT revision, event_id, shape, content_type, state FROM daybook_snapshots"
                        + " WHERE stream = ?",
                    row ->
                        new Snapshot(
                            stream,
                            new Revision(row.getLong(1)),
                            UUID.fromString(row.getString(2)),
                            row.getString(3),
                            Payload.of(row.getBytes(5), row.getString(4))),
                    stream));
    return rows.stream().findFirst();
  }

  /** Keeps a snapshot, unless one of a later revision is kept. */
  @Override
  public void save(Snapshot snapshot) {
    var _ =
        database.inserting(
            "the snapshot of " + snapshot.stream() + " cannot be saved",
            connection -> {
              // the first statement locks the row, so that of two who save the later one stays
              var _ =
                  database.update(
                      connection,
                      "DELETE FROM daybook_snapshots WHERE stream = ? AND revision <= ?",
                      snapshot.stream(),
                      snapshot.revision().value());
              return database.update(
                  connection,
                  "INSERT INTO daybook_snapshots"
                      + " (stream, revision, event_id, shape, content_type, state)"
                      + " SELECT ?, CAST(? AS BIGINT), ?, ?, ?, ?"
                      + " WHERE NOT EXISTS (SELECT 1 FROM daybook_snapshots WHERE stream = ?)",
                  snapshot.stream(),
                  snapshot.revision().value(),
                  snapshot.eventId().toString(),
                  snapshot.shape(),
                  snapshot.state().contentType(),
                  snapshot.state().toByteArray(),
                  snapshot.stream());
            });
  }

  @Override
  public List<String> streams(String prefix) {
    return database.with(
        "the snapshots of " + prefix + "… cannot be listed",
        connection ->
            database.query(
                connection,
                "SELECT stream FROM daybook_snapshots WHERE SUBSTR(stream, 1, LENGTH(?)) = ?",
                row -> row.getString(1),
                prefix,
                prefix));
  }

  @Override
  public void delete(String stream) {
    var _ =
        database.inTransaction(
            "the snapshot of " + stream + " cannot be deleted",
            connection ->
                database.update(
                    connection, "DELETE FROM daybook_snapshots WHERE stream = ?", stream));
  }
}
