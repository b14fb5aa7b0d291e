package io.daybook.engine.index;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.Looks;
import io.daybook.engine.io.Mapping;
import io.daybook.engine.io.SealedBlocks;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an index file: copied first, then checked, then believed.
 *
 * <p>Where a page cannot be read, the virtual machine throws an {@link InternalError}, and that not
 * at once: so whoever reads what is not checked here catches it around the whole of what it does,
 * failing checks included.
 */
final class IndexBytes {
  private static final System.Logger LOG = System.getLogger(IndexBytes.class.getName());

  static final String REMEDY =
      "; an open store makes this index file anew from the log when it comes upon it: try again";

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String file;
  private final int seed;
  private final Mapping mapping;
  private final MemorySegment segment;

  /** Of a file that is sealed: all that is asked for is in there. */
  private final @Nullable SealedBlocks sealed;

  private final Looks looks = new Looks();

  IndexBytes(String file, int seed, Mapping mapping, @Nullable SealedBlocks sealed) {
    this.file = file;
    this.seed = seed;
    this.mapping = mapping;
    this.segment = mapping.segment();
    this.sealed = sealed;
  }

  String file() {
    return file;
  }

  Mapping mapping() {
    return mapping;
  }

  /** The size of what is in it, which is less than that of the file if it is sealed. */
  long size() {
    return sealed == null ? segment.byteSize() : sealed.size();
  }

  boolean isSealedAnew() {
    return sealed == null || sealed.isCurrent();
  }

  /**
   * Brings a range into memory by reading it at its place, if it is not there: a page that is only
   * touched brings many others along, which the next lookup does not want.
   */
  void bring(long offset, int length) {
    if (sealed != null || !looks.isDue()) {
      return;
    }
    int within = Math.clamp(segment.byteSize() - offset, 0, length);
    if (offset < 0 || within == 0 || mapping.isInMemory(offset, within)) {
      return;
    }
    looks.foundCold();
    try {
      mapping.fetch(offset, within);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a part of an index file was not fetched", e); // its reading will tell
    }
  }

  /**
   * Has the processor bring a range from memory, as far as it is in the file; what is returned
   * means nothing.
   */
  int touch(long offset, int length) {
    int sum = 0;
    if (sealed == null && offset >= 0) {
      long end = Math.min(offset + length, segment.byteSize());
      for (long at = offset; at < end; at += Bytes.LINE_BYTES) {
        sum += segment.get(ValueLayout.JAVA_BYTE, at);
      }
    }
    return sum;
  }

  /** A copy of a range, which lies in the file; not checked. */
  byte[] copy(long offset, int length) {
    byte[] bytes = new byte[length];
    copy(offset, bytes, length);
    return bytes;
  }

  /** Copies a range, which lies in the file, to the start of the target; not checked. */
  void copy(long offset, byte[] target, int length) {
    if (sealed == null) {
      Bytes.copy(segment, offset, target, 0, length);
    } else {
      sealed.copy(offset, target, 0, length);
    }
  }

  /** 4 bytes that nothing has checked. */
  int getInt(long offset) {
    return sealed == null
        ? Bytes.getInt(segment, offset)
        : Bytes.getInt(sealed.copy(offset, Integer.BYTES), 0);
  }

  /** 2 bytes that nothing has checked. */
  int getShort(long offset) {
    return sealed == null
        ? segment.get(SHORT, offset) & 0xffff
        : Bytes.getShort(sealed.copy(offset, Short.BYTES), 0);
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
    return new StoreDamagedException(file, offset, what + REMEDY);
  }
}
