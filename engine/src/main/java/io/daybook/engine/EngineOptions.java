package io.daybook.engine;

import io.daybook.engine.keys.KeySource;
import io.daybook.engine.log.LogSizes;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How an embedded store is opened. Start from {@link #defaults()} and change what differs.
 * Immutable.
 */
public final class EngineOptions {
  /**
   * A few times what closing a store, or writing one log file anew, takes; a part of the disk would
   * be too little on a small one, and wasted on a large one.
   */
  private static final long RESERVE_BYTES = 256L << 20;

  /**
   * An index of ten million events or some more; a disk reads as much in a fraction of a second.
   */
  private static final long PRELOAD_BYTES = 256L << 20;

  private static final EngineOptions DEFAULTS = new EngineOptions();

  // assigned before the instance is handed out, and never afterwards
  private InstantSource clock = InstantSource.system();
  private boolean createIfMissing = true;
  private ProgressListener progress = ProgressListener.none();
  private Durability durability = Durability.fsync();
  private long reserveBytes = RESERVE_BYTES;
  private long preloadBytes = PRELOAD_BYTES;
  private LogSizes logSizes = LogSizes.DEFAULT;
  private IndexLimits indexLimits = IndexLimits.DEFAULT;
  private boolean compressed;
  private boolean inline;
  private @Nullable KeySource keySource;

  private EngineOptions() {}

  private EngineOptions with(Consumer<EngineOptions> change) {
    var copy = new EngineOptions();
    copy.clock = clock;
    copy.createIfMissing = createIfMissing;
    copy.progress = progress;
    copy.durability = durability;
    copy.reserveBytes = reserveBytes;
    copy.preloadBytes = preloadBytes;
    copy.logSizes = logSizes;
    copy.indexLimits = indexLimits;
    copy.compressed = compressed;
    copy.inline = inline;
    copy.keySource = keySource;
    change.accept(copy);
    return copy;
  }

  /** The system's clock; a store that does not exist is created. */
  public static EngineOptions defaults() {
    return DEFAULTS;
  }

  /** Takes the time from another clock. */
  public EngineOptions withClock(InstantSource newClock) {
    Objects.requireNonNull(newClock, "clock");
    return with(options -> options.clock = newClock);
  }

  /** Refuses to open a folder that holds no store, instead of creating one. */
  public EngineOptions mustExist() {
    return with(options -> options.createIfMissing = false);
  }

  /**
   * Tells the listener how far long work at opening has come: the index of a log being made anew.
   */
  public EngineOptions withProgress(ProgressListener listener) {
    Objects.requireNonNull(listener, "listener");
    return with(options -> options.progress = listener);
  }

  /** Chooses when an append is on the disk; {@link Durability#fsync()} unless said otherwise. */
  public EngineOptions withDurability(Durability newDurability) {
    Objects.requireNonNull(newDurability, "durability");
    return with(options -> options.durability = newDurability);
  }

  /**
   * Takes no appends when less than this would be left on the disk, with {@link
   * io.daybook.eventstore.StoreReadOnlyException}, and takes them again when there is room. Reading
   * and closing go on, and so do deletes, tombstones and truncations, which make room. Looked at
   * where space is taken, by the MiB, so that somewhat more or less may be left.
   *
   * @param bytes how many bytes to keep; 256 MiB unless said otherwise; 0 keeps none, and a full
   *     disk then fails the appends that find it full
   * @throws IllegalArgumentException if it is negative
   */
  public EngineOptions withReserve(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a reserve has 0 bytes or more, not " + bytes);
    }
    return with(options -> options.reserveBytes = bytes);
  }

  /**
   * Reads so much of the index in the background, once the store is open, newest first: otherwise
   * the first reads wait for the disk at each entry that they look up. It is kept by the operating
   * system for as long as that has room, and takes no memory of the process. A store that is opened
   * to be read only does without.
   *
   * @param bytes how many bytes to read at most; 256 MiB unless said otherwise, which is the index
   *     of some ten million events; 0 reads none, for who opens a store to ask it once
   * @throws IllegalArgumentException if it is negative
   */
  public EngineOptions withIndexPreload(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("0 bytes or more are preloaded, not " + bytes);
    }
    return with(options -> options.preloadBytes = bytes);
  }

  /**
   * Compresses log files when they are full, in the background, and those that are full already.
   * They take about half the disk, or less where events are alike; reading from them costs more: a
   * block of 16 KiB is decompressed for an event, unless it was lately. Needs the library {@code
   * com.github.luben:zstd-jni}; a store that was once opened so needs it from then on.
   *
   * <p>Without this option log files stay as they are, compressed or not.
   */
  public EngineOptions compressed() {
    return with(options -> options.compressed = true);
  }

  /**
   * Encrypts the store: events, with the names of streams, types and tags, and what is derived from
   * them, in every file, with AES-256-GCM. To be said when the store is made, and at each opening
   * from then on; a store that was made without is refused, and so is one with another key. What
   * stays readable is told in "Encryption" of {@code docs/operations.md}.
   *
   * <p>Without the key nothing can be read any more, by nobody: keep copies of it, and not where
   * the backups are.
   *
   * @param source gives the key; asked at each opening
   */
  public EngineOptions encrypted(KeySource source) {
    Objects.requireNonNull(source, "source");
    return with(options -> options.keySource = source);
  }

  /** Files of other sizes, so that tests see many in a short time. */
  EngineOptions withSizes(LogSizes newLogSizes, IndexLimits newIndexLimits) {
    return with(options -> {
      options.logSizes = newLogSizes;
      options.indexLimits = newIndexLimits;
    });
  }

  /**
   * Background work is done at once by the thread that causes it, so that a simulation is
   * repeatable.
   */
  EngineOptions withoutThreads() {
    return with(options -> options.inline = true);
  }

  InstantSource clock() {
    return clock;
  }

  boolean createIfMissing() {
    return createIfMissing;
  }

  ProgressListener progress() {
    return progress;
  }

  Durability durability() {
    return durability;
  }

  long reserveBytes() {
    return reserveBytes;
  }

  long preloadBytes() {
    return preloadBytes;
  }

  /** Whether background work is done by the thread that causes it. */
  boolean isInline() {
    return inline;
  }

  LogSizes logSizes() {
    return logSizes;
  }

  IndexLimits indexLimits() {
    return indexLimits;
  }

  /** Where the store's key comes from; null if none was given. */
  @Nullable KeySource keySource() {
    return keySource;
  }

  boolean isCompressed() {
    return compressed;
  }

  /**
   * One task at a time; the thread ends when it is idle, so that a thousand stores do not keep a
   * thousand threads.
   */
  Executor newExecutor(String name) {
    if (inline) {
      return Runnable::run;
    }
    var executor =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name).factory());
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /**
   * Threads that wait for the disk on behalf of others; those that are idle end. Rejects what none
   * of them is free for.
   */
  Executor newReaders() {
    if (inline) {
      return Runnable::run;
    }
    return new ThreadPoolExecutor(
        0,
        ColdReads.AT_ONCE,
        1,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        Thread.ofPlatform().daemon().name("daybook-read").factory());
  }
}
