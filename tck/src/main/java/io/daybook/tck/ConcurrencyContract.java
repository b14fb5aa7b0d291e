package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.exactly;
import static io.daybook.eventstore.ExpectedRevision.noStream;
import static io.daybook.tck.Samples.all;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.events;
import static io.daybook.tck.Samples.positions;
import static io.daybook.tck.Samples.put;
import static io.daybook.tck.Samples.revisions;
import static io.daybook.tck.Samples.types;
import static io.daybook.tck.Samples.upTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds when many write, read and follow at the same time. */
public interface ConcurrencyContract extends StoreUnderTest {
  /** With 64 writers, positions are dense, and each writer's own events keep their order. */
  @Test
  default void positionsAreDenseUnderSixtyFourWriters() {
    List<List<AppendResult>> results =
        Parallel.run(
            patience(),
            64,
            writer ->
                () ->
                    IntStream.range(0, 10)
                        .mapToObj(i -> put(store(), "w-" + writer, "E" + i, "F" + i))
                        .toList());
    assertEquals(upTo(64 * 20), positions(all(store())));
    var taken = new TreeSet<Long>();
    results.forEach(each -> each.forEach(result -> taken.add(result.firstPosition().value())));
    assertEquals(640, taken.size(), "an append's positions belong to it alone");
    for (int writer = 0; writer < 64; writer++) {
      var own = store().read(Query.stream("w-" + writer)).toList();
      assertEquals(upTo(20), revisions(own));
      assertEquals(
          results.get(writer).stream().map(AppendResult::firstPosition).toList(),
          own.stream()
              .filter(event -> event.type().startsWith("E"))
              .map(RecordedEvent::position)
              .toList());
    }
  }

  /** With 64 writers of one stream, its revisions are dense, in the order of positions. */
  @Test
  default void revisionsOfOneStreamAreDenseUnderSixtyFourWriters() {
    List<Long> revisions =
        Parallel.run(
                patience(),
                64,
                writer -> () -> put(store(), "a-1", "E" + writer).lastRevision("a-1"))
            .stream()
            .map(revision -> revision.value())
            .sorted()
            .toList();
    assertEquals(upTo(64), revisions);
    assertEquals(upTo(64), revisions(store().read(Query.stream("a-1")).toList()));
  }

  /** Of many who expect the same revision exactly one wins, again and again. */
  @Test
  default void exactlyOneWriterWinsARevision() {
    for (int round = 0; round < 15; round++) {
      ExpectedRevision expected = round == 0 ? noStream() : exactly(round - 1);
      List<Boolean> wins =
          Parallel.run(
              patience(),
              16,
              writer ->
                  () -> succeeds(Append.to("a-1").expecting(expected).events(event("E" + writer))));
      assertEquals(1, wins.stream().filter(win -> win).count(), "winners of round " + round);
    }
    assertEquals(upTo(15), revisions(all(store())));
  }

  /** Of many who append unless a query matches exactly one wins, whatever stream it writes. */
  @Test
  default void exactlyOneWriterWinsACondition() {
    for (int round = 0; round < 15; round++) {
      String coupon = "coupon:" + round;
      List<Boolean> wins =
          Parallel.run(
              patience(),
              16,
              writer ->
                  () ->
                      succeeds(
                          Append.to("order-" + writer)
                              .events(event("Ordered", coupon))
                              .unless(Query.tags(coupon))));
      assertEquals(1, wins.stream().filter(win -> win).count(), "winners of round " + round);
    }
    assertEquals(15, all(store()).size());
  }

  /** Conditions after the head that was read let nobody overwrite another's decision. */
  @Test
  default void conditionsAfterTheHeadLoseNoUpdate() {
    Query query = Query.tags("counter:1");
    Parallel.run(
        patience(),
        8,
        writer ->
            () -> {
              int tries = 0;
              for (int done = 0; done < 5; ) {
                int count = 0;
                Position head;
                try (var read = store().read(query)) {
                  head = read.head();
                  for (RecordedEvent _ : read) {
                    count++;
                  }
                }
                Event next = event("Counted" + count, "counter:1");
                if (succeeds(Append.to("w-" + writer).events(next).unless(query, head))) {
                  done++;
                }
                assertTrue(++tries < Parallel.MOST_TRIES, "nobody ever wins");
              }
              return true;
            });
    assertEquals(
        IntStream.range(0, 40).mapToObj(i -> "Counted" + i).toList(),
        types(store().read(query).toList()));
  }

  /** A request that is sent by many at once is stored once, and all get the same result. */
  @Test
  default void retriesAtTheSameTimeAreStoredOnce() {
    for (int round = 0; round < 10; round++) {
      Append append =
          Append.to("a-" + round)
              .expecting(noStream())
              .events(events("A", "B"))
              .and("b-1")
              .events(event("C"));
      Set<AppendResult> results =
          Set.copyOf(Parallel.run(patience(), 16, _ -> () -> store().append(append)));
      assertEquals(1, results.size(), "different results of one request");
      assertEquals(3 * (round + 1), all(store()).size());
    }
  }

  /** What a reader has seen up to a head never changes: no gap in it fills later. */
  @Test
  default void readersNeverSeeAGapThatFillsLater() {
    List<Integer> seen = readWhile(this::readDense, () -> write(16, 40));
    seen.forEach(last -> assertEquals(16 * 40 - 1, last));
    assertEquals(upTo(16 * 40), positions(all(store())));
  }

  /** Readers see an append whole or not at all, over all of its streams. */
  @Test
  default void readersSeeAnAppendWholeOrNotAtAll() {
    List<Integer> seen =
        readWhile(
            this::readFives,
            () ->
                Parallel.run(
                    patience(),
                    8,
                    _ ->
                        () -> {
                          for (int i = 0; i < 20; i++) {
                            store()
                                .append(
                                    Append.to("from-1")
                                        .events(events("A", "B"))
                                        .and("to-1")
                                        .events(events("C", "D"))
                                        .and("from-1")
                                        .events(event("E")));
                          }
                          return true;
                        }));
    seen.forEach(count -> assertEquals(8 * 20 * 5, count));
  }

  /** Those who follow while others write get every event, once, in order. */
  @Test
  default void subscribersGetEveryEventOnceInOrderWhileOthersWrite() {
    List<Parallel.Running<List<Long>>> followers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      boolean fromBeginning = i % 2 == 0;
      followers.add(
          Parallel.start(() -> {
            SubscriptionRequest request = SubscriptionRequest.of(Query.category("w"));
            var from =
                fromBeginning ? request : request.after(store().checkpointAt(store().head()));
            try (var follower = new Follower(this, from)) {
              var seen = new ArrayList<Long>();
              while (seen.isEmpty() || seen.getLast() < 16 * 40 - 1) {
                seen.addAll(positions(follower.take(1)));
              }
              return seen;
            }
          }));
    }
    write(16, 40);
    for (Parallel.Running<List<Long>> follower : followers) {
      List<Long> seen = follower.result(patience());
      assertEquals(upTo(16 * 40).subList(seen.getFirst().intValue(), 16 * 40), seen);
    }
    assertEquals(upTo(16 * 40), followers.getFirst().result(patience()));
  }

  /** A writer reads what it wrote, whoever else writes. */
  @Test
  default void aWriterReadsWhatItWrote() {
    List<Boolean> results =
        Parallel.run(
            patience(),
            16,
            writer ->
                () -> {
                  for (int i = 0; i < 20; i++) {
                    Event event = event("E" + i);
                    AppendResult result = store().append("w-" + writer, any(), event);
                    assertEquals(
                        event, store().find(event.id()).orElseThrow().event(), "found by id");
                    ReadRequest last = ReadRequest.of(Query.stream("w-" + writer)).inReverse();
                    assertEquals(
                        result.lastPosition(),
                        store().read(last.limit(1)).toList().getFirst().position());
                    assertTrue(store().head().compareTo(result.lastPosition()) >= 0);
                  }
                  return true;
                });
    assertEquals(16, results.size());
  }

  /** Recorded times ascend with positions, whoever writes and however the clock moves. */
  @Test
  default void recordedTimesAscendUnderConcurrentWriters() {
    Parallel.run(
        patience(),
        16,
        writer ->
            () -> {
              for (int i = 0; i < 20; i++) {
                clock().advance(Duration.ofMillis(i % 3 == 0 ? -5 : 3));
                put(store(), "w-" + writer, "E" + i);
              }
              return true;
            });
    List<Instant> times = all(store()).stream().map(RecordedEvent::recordedAt).toList();
    assertEquals(16 * 20, times.size());
    assertEquals(times.stream().sorted().toList(), times);
  }

  /** Pipelined appends of many threads are each decided in the order of their thread. */
  @Test
  default void pipelinesOfManyThreadsKeepTheirOrders() {
    Parallel.run(
        patience(),
        8,
        writer ->
            () -> {
              var answers = new ArrayList<CompletableFuture<AppendResult>>();
              for (int i = 0; i < 50; i++) {
                ExpectedRevision expected = i == 0 ? noStream() : exactly(i - 1);
                answers.add(
                    store()
                        .appendAsync(
                            Append.to("w-" + writer).expecting(expected).events(event("E" + i))));
              }
              answers.forEach(answer -> Samples.get(this, answer));
              return true;
            });
    assertEquals(upTo(8 * 50), positions(all(store())));
    assertEquals(Samples.numberedTypes(0, 50), types(store().read(Query.stream("w-3")).toList()));
  }

  /** Money moves between streams under expected revisions, and none is lost or made. */
  @Test
  default void concurrentTransfersLoseNothing() {
    for (int account = 0; account < 4; account++) {
      store().append("account-" + account, noStream(), Event.json("Moved", "100"));
    }
    Parallel.run(
        patience(),
        8,
        writer ->
            () -> {
              int tries = 0;
              for (int done = 0; done < 5; ) {
                done += transfer(writer % 4, (writer + 1 + done) % 4) ? 1 : 0;
                assertTrue(++tries < Parallel.MOST_TRIES, "nobody ever wins");
              }
              return true;
            });
    int total = 0;
    int events = 0;
    for (int account = 0; account < 4; account++) {
      var history = store().read(Query.stream("account-" + account)).toList();
      total += balance(history);
      events += history.size();
    }
    assertEquals(400, total);
    assertTrue(events > 4, "nothing was moved");
  }

  private boolean transfer(int from, int to) {
    if (from == to) {
      return true;
    }
    var source = store().read(Query.stream("account-" + from)).toList();
    var target = store().read(Query.stream("account-" + to)).toList();
    int amount = Math.min(7, balance(source));
    return succeeds(
        Append.to("account-" + from)
            .expecting(exactly(source.size() - 1))
            .events(Event.json("Moved", "-" + amount))
            .and("account-" + to)
            .expecting(exactly(target.size() - 1))
            .events(Event.json("Moved", "" + amount)));
  }

  private static int balance(List<RecordedEvent> history) {
    return history.stream().mapToInt(event -> Integer.parseInt(event.data().text())).sum();
  }

  /**
   * Lets four readers read again and again until the work is done, and once more then.
   *
   * @return what each returned
   */
  private List<Integer> readWhile(ToIntFunction<AtomicBoolean> reader, Runnable work) {
    var working = new AtomicBoolean(true);
    List<Parallel.Running<Integer>> readers =
        IntStream.range(0, 4)
            .mapToObj(_ -> Parallel.start(() -> reader.applyAsInt(working)))
            .toList();
    try {
      work.run();
    } finally {
      working.set(false);
    }
    return readers.stream().map(each -> each.result(patience())).toList();
  }

  /** Goes on where it stopped; what it saw is dense from 0 to the head that it saw. */
  private int readDense(AtomicBoolean writing) {
    long seen = -1;
    boolean more;
    do {
      more = writing.get();
      ReadRequest rest = ReadRequest.of(Query.everything()).from(new Position(seen + 1));
      try (var read = store().read(rest)) {
        for (RecordedEvent event : read) {
          assertEquals(++seen, event.position().value(), "a gap");
        }
        assertEquals(read.head().value(), seen, "the head of the read");
      }
    } while (more);
    return (int) seen;
  }

  /** Counts what appends of five events each have written to two streams, in both directions. */
  private int readFives(AtomicBoolean writing) {
    ReadRequest request = ReadRequest.of(Query.streams("from-1", "to-1"));
    int count;
    boolean more;
    do {
      more = writing.get();
      assertEquals(
          0, store().read(request.inReverse()).toList().size() % 5, "a part of an append is seen");
      count = store().read(request).toList().size();
      assertEquals(0, count % 5, "a part of an append is seen");
    } while (more);
    return count;
  }

  private void write(int writers, int appends) {
    Parallel.run(
        patience(),
        writers,
        writer ->
            () -> {
              for (int i = 0; i < appends; i++) {
                put(store(), "w-" + writer, "E" + i);
              }
              return true;
            });
  }

  private boolean succeeds(Append append) {
    try {
      store().append(append);
      return true;
    } catch (ConflictException e) {
      return false;
    }
  }
}
