package postgresspike;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.noStream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.SubscriptionMessage.Delivered;
import io.daybook.eventstore.SubscriptionRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transaction that has written and does not end, beside 64 writers and those who follow. */
@Timeout(60)
class StalledTransactionTest {
  private static final int WRITERS = 64;
  private static final int APPENDS = 20;

  private static Server server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private String schema;
  private StoreGroup stores;

  @BeforeAll
  static void start() throws Exception {
    server = Server.start(Boolean.getBoolean("durable")).warm(100);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    schema = server.newSchema();
    stores = server.openGroup(schema, InstantSource.system(), WRITERS);
    stores.append("first-1", noStream(), Event.json("First", "{}"));
  }

  @AfterEach
  void close() {
    stores.close();
    threads.close();
  }

  /** One of our own sessions, its process gone: the server ends it, and nobody skips anything. */
  @Test
  void aStalledWriterIsEndedByTheServerAndNothingIsSkipped() throws Exception {
    Connection stalled = server.pool().getConnection();
    long begin = System.nanoTime();
    writeWithoutCommit(stalled, false);
    Future<List<Long>> follower = follow(1 + WRITERS * APPENDS);
    List<Future<Long>> writers = startWriters();
    while (millisSince(begin) < Server.IDLE_TIMEOUT.toMillis() / 2) {
      assertEquals(Position.FIRST, stores.head());
      assertEquals(List.of("First"), types(stores.read(Query.everything()).toList()));
      assertTrue(writers.stream().noneMatch(Future::isDone));
      TimeUnit.MILLISECONDS.sleep(10);
    }
    long firstDone = Long.MAX_VALUE;
    for (Future<Long> writer : writers) {
      firstDone = Math.min(firstDone, writer.get());
    }
    print("the stalled writer was ended, the first append came after ms", (firstDone - begin));
    print("all " + WRITERS * APPENDS + " appends were done after ms", System.nanoTime() - begin);
    assertDense(1 + WRITERS * APPENDS);
    assertEquals(LongStream.range(0, 1 + WRITERS * APPENDS).boxed().toList(), follower.get());
    assertTrue(stores.read(Query.types("Stalled")).toList().isEmpty());
    assertThrows(SQLException.class, stalled::commit);
    stalled.close();
  }

  /** It commits after all: its event stands before those that waited, and is delivered first. */
  @Test
  void aStalledWriterThatCommitsComesBeforeThoseWhoWaited() throws Exception {
    try (Connection stalled = server.pool().getConnection()) {
      writeWithoutCommit(stalled, true);
      Future<List<Long>> follower = follow(2 + WRITERS * APPENDS);
      List<Future<Long>> writers = startWriters();
      TimeUnit.SECONDS.sleep(1);
      assertTrue(writers.stream().noneMatch(Future::isDone));
      stalled.commit();
      for (Future<Long> writer : writers) {
        writer.get();
      }
      assertDense(2 + WRITERS * APPENDS);
      assertEquals(LongStream.range(0, 2 + WRITERS * APPENDS).boxed().toList(), follower.get());
      List<RecordedEvent> stalledEvents = stores.read(Query.types("Stalled")).toList();
      assertEquals(new Position(1), stalledEvents.getFirst().position());
    }
  }

  /** A session that no limit ends: writers fail in time, by name; readers notice nothing. */
  @Test
  void whereNothingEndsTheStalledSessionWritersFailInTime() throws Exception {
    List<Event> events =
        IntStream.range(0, WRITERS).mapToObj(_ -> Event.json("Retried", "{}")).toList();
    try (Connection stalled = server.foreignSession()) {
      writeWithoutCommit(stalled, false);
      long begin = System.nanoTime();
      List<Future<Long>> failures = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        failures.add(
            threads.submit(() -> {
              var failed =
                  assertThrows(
                      EventStoreFailedException.class, () -> append(writer, events.get(writer)));
              assertTrue(failed.getMessage().contains("append lock"), failed::getMessage);
              return System.nanoTime();
            }));
      }
      long slowestRead = 0;
      while (millisSince(begin) < Server.LOCK_TIMEOUT.toMillis() / 2) {
        long readBegin = System.nanoTime();
        assertEquals(List.of("First"), types(stores.read(Query.everything()).toList()));
        slowestRead = Math.max(slowestRead, System.nanoTime() - readBegin);
      }
      print("meanwhile the slowest read took ms", slowestRead);
      long last = begin;
      for (Future<Long> failure : failures) {
        last = Math.max(last, failure.get());
      }
      print("the last of 64 writers failed after ms", last - begin);
      stalled.rollback();
    }
    for (int i = 0; i < WRITERS; i++) {
      append(i, events.get(i));
    }
    assertDense(1 + WRITERS);
  }

  /** A transaction on other tables, which a design by transaction ids would have to wait for. */
  @Test
  void aTransactionElsewhereHoldsUpNobody() throws Exception {
    try (Connection stalled = server.foreignSession();
        var statement = stalled.createStatement()) {
      stalled.setAutoCommit(false);
      statement.execute("CREATE TABLE elsewhere (a int)");
      Future<List<Long>> follower = follow(1 + WRITERS * APPENDS);
      for (Future<Long> writer : startWriters()) {
        writer.get();
      }
      assertEquals(1 + WRITERS * APPENDS, follower.get().size());
      assertDense(1 + WRITERS * APPENDS);
      stalled.rollback();
    }
  }

  /** Does what an append does, up to its commit. */
  private void writeWithoutCommit(Connection connection, boolean moveHead) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute(AppendTransaction.lockAndLook(schema));
      statement.execute(
          "INSERT INTO "
              + schema
              + ".events SELECT next_position, next_position, 'stalled-1', 0, 'stalled',"
              + " 'Stalled', '{}', gen_random_uuid(), recorded_us, '', 'application/json', '',"
              + " 'application/json' FROM "
              + schema
              + ".head");
      if (moveHead) {
        statement.execute("UPDATE " + schema + ".head SET next_position = next_position + 1");
      }
    }
  }

  private List<Future<Long>> startWriters() {
    var writers = new ArrayList<Future<Long>>();
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      Callable<Long> work =
          () -> {
            long first = 0;
            for (int n = 0; n < APPENDS; n++) {
              PostgresStore store = stores.stores().get(writer);
              store.append("w-" + writer, any(), event(n));
              first = first == 0 ? System.nanoTime() : first;
            }
            return first;
          };
      writers.add(threads.submit(work));
    }
    return writers;
  }

  /** Each writer has a store of its own, which decides one request after another. */
  private void append(int writer, Event event) {
    stores.stores().get(writer).append("w-" + writer, noStream(), event);
  }

  private static Event event(int number) {
    return Event.json("E" + number, "{}");
  }

  private Future<List<Long>> follow(int count) {
    return threads.submit(() -> {
      var seen = new ArrayList<Long>();
      try (var subscription =
          stores.stores().getFirst().subscribe(SubscriptionRequest.of(Query.everything()))) {
        while (seen.size() < count) {
          if (subscription.next() instanceof Delivered(RecordedEvent event)) {
            seen.add(event.position().value());
          }
        }
      }
      return seen;
    });
  }

  private void assertDense(long count) {
    List<Long> positions =
        stores.read(Query.everything()).toList().stream().map(e -> e.position().value()).toList();
    assertEquals(LongStream.range(0, count).boxed().toList(), positions);
  }

  private static List<String> types(List<RecordedEvent> events) {
    return events.stream().map(RecordedEvent::type).toList();
  }

  private static long millisSince(long nanoTime) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
  }

  private static void print(String what, long nanos) {
    System.out.println(what + ": " + TimeUnit.NANOSECONDS.toMillis(nanos));
  }
}
