package io.daybook.benchmarks.packs;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;

/** One way to keep frames. Where its parts are is known in memory; the parts are in files. */
abstract class Layout implements AutoCloseable {
  private static final int DEPTH = 32;
  private static final long PAGE = 4_096;
  private static final long COLD_NANOS = 30_000;

  private static final ExecutorService FETCHERS =
      Executors.newFixedThreadPool(DEPTH, Thread.ofPlatform().daemon().factory());

  final Frames frames;
  private final Fetch fetch;
  private final CRC32C crc = new CRC32C();
  private byte[] scratch = new byte[4_096];
  private Arena arena = Arena.ofShared();

  /** How parts that are not in memory are asked for. */
  enum Fetch {
    /** One after another, as they are needed. */
    NONE,
    /** By threads that touch the mapping. The kernel reads around each place that is touched. */
    TOUCH,
    /** By threads that read the file at places, which brings in no more than is asked for. */
    READ
  }

  Layout(Frames frames, Fetch fetch) {
    this.frames = frames;
    this.fetch = fetch;
  }

  /** Maps the files. */
  @SuppressWarnings("MustBeClosedChecker") // close() does it
  final void open() throws Exception {
    arena = Arena.ofShared();
    map(arena);
  }

  @Override
  public final void close() {
    arena.close();
    forget();
  }

  abstract void map(Arena mappings) throws Exception;

  /** Lets what was cached go. */
  abstract void forget();

  /** The bytes on the disk. */
  abstract long bytes();

  /** The mapped bytes that hold a frame. */
  abstract MemorySegment stored(int frame);

  abstract FileChannel channel(int frame);

  /** Where in its file the stored bytes are. */
  abstract long offset(int frame);

  /** A segment that holds the frame as it was written, from {@link #start} on. */
  abstract MemorySegment frame(int frame);

  abstract long start(int frame);

  /** Reads and checks events, and returns how many bytes they have. */
  final long read(long[] positions) throws Exception {
    if (fetch != Fetch.NONE && positions.length > 1) {
      long began = System.nanoTime();
      ask(frames.frameOf(positions[0]));
      if (System.nanoTime() - began > COLD_NANOS) {
        fetch(positions);
      }
    }
    long bytes = 0;
    for (long position : positions) {
      bytes += read(position);
    }
    return bytes;
  }

  /** Asks for all parts at once; a thread waits for each, since a mapping cannot be asked. */
  private void fetch(long[] positions) throws Exception {
    List<Future<Long>> waiting = new ArrayList<>();
    long before = -1;
    for (long position : positions) {
      MemorySegment part = stored(frames.frameOf(position));
      if (part.address() != before) {
        before = part.address();
        int number = frames.frameOf(position);
        waiting.add(FETCHERS.submit(() -> ask(number)));
      }
    }
    for (Future<Long> one : waiting) {
      one.get();
    }
  }

  private long ask(int frame) throws IOException {
    MemorySegment part = stored(frame);
    return fetch == Fetch.READ
        ? channel(frame).read(ByteBuffer.allocateDirect((int) part.byteSize()), offset(frame))
        : touch(part);
  }

  private static long touch(MemorySegment part) {
    long sum = part.get(ValueLayout.JAVA_BYTE, part.byteSize() - 1);
    for (long at = 0; at < part.byteSize(); at += PAGE) {
      sum += part.get(ValueLayout.JAVA_BYTE, at);
    }
    return sum;
  }

  final long read(long position) {
    int number = frames.frameOf(position);
    MemorySegment segment = frame(number);
    long at = start(number);
    int index = (int) (position - segment.get(Frames.LONG, at + 16));
    long entries = at + 64 + 16L * segment.get(Frames.INT, at + 52);
    int events = segment.get(Frames.INT, at + 48);
    int from = index == 0 ? 0 : segment.get(Frames.INT, entries + 8L * (index - 1));
    int length = segment.get(Frames.INT, entries + 8L * index) - from;
    long bodies =
        entries
            + 8L * events
            + 4L * segment.get(Frames.INT, at + 56)
            + segment.get(Frames.INT, at + 60);
    if (scratch.length < length) {
      scratch = new byte[2 * length];
    }
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, bodies + from, scratch, 0, length);
    crc.reset();
    crc.update(scratch, 0, length);
    return crc.getValue() == 0 ? 0 : length;
  }

  /** Reads and checks all events in order of position. */
  long scan() throws Exception {
    long bytes = 0;
    for (long position = 0; position < frames.events(); position++) {
      bytes += read(position);
    }
    return bytes;
  }
}
