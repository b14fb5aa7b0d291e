package io.daybook.eventstore;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * All events of an in-memory store in the order of their positions, and the index of their terms.
 *
 * <p>The one who writes holds the lock; those who read hold none. A frame (the events of one
 * append) is written beyond the head first and becomes visible as a whole when the head is moved
 * behind it.
 */
final class MemoryLog {
  private static final int CHUNK_SIZE = 1_024;

  /** Compares as the UTF-8 bytes would: by code point, not by UTF-16 unit. */
  private static final Comparator<String> BY_CODE_POINT = MemoryLog::compareByCodePoint;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();

  private final Map<Dimension, NavigableMap<String, Postings>> terms =
      new EnumMap<>(Dimension.class);
  private final Map<String, StreamState> states = new ConcurrentHashMap<>();
  private final Map<UUID, Long> positionsById = new ConcurrentHashMap<>();

  /** The first position of each frame. */
  private final Postings frames = new Postings();

  private volatile RecordedEvent[][] chunks = new RecordedEvent[16][];
  private volatile long head = -1;
  private long lastWritten = -1;

  MemoryLog() {
    for (Dimension dimension : Dimension.values()) {
      terms.put(dimension, new ConcurrentSkipListMap<>(BY_CODE_POINT));
    }
  }

  /** What whoever writes holds. */
  ReentrantLock lock() {
    return lock;
  }

  /** The position of the last event; -1 if there is none. */
  long head() {
    return head;
  }

  /** The event at that position, which the head must have reached. */
  RecordedEvent get(long position) {
    return chunks[(int) (position / CHUNK_SIZE)][(int) (position % CHUNK_SIZE)];
  }

  /** The last position recorded at that time or before; -1 if there is none. */
  long lastRecordedBy(Instant instant) {
    return Postings.firstWhere(0, head + 1, p -> get(p).recordedAt().isAfter(instant)) - 1;
  }

  /** The position of the event with that id, be it beyond the head; -1 if there is none. */
  long positionOf(UUID id) {
    return positionsById.getOrDefault(id, -1L);
  }

  /** The first position of the frame that holds this position. */
  long frameStart(long position) {
    return frames.get(frames.countUpTo(position) - 1);
  }

  /** The last position of the frame that begins at this position. Only with the lock. */
  long frameEnd(long start) {
    int next = frames.countUpTo(start);
    return next < frames.size() ? frames.get(next) - 1 : head;
  }

  /** The terms of one dimension, in the order of their UTF-8 bytes. */
  NavigableMap<String, Postings> terms(Dimension dimension) {
    return Objects.requireNonNull(terms.get(dimension));
  }

  /** The positions of a term, or none. */
  Postings postings(Dimension dimension, String name) {
    return terms(dimension).getOrDefault(name, new Postings());
  }

  /** The number of events that the stream had up to a position: its last revision plus one. */
  int eventCount(String stream, long upTo) {
    return postings(Dimension.STREAM, stream).countUpTo(upTo);
  }

  /** Whether any system event speaks of any stream. */
  boolean hasStates() {
    return !states.isEmpty();
  }

  /** What was said of the stream up to a position. */
  StreamState stateOf(String stream, long upTo) {
    return states.getOrDefault(stream, StreamState.INITIAL).at(upTo);
  }

  /** Begins a frame. Only with the lock. */
  void beginFrame() {
    frames.add(lastWritten + 1);
  }

  /** Writes an event beyond the head. Only with the lock. */
  RecordedEvent write(String stream, Instant recordedAt, Event event) {
    long position = ++lastWritten;
    Postings ofStream = postingsToWrite(Dimension.STREAM, stream);
    var recorded =
        new RecordedEvent(
            new Position(position), stream, new Revision(ofStream.size()), recordedAt, event);
    chunkOf(position)[(int) (position % CHUNK_SIZE)] = recorded;
    ofStream.add(position);
    recorded
        .category()
        .ifPresent(category -> postingsToWrite(Dimension.CATEGORY, category).add(position));
    postingsToWrite(Dimension.TYPE, event.type()).add(position);
    for (String tag : event.tags()) {
      postingsToWrite(Dimension.TAG, tag).add(position);
    }
    positionsById.put(event.id(), position);
    return recorded;
  }

  /** Sets what holds of a stream from the event on that was just written. Only with the lock. */
  void setState(String stream, StreamState state) {
    states.put(stream, state);
  }

  /** Makes all that was written visible and wakes whoever waits for it. Only with the lock. */
  void publish() {
    head = lastWritten;
    moved.signalAll();
  }

  /** Wakes all who wait, so that they look at their reason to stop. */
  void wakeAll() {
    lock.lock();
    try {
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the head is beyond a position, there is a reason to stop or the time is over.
   *
   * @param nanos the longest wait
   * @return the nanoseconds left, 0 or less if the time is over
   */
  long awaitBeyond(long position, BooleanSupplier stop, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (head <= position && !stop.getAsBoolean() && left > 0) {
        left = moved.awaitNanos(left);
      }
      return left;
    } finally {
      lock.unlock();
    }
  }

  private RecordedEvent[] chunkOf(long position) {
    int index = (int) (position / CHUNK_SIZE);
    if (position % CHUNK_SIZE == 0) {
      RecordedEvent[][] spine = chunks;
      if (index == spine.length) {
        spine = Arrays.copyOf(spine, index * 2);
      }
      spine[index] = new RecordedEvent[CHUNK_SIZE];
      chunks = spine;
    }
    return chunks[index];
  }

  private Postings postingsToWrite(Dimension dimension, String name) {
    return terms(dimension).computeIfAbsent(name, _ -> new Postings());
  }

  private static int compareByCodePoint(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        return Integer.compare(rank(a), rank(b));
      }
    }
    return Integer.compare(one.length(), other.length());
  }

  /** A rank that puts surrogates, which begin code points from U+10000 on, above all others. */
  private static int rank(char unit) {
    return Character.isSurrogate(unit) ? unit + 0x10000 : unit;
  }
}
