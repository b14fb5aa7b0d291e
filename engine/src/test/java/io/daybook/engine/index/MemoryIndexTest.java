package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.index.Term.Kind;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryIndexTest {

  @Test
  void isEmptyAtFirst() {
    MemoryIndex index = new MemoryIndex(7);
    assertThat(index.from()).isEqualTo(7);
    assertThat(index.to()).isEqualTo(6);
    assertThat(index.events()).isZero();
    assertThat(index.terms()).isZero();
    assertThat(index.find(new Term(Kind.STREAM, "a"))).isNull();
    assertThat(index.lastRevision("a")).isEqualTo(-1);
    assertThat(index.findId(new UUID(0, 0))).isEqualTo(-1);
  }

  @Test
  void knowsWhatWasAdded() {
    SampleLog log = new SampleLog(61).grow(5_000, 300);
    MemoryIndex index = log.index(1_000, 4_999);
    assertThat(index.from()).isEqualTo(1_000);
    assertThat(index.to()).isEqualTo(4_999);
    assertThat(index.events()).isEqualTo(4_000);
    assertThat(index.firstRecordedMicros()).isEqualTo(log.events().get(1_000).recordedAtMicros());
    assertThat(index.lastRecordedMicros()).isEqualTo(log.events().get(4_999).recordedAtMicros());
    List<Long> highs =
        log.events().subList(1_000, 5_000).stream()
            .map(stored -> stored.event().id().getMostSignificantBits())
            .sorted(Long::compareUnsigned)
            .toList();
    assertThat(index.minIdHigh()).isEqualTo(highs.getFirst());
    assertThat(index.maxIdHigh()).isEqualTo(highs.getLast());
    for (int position = 0; position < log.size(); position++) {
      UUID id = log.events().get(position).event().id();
      assertThat(index.findId(id)).isEqualTo(position < 1_000 ? -1 : position);
      assertThat(index.findId(new UUID(id.getMostSignificantBits(), 1))).isEqualTo(-1);
    }
    int terms = 0;
    for (var term : log.postings().entrySet()) {
      List<Long> expected = term.getValue().stream().filter(p -> p >= 1_000).toList();
      Postings postings = index.find(term.getKey());
      if (expected.isEmpty()) {
        assertThat(postings).isNull();
        continue;
      }
      terms++;
      assertThat(IndexViewTest.drain(postings.cursor(false))).isEqualTo(expected);
      assertThat(IndexViewTest.drain(postings.cursor(true))).isEqualTo(expected.reversed());
      if (term.getKey().kind() == Kind.STREAM) {
        int before = term.getValue().size() - expected.size();
        assertThat(postings.ordinal()).isEqualTo(before);
        assertThat(index.lastRevision(term.getKey().name())).isEqualTo(term.getValue().size() - 1);
      } else {
        assertThat(postings.ordinal()).isEqualTo(Postings.UNKNOWN);
      }
    }
    assertThat(index.terms()).isEqualTo(terms);
  }

  @Test
  void showsNothingBeyondALimit() {
    SampleLog log = new SampleLog(62).grow(500, 10);
    MemoryIndex index = log.index(0, 499);
    log.postings()
        .forEach((term, positions) -> {
          for (int limit = -1; limit < 500; limit += limit < 20 ? 1 : 23) {
            long to = limit;
            List<Long> expected = positions.stream().filter(p -> p <= to).toList();
            Postings postings = index.find(term, to);
            if (expected.isEmpty()) {
              assertThat(postings).isNull();
            } else {
              assertThat(postings.count()).isEqualTo(expected.size());
              assertThat(IndexViewTest.drain(postings.cursor(true))).isEqualTo(expected.reversed());
            }
          }
        });
  }

  /** A reader may find a term before the writer has added the first of its postings. */
  @Test
  void aTermWithoutPostingsIsNone() {
    MemoryPostings postings = new MemoryPostings();
    assertThat(postings.snapshot(0, 5)).isNull();
    postings.add(5);
    assertThat(postings.snapshot(0, 4)).isNull();
    assertThat(postings.snapshot(0, 5).count()).isEqualTo(1);
  }

  /** Postings are numbers of 32 bits, positions are not. */
  @Test
  void showsNothingToALimitFarBefore() {
    long from = 1L << 33;
    MemoryIndex index = new MemoryIndex(from);
    index.add(from, "a-1", 0, 1, Event.json("Happened", "{}"));
    Term term = new Term(Kind.STREAM, "a-1");
    assertThat(index.find(term, from - (1L << 32) + 5)).isNull();
    assertThat(index.find(term, from + (1L << 32) - 5).count()).isEqualTo(1);
  }

  /** Ids that have one half in common are others all the same. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsIdsApartByBothHalves(boolean highInCommon) {
    MemoryIndex index = new MemoryIndex(0);
    Event event = Event.json("Happened", "{}");
    for (int i = 0; i < 2_000; i++) {
      index.add(i, "a-1", i, 1, event.withId(id(2 * i, highInCommon)));
    }
    for (int i = 0; i < 2_000; i++) {
      assertThat(index.findId(id(2 * i, highInCommon))).isEqualTo(i);
      assertThat(index.findId(id(2 * i + 1, highInCommon))).isEqualTo(-1);
    }
  }

  private static UUID id(int number, boolean highInCommon) {
    return highInCommon ? new UUID(7, number) : new UUID(number, 7);
  }

  /** Three postings, of which the array holds more. */
  @Test
  void keepsTheBoundsOfPostings() {
    SampleLog log = new SampleLog(65);
    for (int i = 0; i < 3; i++) {
      log.add("a-1", "Happened");
    }
    Postings postings = log.index(0, 2).find(new Term(Kind.TYPE, "Happened"));
    for (int index : new int[] {-1, 3}) {
      assertThatThrownBy(() -> postings.positionAt(index))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("posting " + index + " of 3");
    }
    assertThat(postings.positionAt(0)).isZero();
    assertThat(postings.positionAt(2)).isEqualTo(2);
    assertThat(postings.cursor(2, 0, false).next()).isEqualTo(PositionCursor.END);
    assertThat(postings.cursor(2, 0, true).next()).isEqualTo(PositionCursor.END);
    for (long far : new long[] {3, Integer.MAX_VALUE, 1L << 31, (1L << 32) + 1, Long.MAX_VALUE}) {
      assertThat(postings.indexOf(far)).isEqualTo(3);
      PositionCursor forwards = postings.cursor(0, far, false);
      assertThat(forwards.seek(far)).isEqualTo(PositionCursor.END);
      assertThat(forwards.next()).isEqualTo(PositionCursor.END);
      assertThat(postings.cursor(0, far, true).seek(far)).isEqualTo(2);
      assertThat(postings.cursor(far, far, false).next()).isEqualTo(PositionCursor.END);
    }
    PositionCursor backwards = postings.cursor(1, 2, true);
    assertThat(backwards.seek(0)).isEqualTo(PositionCursor.END);
    assertThat(backwards.next()).isEqualTo(PositionCursor.END);
  }

  /** What is counted from a first position far behind is not taken for what it is without it. */
  @Test
  void keepsTheBoundsOfPostingsFarBehind() {
    long from = (1L << 32) + 1_000;
    MemoryIndex index = new MemoryIndex(from);
    for (int i = 0; i < 10; i++) {
      index.add(from + i, "a-1", i, 1, Event.json("Happened", "{}"));
    }
    Postings postings = index.find(new Term(Kind.TYPE, "Happened"));
    for (long before : new long[] {0, 5, 1_005, from - 1, from}) {
      assertThat(postings.indexOf(before)).isZero();
    }
    for (int i = 0; i < 10; i++) {
      assertThat(postings.indexOf(from + i)).isEqualTo(i);
      assertThat(postings.positionAt(i)).isEqualTo(from + i);
    }
    assertThat(postings.indexOf(from + 10)).isEqualTo(10);
    assertThat(IndexViewTest.drain(postings.cursor(1_005, from + 3, false))).hasSize(4);
    assertThat(IndexViewTest.drain(postings.cursor(1_005, from + 3, true))).hasSize(4);
  }

  /** Of one name there may be a term of each kind. */
  @Test
  void tellsTermsApart() {
    Term tag = new Term(Kind.TAG, "a");
    assertThat(tag).isEqualTo(new Term(Kind.TAG, "a")).hasSameHashCodeAs(new Term(Kind.TAG, "a"));
    assertThat(tag).isNotEqualTo(new Term(Kind.TYPE, "a")).isNotEqualTo(new Term(Kind.TAG, "b"));
    assertThat(tag).isNotEqualTo("TAG a").isNotEqualTo(null);
    assertThat(tag).hasToString("TAG a");
  }

  @Test
  void refusesAPositionThatIsNotTheNext() {
    SampleLog log = new SampleLog(63).grow(10, 10);
    MemoryIndex index = log.index(0, 4);
    assertThatThrownBy(() -> log.addTo(index, 6))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("position 6 does not follow 4");
    assertThatThrownBy(() -> log.addTo(index, 4)).isInstanceOf(IllegalStateException.class);
    SampleLog.Stored first = log.events().getFirst();
    assertThatThrownBy(() -> index.add(5, first.stream(), 9, 0, first.event()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("revision 9 of " + first.stream() + " does not follow ");
    log.addTo(index, 5);
    assertThat(index.to()).isEqualTo(5);
  }

  /** Readers know the head that the writer published, and must find exactly what is up to it. */
  @Test
  void readersFindAllUpToTheHeadWhileMoreIsAdded() throws Exception {
    SampleLog log = new SampleLog(64).grow(60_000, 2_000);
    Map<Term, List<Long>> postings = log.postings();
    List<Term> terms = List.copyOf(postings.keySet());
    MemoryIndex index = new MemoryIndex(0);
    IndexView view = new IndexView(List.of(), List.of(index));
    AtomicLong head = new AtomicLong(-1);
    CountDownLatch started = new CountDownLatch(3);
    try (ExecutorService readers = Executors.newFixedThreadPool(3)) {
      List<Future<Integer>> checks = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Random random = new Random(i);
        checks.add(
            readers.submit(
                (Callable<Integer>)
                    () -> {
                      int rounds = 0;
                      started.countDown();
                      long to;
                      do {
                        to = head.getAcquire();
                        Term term = terms.get(random.nextInt(terms.size()));
                        findsAllUpTo(view, term, postings.get(term), to);
                        findsIds(view, log, random.nextInt(log.size()), to);
                        rounds++;
                      } while (to < log.size() - 1);
                      return rounds;
                    }));
      }
      started.await();
      for (int position = 0; position < log.size(); position++) {
        log.addTo(index, position);
        if (position % 7 == 0 || position == log.size() - 1) {
          head.setRelease(position);
        }
      }
      for (Future<Integer> check : checks) {
        assertThat(check.get()).isPositive();
      }
    }
  }

  private static void findsAllUpTo(IndexView view, Term term, List<Long> positions, long to) {
    List<Long> expected = positions.stream().filter(p -> p <= to).toList();
    Query query = query(term);
    assertThat(IndexViewTest.drain(view.cursor(query, 0, to, false))).isEqualTo(expected);
    assertThat(IndexViewTest.drain(view.cursor(query, 0, to, true))).isEqualTo(expected.reversed());
    if (term.kind() == Kind.STREAM) {
      assertThat(view.lastRevision(term.name(), to)).isEqualTo(expected.size() - 1);
      assertThat(view.lastRevision(term.name())).isGreaterThanOrEqualTo(expected.size() - 1);
    }
  }

  private static void findsIds(IndexView view, SampleLog log, int position, long to) {
    long found = view.findIdInMemory(log.events().get(position).event().id());
    if (position <= to) {
      assertThat(found).isEqualTo(position);
    } else {
      assertThat(found).isIn(-1L, (long) position);
    }
  }

  private static Query query(Term term) {
    return switch (term.kind()) {
      case STREAM -> Query.stream(term.name());
      case CATEGORY -> Query.category(term.name());
      case TYPE -> Query.types(term.name());
      case TAG -> Query.tags(term.name());
    };
  }
}
