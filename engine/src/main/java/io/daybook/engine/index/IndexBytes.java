package io.daybook.engine.index;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The bytes of an index file: copied first, then checked, then believed. */
final class IndexBytes {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String file;
  private final int seed;
  private final Mapping mapping;
  private final MemorySegment segment;

  IndexBytes(String file, int seed, Mapping mapping) {
    this.file = file;
    this.seed = seed;
    this.mapping = mapping;
    this.segment = mapping.segment();
  }

  String file() {
    return file;
  }

  Mapping mapping() {
    return mapping;
  }

  long size() {
    return segment.byteSize();
  }

  /** A copy of a range, which lies in the file. */
  byte[] copy(long offset, int length) {
    byte[] bytes = new byte[length];
    copy(offset, bytes, length);
    return bytes;
  }

  /** Copies a range, which lies in the file, to the start of the target. */
  void copy(long offset, byte[] target, int length) {
    try {
      Bytes.copy(segment, offset, target, 0, length);
    } catch (InternalError e) {
      throw Faults.unreadable(file, offset, e);
    }
  }

  /** 4 bytes that nothing has checked. */
  int getInt(long offset) {
    try {
      return Bytes.getInt(segment, offset);
    } catch (InternalError e) {
      throw Faults.unreadable(file, offset, e);
    }
  }

  /** 2 bytes that nothing has checked. */
  int getShort(long offset) {
    try {
      return segment.get(SHORT, offset) & 0xffff;
    } catch (InternalError e) {
      throw Faults.unreadable(file, offset, e);
    }
  }

  /** A checksum that begins with the file and a place in it. */
  Checksum checksum(long offset) {
    return new Checksum().begin(seed, offset);
  }

  /** A range whose check, over file, place and bytes, is known. */
  byte[] checked(long offset, int length, int check) {
    byte[] bytes = copy(offset, length);
    if (checksum(offset).update(bytes, 0, length).value() != check) {
      throw checkFails(offset);
    }
    return bytes;
  }

  /** A range that begins with its check, over file, place and the bytes behind it. */
  byte[] checked(long offset, int length) {
    byte[] bytes = copy(offset, length);
    int check = checksum(offset).update(bytes, Integer.BYTES, length - Integer.BYTES).value();
    if (Bytes.getInt(bytes, 0) != check) {
      throw checkFails(offset);
    }
    return bytes;
  }

  StoreDamagedException checkFails(long offset) {
    return damaged(offset, "a check fails");
  }

  StoreDamagedException damaged(long offset, String what) {
    return damaged(file, offset, what);
  }

  static StoreDamagedException damaged(String file, long offset, String what) {
    return new StoreDamagedException(
        file,
        offset,
        what
            + "; close the store and delete this index file,"
            + " it is rebuilt from the log at the next opening");
  }
}
