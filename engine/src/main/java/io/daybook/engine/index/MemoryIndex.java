package io.daybook.engine.index;

import io.daybook.engine.index.Term.Kind;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Query;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The index of the newest positions, in memory.
 *
 * <p>One thread at a time adds, under a lock of the caller's. Any number of threads read meanwhile,
 * without a lock: of events that were published to a reader (say by a volatile head) it finds every
 * term and id; of those being added it may find some, so readers name the last position that they
 * may see. If what was added turns out not to be stored, the whole index is thrown away.
 */
public final class MemoryIndex implements Tier {
  /** How many positions one index can cover, in memory or in a file. */
  public static final int MAX_POSITIONS = 1 << 24;

  // Written with a plain store, read by other threads without tearing; TO is written last and
  // publishes the others.
  private static final VarHandle TO = handle("to");
  private static final VarHandle MIN_ID_HIGH = handle("minIdHigh");
  private static final VarHandle MAX_ID_HIGH = handle("maxIdHigh");
  private static final VarHandle FIRST_RECORDED = handle("firstRecordedMicros");
  private static final VarHandle LAST_RECORDED = handle("lastRecordedMicros");

  private final long from;
  private final MemoryTerms<MemoryPostings.OfStream> streams = new MemoryTerms<>();
  private final MemoryTerms<MemoryPostings> categories = new MemoryTerms<>();
  private final MemoryTerms<MemoryPostings> types = new MemoryTerms<>();
  private final MemoryTerms<MemoryPostings> tags = new MemoryTerms<>();
  private final MemoryIds ids = new MemoryIds();
  private volatile int terms;

  /** The stream that was added to last, which is often added to again; for the adding thread. */
  private String lastStream = "";

  private MemoryPostings.@Nullable OfStream ofLastStream;

  private long to;
  private long minIdHigh = -1;
  private long maxIdHigh;

  @SuppressWarnings("UnusedVariable") // through its handle
  private long firstRecordedMicros;

  @SuppressWarnings("UnusedVariable") // through its handle
  private long lastRecordedMicros;

  /** An empty index of the positions from the given one on. */
  public MemoryIndex(long from) {
    this.from = from;
    this.to = from - 1;
  }

  private static VarHandle handle(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(MemoryIndex.class, field, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Adds the next event. One thread at a time.
   *
   * @throws IllegalStateException if position or revision are not the next, or if the index is full
   */
  public void add(long position, String stream, long revision, long recordedAtMicros, Event event) {
    if (position != to + 1) {
      throw new IllegalStateException("position " + position + " does not follow " + to);
    }
    if (position - from >= MAX_POSITIONS) {
      throw new IllegalStateException("the index in memory is full at position " + position);
    }
    int relative = (int) (position - from);
    MemoryPostings.OfStream ofStream =
        stream.equals(lastStream) ? ofLastStream : streams.find(stream);
    if (ofStream == null) {
      ofStream = addStream(stream, revision);
    } else if (revision != ofStream.lastRevision() + 1) {
      throw new IllegalStateException(
          "revision " + revision + " of " + stream + " does not follow " + ofStream.lastRevision());
    }
    lastStream = stream;
    ofLastStream = ofStream;
    ofStream.add(relative);
    MemoryPostings category = ofStream.category();
    if (category != null) {
      category.add(relative);
    }
    addTerm(types, event.type(), relative);
    List<String> names = event.tags();
    for (int i = 0; i < names.size(); i++) {
      addTerm(tags, names.get(i), relative);
    }
    addId(relative, event.id());
    if (relative == 0) {
      FIRST_RECORDED.setOpaque(this, recordedAtMicros);
    }
    LAST_RECORDED.setOpaque(this, recordedAtMicros);
    TO.setRelease(this, position);
  }

  private MemoryPostings.OfStream addStream(String stream, long revision) {
    MemoryPostings category = null;
    String name = Query.categoryOf(stream).orElse(null);
    if (name != null) {
      category = categories.find(name);
      if (category == null) {
        category = addTerm(categories, name);
      }
    }
    MemoryPostings.OfStream added = new MemoryPostings.OfStream(revision, category);
    streams.put(stream, added);
    countTerm();
    return added;
  }

  private void addTerm(MemoryTerms<MemoryPostings> to, String name, int relative) {
    MemoryPostings postings = to.find(name);
    if (postings == null) {
      postings = addTerm(to, name);
    }
    postings.add(relative);
  }

  private MemoryPostings addTerm(MemoryTerms<MemoryPostings> to, String name) {
    MemoryPostings added = new MemoryPostings();
    to.put(name, added);
    countTerm();
    return added;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void countTerm() {
    terms++;
  }

  private void addId(int relative, UUID id) {
    long high = id.getMostSignificantBits();
    ids.add(relative, high, id.getLeastSignificantBits());
    if (Long.compareUnsigned(high, minIdHigh) < 0) {
      MIN_ID_HIGH.setOpaque(this, high);
    }
    if (Long.compareUnsigned(high, maxIdHigh) > 0) {
      MAX_ID_HIGH.setOpaque(this, high);
    }
  }

  /** The first position that it covers. */
  @Override
  public long from() {
    return from;
  }

  /** The position that was added last; {@link #from} - 1 if there is none. */
  @Override
  public long to() {
    return (long) TO.getAcquire(this);
  }

  /** How many events it holds. */
  public int events() {
    return (int) (to() + 1 - from);
  }

  /** How many terms it holds. */
  public int terms() {
    return terms;
  }

  /** The smallest high half of an id, unsigned; all ones if it is empty. */
  public long minIdHigh() {
    return (long) MIN_ID_HIGH.getOpaque(this);
  }

  /** The largest high half of an id, unsigned; 0 if it is empty. */
  public long maxIdHigh() {
    return (long) MAX_ID_HIGH.getOpaque(this);
  }

  /** When its first event was recorded; 0 if it is empty. */
  public long firstRecordedMicros() {
    return (long) FIRST_RECORDED.getOpaque(this);
  }

  /** When its last event was recorded; 0 if it is empty. */
  public long lastRecordedMicros() {
    return (long) LAST_RECORDED.getOpaque(this);
  }

  /** The postings that a term has now; null if it has none. */
  @Override
  public @Nullable Postings find(Term term) {
    return find(term, Long.MAX_VALUE);
  }

  /** The postings of a term up to a position, included; null if it has none. */
  public @Nullable Postings find(Term term, long toInclusive) {
    MemoryPostings postings = termsOf(term.kind()).find(term.name());
    return postings == null ? null : snapshot(postings, toInclusive);
  }

  /** The revision of the last event of a stream; -1 if it has none here. */
  public long lastRevision(String stream) {
    MemoryPostings.OfStream postings = streams.find(stream);
    return postings == null ? -1 : postings.lastRevision();
  }

  /** The position of the event of that id; -1 if it is not here. */
  public long findId(UUID id) {
    long high = id.getMostSignificantBits();
    if (Long.compareUnsigned(high, maxIdHigh()) > 0
        || Long.compareUnsigned(high, minIdHigh()) < 0) {
      return -1;
    }
    int relative = ids.find(high, id.getLeastSignificantBits());
    return relative < 0 ? -1 : from + relative;
  }

  /** Every term of a kind that has postings up to a position, in no order. */
  void forEach(Kind kind, long toInclusive, BiConsumer<String, BlockPostings> action) {
    termsOf(kind)
        .forEach((name, postings) -> {
          BlockPostings snapshot = snapshot(postings, toInclusive);
          if (snapshot != null) {
            action.accept(name, snapshot);
          }
        });
  }

  /** The ids of its events, by position - {@link #from}. */
  MemoryIds ids() {
    return ids;
  }

  private @Nullable BlockPostings snapshot(MemoryPostings postings, long toInclusive) {
    return postings.snapshot(from, Math.min(toInclusive - from, MAX_POSITIONS));
  }

  private MemoryTerms<? extends MemoryPostings> termsOf(Kind kind) {
    return switch (kind) {
      case STREAM -> streams;
      case CATEGORY -> categories;
      case TYPE -> types;
      case TAG -> tags;
    };
  }
}
