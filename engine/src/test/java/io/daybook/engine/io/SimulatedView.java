package io.daybook.engine.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One mapping of a simulated file: bytes of its own, into which the disk repeats what is written.
 * When it is unmapped it is filled with rubbish, so that whoever still reads it is found out.
 */
final class SimulatedView {
  /** What a reader sees who reads without a lease. */
  static final byte RUBBISH = (byte) 0xdb;

  private static final int PAGE_BYTES = 4096;

  private final MemorySegment segment;
  private final long readable;
  private final Runnable unmap;

  private SimulatedView(MemorySegment segment, long readable, Runnable unmap) {
    this.segment = segment;
    this.readable = readable;
    this.unmap = unmap;
  }

  static SimulatedView ofSize(int size) {
    MemorySegment segment = MemorySegment.ofArray(new byte[size]);
    return new SimulatedView(segment, size, () -> segment.fill(RUBBISH));
  }

  /** A view that stays as it is when somebody unmaps it, since others have it, too. */
  static SimulatedView sharedOfSize(int size) {
    return new SimulatedView(MemorySegment.ofArray(new byte[size]), size, () -> {});
  }

  /**
   * A view whose pages from the one of that offset on cannot be read: the pages of a real file that
   * was cut after it was mapped, so that the virtual machine reports what it reports for a broken
   * disk.
   */
  @SuppressWarnings("MustBeClosedChecker") // unmapping closes the arena
  static SimulatedView unreadableFrom(long offset, int size) throws IOException {
    long readable = offset / PAGE_BYTES * PAGE_BYTES;
    Path file = Files.createTempFile("unreadable", ".bytes");
    Arena arena = Arena.ofShared();
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
      channel.truncate(readable);
      return new SimulatedView(segment, readable, arena::close);
    } finally {
      Files.delete(file);
    }
  }

  MemorySegment segment() {
    return segment;
  }

  /** Shows the bytes of a range, as far as the view goes. */
  void show(byte[] bytes, int start, int end) {
    int length = (int) Math.min(end, readable) - start;
    if (length > 0) {
      MemorySegment.copy(bytes, start, segment, ValueLayout.JAVA_BYTE, start, length);
    }
  }

  void flipBit(int offset, int bit) {
    byte before = segment.get(ValueLayout.JAVA_BYTE, offset);
    segment.set(ValueLayout.JAVA_BYTE, offset, (byte) (before ^ (1 << bit)));
  }

  void copyTo(byte[] bytes) {
    int length = (int) Math.min(bytes.length, segment.byteSize());
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
  }

  void unmap() {
    unmap.run();
  }
}
