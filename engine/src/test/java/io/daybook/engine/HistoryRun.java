package io.daybook.engine;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets threads append and read at once, and notes who asked and was told what, and when. What a
 * thread asks comes from a seed and from what it was told.
 */
final class HistoryRun {
  private static final List<String> STREAMS = List.of("a-1", "a-2", "b-1");
  private static final List<String> TYPES = List.of("A", "B");
  private static final List<String> TAGS = List.of("x:1", "x:2", "x:3");
  private static final int OPERATIONS = 60;

  private final EventStore store;
  private final AtomicLong moment = new AtomicLong();
  private final Queue<HistoryOperation> history = new ConcurrentLinkedQueue<>();

  private HistoryRun(EventStore store) {
    this.store = store;
  }

  /** The operations of so many threads, in no order. */
  static List<HistoryOperation> of(EventStore store, long seed, int threads) {
    var run = new HistoryRun(store);
    var begin = new CyclicBarrier(threads);
    var tasks = new ArrayList<FutureTask<Boolean>>();
    for (int i = 0; i < threads; i++) {
      var random = new Random(seed * 1_000 + i);
      var task =
          new FutureTask<>(() -> {
            begin.await();
            run.new Caller(random).call();
            return true;
          });
      Thread.ofPlatform().daemon().start(task);
      tasks.add(task);
    }
    for (FutureTask<Boolean> task : tasks) {
      try {
        task.get(1, TimeUnit.MINUTES);
      } catch (ExecutionException e) {
        throw new AssertionError("seed " + seed + ": a thread failed: " + e.getCause(), e);
      } catch (Exception e) {
        throw new AssertionError("seed " + seed + ": a thread was not done in time", e);
      }
    }
    return List.copyOf(run.history);
  }

  private void note(
      long asked, HistoryOperation.Question question, HistoryOperation.Answer answer) {
    history.add(new HistoryOperation(asked, moment.getAndIncrement(), question, answer));
  }

  /** One thread, and what it knows of the store. */
  private final class Caller {
    private final Random random;
    private final Map<String, Long> revisions = new HashMap<>();
    private long head = -1;

    Caller(Random random) {
      this.random = random;
    }

    void call() {
      List<CompletableFuture<?>> underWay = new ArrayList<>();
      for (int i = 0; i < OPERATIONS; i++) {
        switch (random.nextInt(10)) {
          case 0 -> askHead();
          case 1, 2 -> read(random.nextInt(3) == 0 ? Query.everything() : query());
          case 3 -> underWay.add(appendLater(append()));
          default -> append(append());
        }
      }
      underWay.forEach(CompletableFuture::join);
    }

    private void askHead() {
      long asked = moment.getAndIncrement();
      head = store.head().value();
      note(
          asked,
          new HistoryOperation.Question.Head(),
          new HistoryOperation.Answer.Found(head, List.of()));
    }

    private void read(Query query) {
      long asked = moment.getAndIncrement();
      List<Long> positions = new ArrayList<>();
      try (var read = store.read(query)) {
        head = read.head().value();
        for (RecordedEvent event : read) {
          positions.add(event.position().value());
          revisions.merge(event.stream(), event.revision().value(), Math::max);
        }
      }
      note(
          asked,
          new HistoryOperation.Question.Read(query),
          new HistoryOperation.Answer.Found(head, positions));
    }

    private void append(Append append) {
      long asked = moment.getAndIncrement();
      var question = new HistoryOperation.Question.Write(append);
      HistoryOperation.Answer answer;
      try {
        AppendResult result = store.append(append);
        answer = new HistoryOperation.Answer.Stored(result);
        result.lastRevisions().forEach((stream, last) -> revisions.put(stream, last.value()));
      } catch (ConflictException e) {
        answer = new HistoryOperation.Answer.Refused(e);
      }
      note(asked, question, answer);
    }

    private CompletableFuture<?> appendLater(Append append) {
      long asked = moment.getAndIncrement();
      var question = new HistoryOperation.Question.Write(append);
      return store
          .appendAsync(append)
          .handle((result, failure) -> {
            note(asked, question, answer(result, failure));
            return true;
          });
    }

    private static HistoryOperation.Answer answer(AppendResult result, Throwable failure) {
      return switch (failure) {
        case null -> new HistoryOperation.Answer.Stored(result);
        case ConflictException conflict -> new HistoryOperation.Answer.Refused(conflict);
        default -> throw new CompletionException(failure);
      };
    }

    private Append append() {
      String stream = oneOf(STREAMS);
      Append append = Append.to(stream).expecting(expected(stream)).events(events());
      if (random.nextInt(4) == 0) {
        String other = oneOf(STREAMS);
        append = append.and(other).events(events());
        append = append.alsoExpecting(other, expected(other));
      }
      return switch (random.nextInt(4)) {
        case 0 -> append.unless(query(), new Position(Math.max(head, -1)));
        case 1 -> append.unless(query(), new Position(Math.max(head - 1, -1)));
        case 2 -> append.unless(Query.tags("once:" + random.nextInt(40))); // over the whole log
        default -> append;
      };
    }

    private ExpectedRevision expected(String stream) {
      Long known = revisions.get(stream);
      return switch (random.nextInt(4)) {
        case 0, 1 -> ExpectedRevision.any();
        case 2 -> known == null ? ExpectedRevision.noStream() : ExpectedRevision.exists();
        default ->
            known == null
                ? ExpectedRevision.noStream()
                : ExpectedRevision.exactly(new Revision(known));
      };
    }

    private Event[] events() {
      var events = new Event[1 + random.nextInt(2)];
      for (int i = 0; i < events.length; i++) {
        events[i] = Event.json(oneOf(TYPES), "{}").withTags(oneOf(TAGS), "once:" + once());
      }
      return events;
    }

    private int once() {
      return random.nextInt(40);
    }

    private Query query() {
      return switch (random.nextInt(4)) {
        case 0 -> Query.tags(oneOf(TAGS));
        case 1 -> Query.item().withTypes(oneOf(TYPES)).withTags(oneOf(TAGS)).asQuery();
        case 2 -> Query.stream(oneOf(STREAMS)).or(Query.tags(oneOf(TAGS)));
        default -> Query.item().withCategories("b").withTypes(oneOf(TYPES)).asQuery();
      };
    }

    private String oneOf(List<String> names) {
      return names.get(random.nextInt(names.size()));
    }
  }
}
