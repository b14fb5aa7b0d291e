package postgresspike;

import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.RevisionConflictException;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.StreamTombstonedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * A stream at one moment.
 *
 * @param count the number of events it ever had: its last revision plus one
 * @param known whether any system event speaks of it
 * @param deletedBefore events with a lower revision are deleted; -1 if it was never deleted
 */
record StreamNow(
    String stream,
    long count,
    boolean known,
    StreamSettings settings,
    long deletedBefore,
    boolean tombstoned) {

  /** Reads these streams at that head. */
  static Map<String, StreamNow> load(
      Connection connection, String schema, Collection<String> streams, long head)
      throws SQLException {
    Sql sql =
        new Sql(schema)
            .add(
                """
                SELECT n.stream, s.*, 1 + coalesce((SELECT max(revision) FROM {s}.events e
                  WHERE e.stream = n.stream AND e.position <= ?), -1) AS count
                FROM unnest(?) AS n (stream) LEFT JOIN LATERAL (
                  SELECT since, max_count, max_age_ms, truncate_before, deleted_before, tombstoned
                  FROM {s}.stream_states
                  WHERE stream = n.stream AND since <= ? ORDER BY since DESC LIMIT 1) s ON true
                """,
                head,
                streams,
                head);
    Map<String, StreamNow> found = new HashMap<>();
    try (PreparedStatement statement = sql.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.put(rows.getString("stream"), of(rows));
      }
    }
    return found;
  }

  private static StreamNow of(ResultSet row) throws SQLException {
    StreamSettings settings = StreamSettings.none();
    Long maxCount = row.getObject("max_count", Long.class);
    Long maxAge = row.getObject("max_age_ms", Long.class);
    Long truncateBefore = row.getObject("truncate_before", Long.class);
    Long deletedBefore = row.getObject("deleted_before", Long.class);
    settings = maxCount == null ? settings : settings.withMaxCount(maxCount);
    settings = maxAge == null ? settings : settings.withMaxAge(Duration.ofMillis(maxAge));
    settings =
        truncateBefore == null
            ? settings
            : settings.withTruncateBefore(new Revision(truncateBefore));
    return new StreamNow(
        row.getString("stream"),
        row.getLong("count"),
        row.getObject("since") != null,
        settings,
        deletedBefore == null ? -1 : deletedBefore,
        row.getBoolean("tombstoned"));
  }

  StreamNow plus(long events) {
    return new StreamNow(stream, count + events, known, settings, deletedBefore, tombstoned);
  }

  StreamNow with(StreamSettings newSettings) {
    return new StreamNow(stream, count, true, newSettings, deletedBefore, tombstoned);
  }

  StreamNow deleted() {
    return new StreamNow(stream, count, true, settings, count, tombstoned);
  }

  StreamNow closed() {
    return new StreamNow(stream, count, true, settings, deletedBefore, true);
  }

  boolean isDeleted() {
    return deletedBefore == count;
  }

  void requireNotTombstoned() {
    if (tombstoned) {
      throw new StreamTombstonedException(stream);
    }
  }

  void require(ExpectedRevision expected) {
    boolean gone = count == 0 || isDeleted();
    boolean met =
        switch (expected) {
          case ExpectedRevision.Any _ -> true;
          case ExpectedRevision.NoStream _ -> gone;
          case ExpectedRevision.Exists _ -> !gone;
          case ExpectedRevision.Exactly(Revision revision) -> revision.value() == count - 1;
        };
    if (!met) {
      throw new RevisionConflictException(
          stream, expected, count == 0 ? null : new Revision(count - 1));
    }
  }
}
