package io.daybook.benchmarks.packs;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The frames of a store's log files, in order: what each layout arranges in its own way. A frame is
 * taken for one of a single stream.
 */
final class Frames {
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int FIRST_FRAME = 128;
  private static final int HEADER = 64;

  /** A frame in its log file. */
  record Frame(int file, int offset, int length, long firstPosition, int events, String stream) {}

  final List<Path> files;
  final List<Frame> all = new ArrayList<>();
  final Map<String, long[]> positions = new HashMap<>();
  private final long[] firsts;

  Frames(Path store) throws IOException {
    try (Stream<Path> found = Files.list(store.resolve("log"))) {
      files =
          found
              .filter(file -> file.toString().endsWith(".log"))
              .sorted(Comparator.comparing(Path::toString))
              .toList();
    }
    try (Arena arena = Arena.ofConfined()) {
      for (int i = 0; i < files.size(); i++) {
        scan(i, map(files.get(i), arena));
      }
    }
    firsts = all.stream().mapToLong(Frame::firstPosition).toArray();
    collectPositions();
  }

  static MemorySegment map(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  private void scan(int file, MemorySegment segment) {
    int at = FIRST_FRAME;
    while (at + HEADER <= segment.byteSize() && segment.get(INT, at) > 0) {
      int length = segment.get(INT, at);
      int events = segment.get(INT, at + 48L);
      if (segment.get(ValueLayout.JAVA_BYTE, at + 12L) == 1) {
        all.add(
            new Frame(
                file,
                at,
                length,
                segment.get(LONG, at + 16L),
                events,
                string(segment, at, events, segment.get(INT, at + HEADER))));
      }
      at += length;
    }
  }

  private static String string(MemorySegment segment, int at, int events, int number) {
    long ends = at + HEADER + 16L * segment.get(INT, at + 52L) + 8L * events;
    long strings = ends + 4L * segment.get(INT, at + 56L);
    int from = number == 0 ? 0 : segment.get(INT, ends + 4L * (number - 1));
    int to = segment.get(INT, ends + 4L * number);
    byte[] bytes = new byte[to - from];
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, strings + from, bytes, 0, bytes.length);
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  private void collectPositions() {
    Map<String, List<Long>> lists = new HashMap<>();
    for (Frame frame : all) {
      List<Long> list = lists.computeIfAbsent(frame.stream(), _ -> new ArrayList<>());
      for (int i = 0; i < frame.events(); i++) {
        list.add(frame.firstPosition() + i);
      }
    }
    lists.forEach((stream, list) ->
        positions.put(stream, list.stream().mapToLong(Long::longValue).toArray()));
  }

  long events() {
    return all.getLast().firstPosition() + all.getLast().events();
  }

  long bytes() {
    return all.stream().mapToLong(Frame::length).sum();
  }

  /** The number of the frame that holds a position. */
  int frameOf(long position) {
    int at = Arrays.binarySearch(firsts, position);
    return at >= 0 ? at : -at - 2;
  }

  /** Ten events of different streams that were appended at different times, as a tag has them. */
  long[] scattered(long seed) {
    var random = new java.util.Random(seed);
    return random.longs(10, 0, events()).sorted().toArray();
  }
}
