package io.daybook.benchmarks;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Ways to make a small write durable, side by side: the evidence for how the engine writes.
 * Arguments: a folder and the number of bytes.
 */
public final class RawSync {
  private static final int WRITES = 1_500;
  private static final long PAGE = 4_096;
  private static final long STEP = 16L << 20;

  private RawSync() {}

  private enum Way {
    CHANNEL,
    FILE_FSYNC,
    FILE_MSYNC,
    MAPPED,
    CHANNEL_GROWING,
    CHANNEL_ZEROED_MEANWHILE,
    CHANNEL_SPARSE,
    FILE_MSYNC_SPARSE
  }

  /** Runs three rounds of each way. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]);
    int bytes = Integer.parseInt(args[1]);
    for (int round = 0; round < 3; round++) {
      for (Way way : Way.values()) {
        long[] nanos = measure(way, folder.resolve("raw-sync"), bytes);
        Arrays.sort(nanos);
        System.out.printf(
            "%-25s %,d bytes: p50 %.1f µs, p90 %.1f µs, mean %.1f µs%n",
            way,
            bytes,
            nanos[WRITES / 2] / 1e3,
            nanos[WRITES * 9 / 10] / 1e3,
            Arrays.stream(nanos).average().orElse(0) / 1e3);
      }
    }
  }

  private static void fillWithZeros(RandomAccessFile file, long from, long to) throws IOException {
    byte[] zeros = new byte[1 << 20];
    file.seek(from);
    for (long at = from; at < to; at += zeros.length) {
      file.write(zeros, 0, Math.toIntExact(Math.min(zeros.length, to - at)));
    }
    file.getFD().sync();
  }

  /** Keeps the zeros up to a step ahead of what is used, as the engine does. */
  private static void zeroAhead(Path path, AtomicLong zeroed, AtomicLong used, long capacity) {
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      while (zeroed.get() < capacity) {
        if (used.get() > zeroed.get() - STEP / 2) {
          long to = Math.min(zeroed.get() + STEP, capacity);
          fillWithZeros(file, zeroed.get(), to);
          zeroed.set(to);
        } else {
          LockSupport.parkNanos(50_000);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long[] measure(Way way, Path path, int bytes)
      throws IOException, InterruptedException {
    long capacity = PAGE + (long) WRITES * bytes;
    try (var file = new RandomAccessFile(path.toFile(), "rw");
        FileChannel channel = file.getChannel();
        Arena arena = Arena.ofConfined()) {
      if (way == Way.CHANNEL_SPARSE || way == Way.FILE_MSYNC_SPARSE) {
        file.setLength(capacity);
      } else if (way != Way.CHANNEL_GROWING) {
        long ready = way == Way.CHANNEL_ZEROED_MEANWHILE ? Math.min(STEP, capacity) : capacity;
        fillWithZeros(file, 0, ready);
      }
      MemorySegment mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, file.length(), arena);
      byte[] payload = new byte[bytes];
      Arrays.fill(payload, (byte) 7);
      var direct = ByteBuffer.allocateDirect(bytes).put(payload);
      long[] nanos = new long[WRITES];
      long at = PAGE;
      var zeroed = new AtomicLong(way == Way.CHANNEL_ZEROED_MEANWHILE ? file.length() : capacity);
      var used = new AtomicLong();
      Thread zeroing = Thread.ofPlatform().start(() -> zeroAhead(path, zeroed, used, capacity));
      for (int i = 0; i < WRITES; i++) {
        long before = System.nanoTime();
        switch (way) {
          case CHANNEL, CHANNEL_GROWING, CHANNEL_ZEROED_MEANWHILE, CHANNEL_SPARSE -> {
            while (way == Way.CHANNEL_ZEROED_MEANWHILE && zeroed.get() < at + bytes) {
              Thread.onSpinWait();
            }
            channel.write(direct.rewind(), at);
            channel.force(false);
          }
          case FILE_FSYNC -> {
            file.seek(at);
            file.write(payload);
            file.getFD().sync();
          }
          case FILE_MSYNC, FILE_MSYNC_SPARSE -> {
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
        used.set(at);
      }
      zeroing.join();
      return nanos;
    } finally {
      Files.deleteIfExists(path);
    }
  }
}
