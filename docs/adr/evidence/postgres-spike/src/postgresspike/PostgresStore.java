package postgresspike;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.CheckpointMismatchException;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.EventStoreException;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;

/** A store in one schema of a PostgreSQL database. Any number of them may share the schema. */
final class PostgresStore implements EventStore {
  /** A page ends when its events have so many bytes, or after one larger event. */
  private static final long PAGE_BYTES = 4 << 20;

  private final DataSource dataSource;
  private final String schema;
  private final InstantSource clock;
  private final Appender appender;
  private final HeadWatch watch;
  private final UUID storeId;
  private final long epoch;
  private volatile boolean closed;

  /**
   * A store whose tables are there already.
   *
   * @param largestGroup the most requests that are decided in one transaction
   */
  PostgresStore(DataSource dataSource, String schema, InstantSource clock, int largestGroup)
      throws SQLException {
    this.dataSource = dataSource;
    this.schema = schema;
    this.clock = clock;
    this.appender = new Appender(dataSource, schema, clock, largestGroup);
    this.watch = new HeadWatch(dataSource, schema, this::isClosed);
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            new Sql(schema).add("SELECT store_id, epoch FROM {s}.head").prepare(connection);
        ResultSet row = statement.executeQuery()) {
      row.next();
      storeId = row.getObject(1, UUID.class);
      epoch = row.getLong(2);
    }
  }

  @Override
  public AppendResult append(Append append) {
    return join(appendAsync(append));
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    return appender.add(new Request.Events(Objects.requireNonNull(append, "append")));
  }

  @Override
  public AppendResult changeSettings(
      String stream, ExpectedRevision expected, StreamSettings settings) {
    return change(stream, expected, new Request.What.Settings(Objects.requireNonNull(settings)));
  }

  @Override
  public AppendResult delete(String stream, ExpectedRevision expected) {
    return change(stream, expected, new Request.What.Delete());
  }

  @Override
  public AppendResult tombstone(String stream, ExpectedRevision expected) {
    return change(stream, expected, new Request.What.Tombstone());
  }

  private AppendResult change(String stream, ExpectedRevision expected, Request.What what) {
    Limits.requireStreamName(stream);
    Objects.requireNonNull(expected, "expected");
    if (Limits.isSystemName(stream)) {
      throw new IllegalArgumentException("streams that start with $ are the system's: " + stream);
    }
    return join(appender.add(new Request.Change(stream, expected, what)));
  }

  private static AppendResult join(CompletableFuture<AppendResult> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof EventStoreException refused) {
        throw refused;
      }
      throw e;
    }
  }

  @Override
  public ReadResult<RecordedEvent> read(ReadRequest request) {
    Objects.requireNonNull(request, "request");
    long head = head().value();
    Instant now = clock.instant();
    long asOf =
        switch (request.asOf()) {
          case ReadRequest.AsOf.Now _ -> head;
          case ReadRequest.AsOf.AtPosition(Position position) -> Math.min(head, position.value());
          case ReadRequest.AsOf.AtInstant(Instant instant) -> lastRecordedBy(instant, head);
        };
    var bounds = new Bounds(head, now, 0, asOf, request.backwards(), request.systemEvents());
    switch (request.from()) {
      case ReadRequest.From.AtPosition(Position position) ->
          bounds.startAt(Math.max(position.value(), request.backwards() ? -1 : 0));
      case ReadRequest.From.AtRevision(Revision revision) -> bounds.revision = revision.value();
      case ReadRequest.From.Edge _ -> {}
    }
    return new PagedResult<>(
        new Position(asOf),
        request.limit(),
        this::isClosed,
        (target, most) -> load(request.query(), bounds, target, most));
  }

  /** What is still to be read. */
  private static final class Bounds {
    final long head;
    final Instant now;
    final boolean backwards;
    final boolean systemEvents;
    long low;
    long high;
    long revision = -1;

    Bounds(long head, Instant now, long low, long high, boolean backwards, boolean systemEvents) {
      this.head = head;
      this.now = now;
      this.low = low;
      this.high = high;
      this.backwards = backwards;
      this.systemEvents = systemEvents;
    }

    void startAt(long position) {
      if (backwards) {
        high = Math.min(high, position);
      } else {
        low = Math.max(low, position);
      }
    }
  }

  void loadForwards(
      SubscriptionRequest request,
      long low,
      long high,
      long head,
      Queue<RecordedEvent> target,
      int most) {
    load(
        request.query(),
        new Bounds(head, clock.instant(), low, high, false, request.systemEvents()),
        target,
        most);
  }

  /** Loads a page, moves the bounds behind it, and says whether there may be more. */
  private boolean load(Query query, Bounds bounds, Queue<RecordedEvent> target, int most) {
    if (bounds.low > bounds.high) {
      return false;
    }
    String order = bounds.backwards ? "ORDER BY position DESC" : "ORDER BY position";
    Sql page =
        new Sql(schema).add("SELECT e.*, octet_length(data) + octet_length(metadata) AS size");
    page.addVisible(bounds.head, bounds.now).addMatching(query);
    page.add("AND e.position BETWEEN ? AND ?", bounds.low, bounds.high);
    if (!bounds.systemEvents) {
      page.addNotSystem();
    }
    if (bounds.revision >= 0) {
      page.add(bounds.backwards ? "AND revision <= ?" : "AND revision >= ?", bounds.revision);
    }
    page.add(order + " LIMIT ?", most);
    Sql sql =
        new Sql(schema)
            .add("SELECT " + Sql.COLUMNS + ", found FROM (SELECT *, count(*) OVER () AS found,")
            .add("sum(size) OVER (" + order + ") - size AS bytes_before FROM (")
            .add(page)
            .add(") AS page) AS sized WHERE bytes_before < ?", PAGE_BYTES)
            .add(order);
    return withConnection(connection -> {
      int loaded = 0;
      long found = 0;
      try (PreparedStatement statement = sql.prepare(connection);
          ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          RecordedEvent event = Sql.event(rows);
          target.add(event);
          bounds.startAt(event.position().value() + (bounds.backwards ? -1 : 1));
          found = rows.getLong("found");
          loaded++;
        }
      }
      return loaded < found || found == most;
    });
  }

  private long lastRecordedBy(Instant instant, long head) {
    Sql sql =
        new Sql(schema)
            .add("SELECT position FROM {s}.events WHERE recorded_us <= ?", Sql.micros(instant))
            .add("AND position <= ? ORDER BY recorded_us DESC, position DESC LIMIT 1", head);
    return withConnection(connection -> {
      try (PreparedStatement statement = sql.prepare(connection);
          ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getLong(1) : -1;
      }
    });
  }

  @Override
  public Optional<RecordedEvent> find(UUID eventId) {
    Objects.requireNonNull(eventId, "eventId");
    long head = head().value();
    Sql sql = new Sql(schema).add("SELECT e.*").addVisible(head, clock.instant());
    sql.add("AND e.id = ?", eventId);
    return withConnection(connection -> {
      try (PreparedStatement statement = sql.prepare(connection);
          ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(Sql.event(row)) : Optional.empty();
      }
    });
  }

  @Override
  public Subscription subscribe(SubscriptionRequest request) {
    Objects.requireNonNull(request, "request");
    requireOpen();
    long after =
        switch (request.start()) {
          case SubscriptionRequest.Start.Beginning _ -> -1;
          case SubscriptionRequest.Start.End _ -> head().value();
          case SubscriptionRequest.Start.After(Checkpoint checkpoint) -> accept(checkpoint);
        };
    return new PostgresSubscription(this, request, after);
  }

  private long accept(Checkpoint checkpoint) {
    Checkpoint head = checkpoint(head());
    if (!checkpoint.storeId().equals(storeId)
        || checkpoint.epoch() != epoch
        || checkpoint.position().compareTo(head.position()) > 0) {
      throw new CheckpointMismatchException(checkpoint, head);
    }
    return checkpoint.position().value();
  }

  @Override
  public Position head() {
    return new Position(withConnection(connection -> head(connection, schema)));
  }

  static long head(Connection connection, String schema) throws SQLException {
    try (PreparedStatement statement =
            new Sql(schema).add("SELECT next_position - 1 FROM {s}.head").prepare(connection);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public Checkpoint checkpointAt(Position position) {
    requireOpen();
    return checkpoint(position);
  }

  Checkpoint checkpoint(Position position) {
    return new Checkpoint(storeId, epoch, position);
  }

  @Override
  public Optional<StreamInfo> streamInfo(String stream) {
    Limits.requireStreamName(stream);
    long head = head().value();
    Sql first = new Sql(schema).add("SELECT min(e.revision)").addVisible(head, clock.instant());
    first.add("AND e.stream = ?", stream);
    return withConnection(connection -> {
      StreamNow now = StreamNow.load(connection, schema, List.of(stream), head).get(stream);
      if (Limits.isSystemName(stream) || (now.count() == 0 && !now.known())) {
        return Optional.empty();
      }
      try (PreparedStatement statement = first.prepare(connection);
          ResultSet row = statement.executeQuery()) {
        row.next();
        Long visible = row.getObject(1, Long.class);
        return Optional.of(
            new StreamInfo(
                stream,
                now.tombstoned()
                    ? StreamInfo.Status.TOMBSTONED
                    : now.isDeleted() ? StreamInfo.Status.DELETED : StreamInfo.Status.ACTIVE,
                now.count() == 0 ? null : new Revision(now.count() - 1),
                visible == null ? null : new Revision(visible),
                now.settings()));
      }
    });
  }

  @Override
  public ReadResult<String> list(Dimension dimension, String prefix) {
    Objects.requireNonNull(prefix, "prefix");
    String name =
        switch (dimension) {
          case STREAM -> "e.stream";
          case CATEGORY -> "e.category";
          case TYPE -> "e.type";
          case TAG -> "unnest(e.tags)";
        };
    long head = head().value();
    Instant now = clock.instant();
    var last = new String[] {""};
    return new PagedResult<>(
        new Position(head),
        Long.MAX_VALUE,
        this::isClosed,
        (target, most) -> {
          Sql names = new Sql(schema).add("SELECT DISTINCT name COLLATE \"C\" AS name FROM (");
          names.add("SELECT " + name + " AS name").addVisible(head, now).addNotSystem();
          names.add(") AS n WHERE name > ? AND starts_with(name, ?)", last[0], prefix);
          names.add("ORDER BY 1 LIMIT ?", most);
          return withConnection(connection -> {
            int before = target.size();
            try (PreparedStatement statement = names.prepare(connection);
                ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                last[0] = rows.getString(1);
                target.add(last[0]);
              }
            }
            return target.size() - before == most;
          });
        });
  }

  @Override
  public void close() {
    closed = true;
    watch.wakeAll();
    try {
      appender.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  HeadWatch watch() {
    return watch;
  }

  boolean isClosed() {
    return closed;
  }

  private void requireOpen() {
    if (closed) {
      throw new EventStoreClosedException("the store is closed; open another");
    }
  }

  private interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  private <T> T withConnection(Work<T> work) {
    requireOpen();
    try (Connection connection = dataSource.getConnection()) {
      return work.with(connection);
    } catch (SQLException e) {
      throw new EventStoreFailedException("PostgreSQL failed: " + e.getMessage(), e);
    }
  }
}
