package postgresspike;

import static io.daybook.eventstore.ExpectedRevision.any;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.SubscriptionMessage.Delivered;
import io.daybook.eventstore.SubscriptionRequest;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * Rough figures: appends a second by 64 writers, each to its own stream, one event of 256 bytes per
 * append, every commit on disk. Run by hand; the arguments are seconds and rounds.
 */
final class Measurements {
  private static final int WRITERS = 64;
  private static final Payload DATA = Payload.of(new byte[256], "application/octet-stream");

  private final Server server;
  private final int seconds;

  private Measurements(Server server, int seconds) {
    this.server = server;
    this.seconds = seconds;
  }

  /** One append of the writer with that number. */
  private interface Work {
    void append(int writer) throws Exception;
  }

  private record Variant(String name, int writers, Preparation preparation) {
    Variant(String name, Preparation preparation) {
      this(name, WRITERS, preparation);
    }
  }

  private interface Preparation {
    Work prepare(String schema) throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    int seconds = Integer.parseInt(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    try (Server server = Server.start(true).warm(140)) {
      var measurements = new Measurements(server, seconds);
      measurements.printSettings();
      for (int round = 1; round <= rounds; round++) {
        System.out.println("round " + round + ", write + fdatasync of 4 KiB: " + syncMicros());
        List<Variant> variants = measurements.variants();
        for (Variant variant : round % 2 == 0 ? variants.reversed() : variants) {
          measurements.run(variant);
        }
      }
      measurements.measureWakeUp();
      measurements.measureOldSnapshot();
      measurements.measureHorizon();
      measurements.measureReads();
    }
    System.exit(0);
  }

  private List<Variant> variants() {
    return List.of(
        new Variant(
            "1 store of 1 writer",
            1,
            schema -> {
              EventStore store = server.open(schema, InstantSource.system(), 256);
              return writer -> append(store, writer);
            }),
        new Variant(
            "64 stores of 1 writer",
            schema -> {
              var stores = server.openGroup(schema, InstantSource.system(), WRITERS).stores();
              return writer -> append(stores.get(writer), writer);
            }),
        new Variant(
            "8 stores of 8 writers, grouped",
            schema -> {
              var stores = new ArrayList<EventStore>();
              for (int i = 0; i < 8; i++) {
                stores.add(server.open(schema, InstantSource.system(), 256));
              }
              return writer -> append(stores.get(writer % 8), writer);
            }),
        new Variant(
            "1 store of 64 writers, grouped",
            schema -> {
              EventStore store = server.open(schema, InstantSource.system(), 256);
              return writer -> append(store, writer);
            }),
        new Variant(
            "function in one round trip, head row",
            schema -> {
              create(schema, "PERFORM 1 FROM head FOR UPDATE;");
              return writer -> call(schema, "append_one", writer);
            }),
        new Variant(
            "function in one round trip, advisory lock",
            schema -> {
              create(schema, "PERFORM pg_advisory_xact_lock(hashtext('" + schema + "'));");
              return writer -> call(schema, "append_one", writer);
            }),
        new Variant(
            "the same, lock let go before the sync",
            schema -> {
              create(
                  schema,
                  "SET LOCAL synchronous_commit = off;"
                      + " PERFORM pg_advisory_xact_lock(hashtext('"
                      + schema
                      + "'));");
              return writer -> {
                call(schema, "append_one", writer);
                execute("SELECT pg_logical_emit_message(false, 'daybook', '', true)");
              };
            }),
        new Variant(
            "no lock: a sequence (no checks, gaps)",
            schema -> {
              execute("CREATE SEQUENCE " + schema + ".positions");
              return writer ->
                  insert(
                      schema,
                      "nextval('" + schema + ".positions')",
                      "w-" + writer + UUID.randomUUID());
            }));
  }

  private static void append(EventStore store, int writer) {
    store.append("w-" + writer, any(), Event.of("Measured", DATA));
  }

  /** What a store does for one event, inside the database. */
  private void create(String schema, String lock) throws SQLException {
    execute(
        """
        CREATE FUNCTION {s}.append_one(name text, event_id uuid, bytes bytea) RETURNS bigint
        LANGUAGE plpgsql SET search_path = {s} AS $$
        DECLARE
          place bigint;
          number bigint;
        BEGIN
          {lock}
          SELECT next_position INTO place FROM head;
          PERFORM 1 FROM events WHERE id = event_id;
          SELECT coalesce(max(revision), -1) + 1 INTO number FROM events WHERE stream = name;
          INSERT INTO events VALUES (place, place, name, number, 'w', 'Measured', '{}', event_id,
            0, bytes, 'application/octet-stream', '', 'application/json');
          UPDATE head SET next_position = place + 1;
          PERFORM pg_notify('{s}', '');
          RETURN place;
        END $$
        """
            .replace("{lock}", lock)
            .replace("{s}", schema));
  }

  private void call(String schema, String function, int writer) throws SQLException {
    try (Connection connection = server.pool().getConnection();
        var statement =
            connection.prepareStatement("SELECT " + schema + "." + function + "(?, ?, ?)")) {
      statement.setString(1, "w-" + writer);
      statement.setObject(2, Event.newId());
      statement.setBytes(3, DATA.toByteArray());
      statement.executeQuery().close();
    }
  }

  private void insert(String schema, String position, String stream) throws SQLException {
    try (Connection connection = server.pool().getConnection();
        var statement =
            connection.prepareStatement(
                "INSERT INTO "
                    + schema
                    + ".events VALUES ("
                    + position
                    + ", 0, ?, 0, 'w', 'Measured', '{}', ?, 0, ?, 'x', '', 'x')")) {
      statement.setString(1, stream);
      statement.setObject(2, Event.newId());
      statement.setBytes(3, DATA.toByteArray());
      statement.executeUpdate();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = server.pool().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String query(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private void run(Variant variant) throws Exception {
    Work work = variant.preparation().prepare(server.newSchema());
    var nanos = new ConcurrentLinkedQueue<Long>();
    long begin = System.nanoTime();
    var stop = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var writers = new ArrayList<Future<?>>();
      for (int i = 0; i < variant.writers(); i++) {
        int writer = i;
        writers.add(
            threads.submit(() -> {
              while (!stop.get()) {
                long start = System.nanoTime();
                work.append(writer);
                nanos.add(System.nanoTime() - start);
              }
              return null;
            }));
      }
      TimeUnit.SECONDS.sleep(seconds);
      stop.set(true);
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    double elapsed = (System.nanoTime() - begin) / 1e9;
    long[] sorted = nanos.stream().mapToLong(n -> n).sorted().toArray();
    System.out.printf(
        "%-45s %7.0f appends/s, p50 %6.1f ms, p99 %6.1f ms%n",
        variant.name(),
        sorted.length / elapsed,
        sorted[sorted.length / 2] / 1e6,
        sorted[sorted.length * 99 / 100] / 1e6);
  }

  /** From the return of an append to the delivery to a subscriber that waits in another store. */
  private void measureWakeUp() throws Exception {
    String schema = server.newSchema();
    EventStore writer = server.open(schema, InstantSource.system(), 256);
    EventStore reader = server.open(schema, InstantSource.system(), 256);
    try (var subscription = reader.subscribe(SubscriptionRequest.of(Query.everything()))) {
      subscription.next(); // caught up
      var nanos = new long[200];
      for (int i = 0; i < nanos.length; i++) {
        append(writer, 0);
        long appended = System.nanoTime();
        while (!(subscription.next() instanceof Delivered)) {}
        nanos[i] = System.nanoTime() - appended;
      }
      Arrays.sort(nanos);
      System.out.printf(
          "delivered after the append returned: p50 %.1f ms, p99 %.1f ms%n",
          nanos[100] / 1e6, nanos[197] / 1e6);
    }
  }

  /** An old snapshot of anybody keeps dead versions of the head's row from being cleared away. */
  private void measureOldSnapshot() throws Exception {
    String schema = server.newSchema();
    EventStore store = server.open(schema, InstantSource.system(), 256);
    append(store, 0);
    for (boolean old : new boolean[] {false, true}) {
      try (Connection stalled = server.foreignSession()) {
        stalled.setAutoCommit(false);
        stalled.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        if (old) {
          query(stalled, "SELECT count(*) FROM " + schema + ".events");
        }
        var stores = server.openGroup(schema, InstantSource.system(), WRITERS).stores();
        run(
            new Variant(
                "64 stores, " + (old ? "beside an old snapshot" : "no old snapshot"),
                _ -> writer -> append(stores.get(writer), writer)));
        long start = System.nanoTime();
        for (int i = 0; i < 200; i++) {
          store.head();
        }
        System.out.printf("head() takes %.2f ms%n", (System.nanoTime() - start) / 200e6);
        stalled.rollback();
      }
    }
  }

  /** What readers of a sequence see: naively, and up to the oldest transaction that is open. */
  private void measureHorizon() throws Exception {
    String schema = server.newSchema();
    execute("CREATE SEQUENCE " + schema + ".positions");
    execute("ALTER TABLE " + schema + ".events ADD xid xid8 DEFAULT pg_current_xact_id()");
    var writing = new AtomicBoolean(true);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection reader = server.pool().getConnection();
        Connection stalled = server.foreignSession()) {
      for (int i = 0; i < WRITERS; i++) {
        threads.submit(() -> {
          while (writing.get()) {
            insert(schema, "nextval('" + schema + ".positions')", "" + UUID.randomUUID());
          }
          return null;
        });
      }
      long last = 0;
      long seen = 0;
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      while (System.nanoTime() < end) {
        var page =
            query(
                    reader,
                    "SELECT count(*) || ' ' || coalesce(max(position), "
                        + last
                        + ") FROM "
                        + schema
                        + ".events WHERE position > "
                        + last)
                .split(" ");
        seen += Long.parseLong(page[0]);
        last = Long.parseLong(page[1]);
      }
      String upToLast =
          query(reader, "SELECT count(*) FROM " + schema + ".events WHERE position <= " + last);
      System.out.printf(
          "naive reader of a sequence: skipped %d of %s events%n",
          Long.parseLong(upToLast) - seen, upToLast);
      stalled.setAutoCommit(false);
      query(stalled, "SELECT pg_current_xact_id()");
      TimeUnit.SECONDS.sleep(1);
      String horizon =
          "SELECT count(*) FROM "
              + schema
              + ".events WHERE xid < pg_snapshot_xmin(pg_current_snapshot())";
      long before = Long.parseLong(query(reader, horizon));
      long storedBefore =
          Long.parseLong(query(reader, "SELECT count(*) FROM " + schema + ".events"));
      TimeUnit.SECONDS.sleep(seconds);
      long after = Long.parseLong(query(reader, horizon));
      long storedAfter =
          Long.parseLong(query(reader, "SELECT count(*) FROM " + schema + ".events"));
      System.out.printf(
          "beside a stalled transaction %d were stored, the horizon showed %d of them%n",
          storedAfter - storedBefore, after - before);
      stalled.rollback();
      writing.set(false);
    }
  }

  /** A million events: one in two with the tag "even", one in ten thousand with the tag "rare". */
  private void measureReads() throws Exception {
    String schema = server.newSchema();
    execute(
        """
        INSERT INTO {s}.events SELECT n, n, 's-' || n % 1000, n / 1000, 's', 'T' || n % 10,
          CASE WHEN n % 10000 = 0 THEN '{even,rare}' WHEN n % 2 = 0 THEN '{even}' ELSE '{odd}' END
            ::text[],
          gen_random_uuid(), n, decode(repeat('ab', 256), 'hex'), 'x', '', 'x'
        FROM generate_series(0, 999999) AS n;
        UPDATE {s}.head SET next_position = 1000000;
        ANALYZE {s}.events
        """
            .replace("{s}", schema));
    EventStore store = server.open(schema, InstantSource.system(), 256);
    for (Query query :
        List.of(
            Query.everything(),
            Query.stream("s-7"),
            Query.types("T3"),
            Query.tags("rare"),
            Query.tags("even"),
            Query.tags("rare").or(Query.stream("s-7")))) {
      long start = System.nanoTime();
      long count = 0;
      double firstMillis = 0;
      try (var read = store.read(query)) {
        for (var _ : read) {
          firstMillis = count++ == 0 ? (System.nanoTime() - start) / 1e6 : firstMillis;
        }
      }
      double elapsed = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "read %7d of a million in %6.2f s, the first after %6.1f ms: %s%n",
          count, elapsed, firstMillis, query);
    }
  }

  private void printSettings() throws SQLException {
    try (Connection connection = server.pool().getConnection()) {
      for (String setting : List.of("server_version", "fsync", "synchronous_commit")) {
        System.out.println(setting + " = " + query(connection, "SHOW " + setting));
      }
    }
  }

  private static String syncMicros() throws Exception {
    var file = Files.createTempFile("sync", ".bin");
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      var block = ByteBuffer.allocate(4_096);
      long[] nanos =
          IntStream.range(0, 200)
              .mapToLong(_ -> {
                try {
                  long start = System.nanoTime();
                  channel.write(block.clear());
                  channel.force(false);
                  return System.nanoTime() - start;
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              })
              .sorted()
              .toArray();
      return "p50 " + nanos[100] / 1_000 + " µs, p99 " + nanos[197] / 1_000 + " µs";
    } finally {
      Files.delete(file);
    }
  }
}
