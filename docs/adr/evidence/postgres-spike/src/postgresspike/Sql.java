package postgresspike;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A statement that is put together from parts, each with its parameters. */
final class Sql {
  /** What a part of the text stands for that names the store's schema: {@code {s}.events}. */
  private static final String SCHEMA = "{s}";

  /** The columns that {@link #event} reads. */
  static final String COLUMNS =
      "position, stream, revision, type, tags, id, recorded_us,"
          + " data, data_type, metadata, metadata_type";

  private final String schema;
  private final StringBuilder text = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  Sql(String schema) {
    this.schema = schema;
  }

  Sql add(String part, Object... values) {
    text.append(part.replace(SCHEMA, schema)).append(' ');
    parameters.addAll(List.of(values));
    return this;
  }

  Sql add(Sql other) {
    text.append(other.text);
    parameters.addAll(other.parameters);
    return this;
  }

  /**
   * From where, and which: events {@code e} that are not hidden at that head and time. The settings
   * are those of the head, not of now, so that a read that takes many statements sees one moment.
   */
  Sql addVisible(long head, Instant now) {
    return add(
        """
        FROM {s}.events e LEFT JOIN LATERAL (
            SELECT * FROM {s}.stream_states
            WHERE stream = e.stream AND since <= ? ORDER BY since DESC LIMIT 1) s ON true
        WHERE e.position <= ?
          AND (s.stream IS NULL OR (NOT s.tombstoned
            AND e.revision >= coalesce(s.truncate_before, 0)
            AND e.revision >= coalesce(s.deleted_before, 0)
            AND (s.max_age_ms IS NULL
              OR e.recorded_us >= ? - least(s.max_age_ms, 9000000000000000) * 1000)
            AND (s.max_count IS NULL
              OR e.revision > (SELECT max(revision) FROM {s}.events
                               WHERE stream = e.stream AND position <= ?) - s.max_count)))
        """,
        head,
        head,
        microsRoundedUp(now),
        head);
  }

  Sql addNotSystem() {
    return add("AND left(e.stream, 1) <> '$'");
  }

  Sql addMatching(Query query) {
    if (query instanceof Query.AnyOf(List<Query.Item> items)) {
      add("AND (false");
      for (Query.Item item : items) {
        add("OR (true");
        addDimension("AND e.stream = ANY (?)", item.streams());
        addDimension("AND e.category = ANY (?)", item.categories());
        addDimension("AND e.type = ANY (?)", item.types());
        addDimension("AND e.tags @> ?", item.tags());
        add(")");
      }
      add(")");
    }
    return this;
  }

  private void addDimension(String part, Set<String> names) {
    if (!names.isEmpty()) {
      add(part, names);
    }
  }

  PreparedStatement prepare(Connection connection) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(text.toString());
    for (int i = 0; i < parameters.size(); i++) {
      Object value = parameters.get(i);
      statement.setObject(
          i + 1, value instanceof Collection<?> names ? array(connection, names) : value);
    }
    return statement;
  }

  static Object array(Connection connection, Collection<?> values) throws SQLException {
    boolean ids = !values.isEmpty() && values.iterator().next() instanceof UUID;
    return connection.createArrayOf(ids ? "uuid" : "text", values.toArray());
  }

  static RecordedEvent event(ResultSet row) throws SQLException {
    return new RecordedEvent(
        new Position(row.getLong("position")),
        row.getString("stream"),
        new Revision(row.getLong("revision")),
        instant(row.getLong("recorded_us")),
        new Event(
            row.getObject("id", UUID.class),
            row.getString("type"),
            List.of((String[]) row.getArray("tags").getArray()),
            Payload.of(row.getBytes("data"), row.getString("data_type")),
            Payload.of(row.getBytes("metadata"), row.getString("metadata_type"))));
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  /** Cut to the microsecond; times beyond what 64 bits hold become the last ones that they hold. */
  static long micros(Instant instant) {
    try {
      return ChronoUnit.MICROS.between(Instant.EPOCH, instant.truncatedTo(ChronoUnit.MICROS));
    } catch (ArithmeticException e) {
      return instant.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  private static long microsRoundedUp(Instant instant) {
    return micros(instant.plusNanos(999));
  }
}
