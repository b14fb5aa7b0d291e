package io.daybook.engine.index;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of an index file: copied first, then checked, then believed.
 *
 * <p>Where a page cannot be read, the virtual machine throws an {@link InternalError}, and that not
 * at once: so whoever reads what is not checked here catches it around the whole of what it does,
 * failing checks included.
 */
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

  /** A copy of a range, which lies in the file; not checked. */
  byte[] copy(long offset, int length) {
    byte[] bytes = new byte[length];
    copy(offset, bytes, length);
    return bytes;
  }

  /** Copies a range, which lies in the file, to the start of the target; not checked. */
  void copy(long offset, byte[] target, int length) {
    Bytes.copy(segment, offset, target, 0, length);
  }

  /** 4 bytes that nothing has checked. */
  int getInt(long offset) {
    return Bytes.getInt(segment, offset);
  }

  /** 2 bytes that nothing has checked. */
  int getShort(long offset) {
    return segment.get(SHORT, offset) & 0xffff;
  }

  /** A checksum that begins with the file and a place in it. */
  Checksum checksum(long offset) {
    return new Checksum().begin(seed, offset);
  }

  /** A range whose check, over file, place and bytes, is known. */
  byte[] checked(long offset, int length, int check) {
    try {
      byte[] bytes = copy(offset, length);
      if (checksum(offset).update(bytes, 0, length).value() == check) {
        return bytes;
      }
      throw checkFails(offset);
    } catch (InternalError e) {
      throw unreadable(offset, e);
    }
  }

  /** A range that begins with its check, over file, place and the bytes behind it. */
  byte[] checked(long offset, int length) {
    try {
      byte[] bytes = copy(offset, length);
      int check = checksum(offset).update(bytes, Integer.BYTES, length - Integer.BYTES).value();
      if (Bytes.getInt(bytes, 0) == check) {
        return bytes;
      }
      throw checkFails(offset);
    } catch (InternalError e) {
      throw unreadable(offset, e);
    }
  }

  StoreDamagedException checkFails(long offset) {
    return damaged(offset, "a check fails");
  }

  /** What is thrown where something is wrong. */
  StoreDamagedException damaged(long offset, String what) {
    Faults.await();
    return damaged(file, offset, what);
  }

  StoreDamagedException unreadable(long offset, InternalError error) {
    StoreDamagedException unreadable = Faults.unreadable(file, offset, error);
    return damaged(file, unreadable.offsetBytes(), "the disk cannot read it");
  }

  static StoreDamagedException damaged(String file, long offset, String what) {
    return new StoreDamagedException(
        file,
        offset,
        what
            + "; an open store makes this index file anew from the log when it comes upon it:"
            + " try again");
  }
}
