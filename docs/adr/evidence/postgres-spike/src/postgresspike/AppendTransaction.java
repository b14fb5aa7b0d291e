package postgresspike;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.IdempotencyConflictException;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.SystemEvents;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Decides a group of requests. It holds the store's append lock from its first statement until it
 * is committed and visible: every later statement sees exactly what was committed before, and
 * positions become visible in their order.
 */
final class AppendTransaction {
  /** Whether the lock is that of the head's row, as it was tried first. */
  private static final boolean ROW_LOCK = Boolean.getBoolean("rowlock");

  private record Stored(long position, long frame) {}

  private final Connection connection;
  private final String schema;
  private final Instant now;
  private final long firstPosition;
  private final long recordedUs;
  private final Map<String, StreamNow> streams;
  private final Map<UUID, Stored> known;
  private final Set<UUID> written = new HashSet<>();
  private final PreparedStatement insert;
  private long nextPosition;
  private int waiting;

  AppendTransaction(Connection connection, String schema, Instant clock, List<Request> requests)
      throws SQLException {
    this.connection = connection;
    this.schema = schema;
    this.now = clock;
    try (var statement = connection.createStatement()) {
      statement.execute(lockAndLook(schema));
      while (statement.getResultSet().getMetaData().getColumnCount() < 2) {
        statement.getMoreResults();
      }
      ResultSet row = statement.getResultSet();
      row.next();
      nextPosition = row.getLong(1);
      firstPosition = nextPosition;
      recordedUs = Math.max(row.getLong(2), Sql.micros(clock));
    }
    var names = new HashSet<String>();
    requests.forEach(request -> names.addAll(request.streams()));
    streams = StreamNow.load(connection, schema, names, nextPosition - 1);
    var ids = new ArrayList<UUID>();
    for (Request request : requests) {
      if (request instanceof Request.Events(Append append)) {
        ids.addAll(ids(append));
      }
    }
    known = lookUp(ids);
    insert =
        new Sql(schema)
            .add("INSERT INTO {s}.events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .prepare(connection);
  }

  /**
   * Takes the lock and looks at the head. An advisory lock is handed on in the order of arrival;
   * those who wait for a row must each look again at every version that another makes of it.
   */
  static String lockAndLook(String schema) {
    String look = "SELECT next_position, recorded_us FROM " + schema + ".head";
    return ROW_LOCK
        ? look + " FOR UPDATE"
        : "SELECT pg_advisory_xact_lock(hashtext('" + schema + "')); " + look;
  }

  AppendResult decide(Request request) throws SQLException {
    return switch (request) {
      case Request.Events(Append append) -> append(append);
      case Request.Change change -> change(change);
    };
  }

  /** Moves the head and tells whoever waits, both when the transaction is committed. */
  void finish() throws SQLException {
    flush();
    insert.close();
    if (nextPosition > firstPosition) {
      Sql move =
          new Sql(schema)
              .add(
                  "UPDATE {s}.head SET next_position = ?, recorded_us = ?"
                      + " RETURNING pg_notify(?, '')",
                  nextPosition,
                  recordedUs,
                  schema);
      try (PreparedStatement statement = move.prepare(connection)) {
        statement.executeQuery().close();
      }
    }
  }

  private AppendResult append(Append append) throws SQLException {
    AppendResult first = firstResult(append);
    if (first != null) {
      return first;
    }
    append.writes().forEach(write -> stream(write.stream()).requireNotTombstoned());
    Map<String, ExpectedRevision> expectations = append.expectations();
    expectations.keySet().forEach(stream -> stream(stream).requireNotTombstoned());
    expectations.forEach((stream, expected) -> stream(stream).require(expected));
    if (append.condition() != null) {
      requireNoMatch(append.condition());
    }
    long frame = nextPosition;
    var lastRevisions = new HashMap<String, Revision>();
    for (Append.Write write : append.writes()) {
      for (Event event : write.events()) {
        lastRevisions.put(write.stream(), write(frame, write.stream(), event));
      }
    }
    return new AppendResult(
        new Position(frame),
        new Position(nextPosition - 1),
        lastRevisions,
        Sql.instant(recordedUs));
  }

  private AppendResult change(Request.Change change) throws SQLException {
    StreamNow before = stream(change.stream());
    before.requireNotTombstoned();
    before.require(change.expected());
    long position = nextPosition;
    String system = SystemEvents.systemStreamOf(change.stream());
    StreamNow after;
    Event event;
    switch (change.what()) {
      case Request.What.Settings(StreamSettings settings) -> {
        after = before.with(settings);
        event = Event.of(SystemEvents.STREAM_SETTINGS_CHANGED, settings.toPayload());
      }
      case Request.What.Delete _ -> {
        after = before.deleted();
        var next = StreamSettings.none().withTruncateBefore(new Revision(before.count()));
        event = Event.of(SystemEvents.STREAM_DELETED, next.toPayload());
      }
      case Request.What.Tombstone _ -> {
        after = before.closed();
        event = Event.of(SystemEvents.STREAM_TOMBSTONED, Payload.json("{}"));
      }
    }
    Revision revision = write(position, system, event);
    flush();
    streams.put(change.stream(), after);
    StreamSettings settings = after.settings();
    Sql store = new Sql(schema).add("INSERT INTO {s}.stream_states VALUES (?, ?, ?, ?, ?, ?, ?)");
    try (PreparedStatement statement = store.prepare(connection)) {
      statement.setString(1, change.stream());
      statement.setLong(2, position);
      setLong(statement, 3, settings.maxCount().isPresent() ? settings.maxCount().getAsLong() : -1);
      setLong(statement, 4, settings.maxAge().map(age -> age.toMillis()).orElse(-1L));
      setLong(statement, 5, settings.truncateBefore().map(Revision::value).orElse(-1L));
      setLong(statement, 6, after.deletedBefore());
      statement.setBoolean(7, after.tombstoned());
      statement.executeUpdate();
    }
    return new AppendResult(
        new Position(position),
        new Position(position),
        Map.of(system, revision),
        Sql.instant(recordedUs));
  }

  private static void setLong(PreparedStatement statement, int index, long value)
      throws SQLException {
    if (value < 0) {
      statement.setNull(index, Types.BIGINT);
    } else {
      statement.setLong(index, value);
    }
  }

  private StreamNow stream(String stream) {
    return streams.get(stream);
  }

  private Revision write(long frame, String stream, Event event) throws SQLException {
    StreamNow before = stream(stream);
    insert.setLong(1, nextPosition++);
    insert.setLong(2, frame);
    insert.setString(3, stream);
    insert.setLong(4, before.count());
    insert.setString(5, Query.categoryOf(stream).orElse(null));
    insert.setString(6, event.type());
    insert.setObject(7, Sql.array(connection, event.tags()));
    insert.setObject(8, event.id());
    insert.setLong(9, recordedUs);
    insert.setBytes(10, event.data().toByteArray());
    insert.setString(11, event.data().contentType());
    insert.setBytes(12, event.metadata().toByteArray());
    insert.setString(13, event.metadata().contentType());
    insert.addBatch();
    waiting++;
    written.add(event.id());
    streams.put(stream, before.plus(1));
    return new Revision(before.count());
  }

  /** Sends what was written, so that later statements of this transaction see it. */
  private void flush() throws SQLException {
    if (waiting > 0) {
      insert.executeBatch();
      waiting = 0;
    }
  }

  private void requireNoMatch(AppendCondition condition) throws SQLException {
    flush();
    Sql match =
        new Sql(schema)
            .add("SELECT e.position")
            .addVisible(nextPosition - 1, now)
            .addNotSystem()
            .addMatching(condition.failIfMatches())
            .add("AND e.position > ? ORDER BY e.position LIMIT 1", condition.after().value());
    try (PreparedStatement statement = match.prepare(connection);
        ResultSet row = statement.executeQuery()) {
      if (row.next()) {
        throw new AppendConditionException(condition, new Position(row.getLong(1)));
      }
    }
  }

  private AppendResult firstResult(Append append) throws SQLException {
    List<UUID> ids = ids(append);
    if (ids.stream().anyMatch(written::contains)) {
      flush(); // the same group holds the first of them
      known.putAll(lookUp(ids));
    }
    Stored first = known.get(ids.getFirst());
    if (first == null) {
      for (UUID id : ids) {
        if (known.containsKey(id)) {
          throw new IdempotencyConflictException(id, new Position(known.get(id).position()));
        }
      }
      return null;
    }
    AppendResult result = first.frame() == first.position() ? frameAt(first, append) : null;
    if (result == null) {
      throw new IdempotencyConflictException(ids.getFirst(), new Position(first.position()));
    }
    return result;
  }

  /** The result of the stored append, or null if it is not the same as this one. */
  private AppendResult frameAt(Stored first, Append append) throws SQLException {
    var expected = new ArrayList<Map.Entry<UUID, String>>();
    for (Append.Write write : append.writes()) {
      write.events().forEach(event -> expected.add(Map.entry(event.id(), write.stream())));
    }
    var lastRevisions = new HashMap<String, Revision>();
    var stored = new ArrayList<Map.Entry<UUID, String>>();
    long recorded = 0;
    Sql frame =
        new Sql(schema)
            .add(
                "SELECT id, stream, revision, recorded_us FROM {s}.events"
                    + " WHERE position BETWEEN ? AND ? AND frame = ? ORDER BY position",
                first.position(),
                first.position() + expected.size(), // one more, if it is there
                first.frame());
    try (PreparedStatement statement = frame.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        stored.add(Map.entry(rows.getObject(1, UUID.class), rows.getString(2)));
        lastRevisions.put(rows.getString(2), new Revision(rows.getLong(3)));
        recorded = rows.getLong(4);
      }
    }
    return !stored.equals(expected)
        ? null
        : new AppendResult(
            new Position(first.position()),
            new Position(first.position() + stored.size() - 1),
            lastRevisions,
            Sql.instant(recorded));
  }

  private Map<UUID, Stored> lookUp(List<UUID> ids) throws SQLException {
    Map<UUID, Stored> found = new HashMap<>();
    if (ids.isEmpty()) {
      return found;
    }
    Sql select =
        new Sql(schema).add("SELECT id, position, frame FROM {s}.events WHERE id = ANY (?)", ids);
    try (PreparedStatement statement = select.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.put(rows.getObject(1, UUID.class), new Stored(rows.getLong(2), rows.getLong(3)));
      }
    }
    return found;
  }

  private static List<UUID> ids(Append append) {
    return append.writes().stream()
        .flatMap(write -> write.events().stream())
        .map(Event::id)
        .toList();
  }
}
