package io.daybook.benchmarks;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Ways to make a small write durable, side by side: the evidence for how the engine writes.
 * Arguments: a folder and the number of bytes.
 */
public final class RawSync {
  private static final int WRITES = 1_500;
  private static final long PAGE = 4_096;

  private RawSync() {}

  private enum Way {
    CHANNEL,
    FILE_FSYNC,
    FILE_MSYNC,
    MAPPED,
    CHANNEL_GROWING
  }

  /** Runs three rounds of each way. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    int bytes = Integer.parseInt(args[1]);
    for (int round = 0; round < 3; round++) {
      for (Way way : Way.values()) {
        long[] nanos = measure(way, folder.resolve("raw-sync"), bytes);
        Arrays.sort(nanos);
        System.out.printf(
            "%-15s %,d bytes: p50 %.1f µs, p90 %.1f µs%n",
            way, bytes, nanos[WRITES / 2] / 1e3, nanos[WRITES * 9 / 10] / 1e3);
      }
    }
  }

  private static long[] measure(Way way, Path path, int bytes) throws IOException {
    long capacity = PAGE + (long) WRITES * bytes;
    try (var file = new RandomAccessFile(path.toFile(), "rw");
        FileChannel channel = file.getChannel();
        Arena arena = Arena.ofConfined()) {
      if (way != Way.CHANNEL_GROWING) {
        byte[] zeros = new byte[1 << 20];
        for (long at = 0; at < capacity; at += zeros.length) {
          file.write(zeros, 0, Math.toIntExact(Math.min(zeros.length, capacity - at)));
        }
        file.getFD().sync();
      }
      MemorySegment mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, file.length(), arena);
      byte[] payload = new byte[bytes];
      Arrays.fill(payload, (byte) 7);
      var direct = ByteBuffer.allocateDirect(bytes).put(payload);
      long[] nanos = new long[WRITES];
      long at = PAGE;
      for (int i = 0; i < WRITES; i++) {
        long before = System.nanoTime();
        switch (way) {
          case CHANNEL, CHANNEL_GROWING -> {
            channel.write(direct.rewind(), at);
            channel.force(false);
          }
          case FILE_FSYNC -> {
            file.seek(at);
            file.write(payload);
            file.getFD().sync();
          }
          case FILE_MSYNC -> {
            file.seek(at);
            file.write(payload);
            mapping.asSlice(at, bytes).force();
          }
          case MAPPED -> {
            MemorySegment.copy(payload, 0, mapping, ValueLayout.JAVA_BYTE, at, bytes);
            mapping.asSlice(at, bytes).force();
          }
        }
        nanos[i] = System.nanoTime() - before;
        at += bytes;
      }
      return nanos;
    } finally {
      Files.deleteIfExists(path);
    }
  }
}
