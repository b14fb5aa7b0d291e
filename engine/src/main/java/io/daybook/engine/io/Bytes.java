package io.daybook.engine.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers in byte arrays and in mapped memory. */
public final class Bytes {
  /** What most processors bring from memory at once. */
  public static final int LINE_BYTES = 64;

  /** An int at any offset of mapped memory. */
  public static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** A long at any offset of mapped memory. */
  public static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Bytes() {}

  /** Reads 2 bytes as an unsigned number. */
  public static int getShort(byte[] bytes, int offset) {
    return (short) SHORTS.get(bytes, offset) & 0xffff;
  }

  /** Writes 2 bytes. */
  public static void putShort(byte[] bytes, int offset, short value) {
    SHORTS.set(bytes, offset, value);
  }

  /** Reads 4 bytes. */
  public static int getInt(byte[] bytes, int offset) {
    return (int) INTS.get(bytes, offset);
  }

  /** Writes 4 bytes. */
  public static void putInt(byte[] bytes, int offset, int value) {
    INTS.set(bytes, offset, value);
  }

  /** Reads 8 bytes. */
  public static long getLong(byte[] bytes, int offset) {
    return (long) LONGS.get(bytes, offset);
  }

  /** Writes 8 bytes. */
  public static void putLong(byte[] bytes, int offset, long value) {
    LONGS.set(bytes, offset, value);
  }

  /** Reads 4 bytes of mapped memory. */
  public static int getInt(MemorySegment segment, long offset) {
    return segment.get(INT, offset);
  }

  /** Reads 8 bytes of mapped memory. */
  public static long getLong(MemorySegment segment, long offset) {
    return segment.get(LONG, offset);
  }

  /** A copy of mapped memory. */
  public static byte[] copy(MemorySegment segment, long offset, int length) {
    byte[] bytes = new byte[length];
    copy(segment, offset, bytes, 0, length);
    return bytes;
  }

  /** Copies mapped memory into an array. */
  public static void copy(MemorySegment segment, long offset, byte[] target, int at, int length) {
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, target, at, length);
  }

  /** How many bytes {@link #putVarint} writes. */
  public static int varintLength(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
  }

  /**
   * Writes a number in groups of 7 bits, low ones first (LEB128).
   *
   * @return the offset behind it
   */
  public static int putVarint(byte[] bytes, int offset, long value) {
    int at = offset;
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
    return at;
  }

  /** SplitMix64's step, which turns any value into one that looks random. */
  public static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
