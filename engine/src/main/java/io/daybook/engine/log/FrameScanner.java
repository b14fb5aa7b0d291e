package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Faults;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;

/**
 * Reads the frames of one file one after another and believes none whose check fails. Bodies are
 * not looked at: {@link EventReader} verifies them. Sealed frames are checked as they are, whole,
 * so that it takes no key.
 */
final class FrameScanner {
  private static final int PART = 1 << 16;

  private final String name;
  private final MemorySegment segment;
  private final int fileSeed;
  private final Checksum checksum = new Checksum();
  private byte[] scratch = new byte[4_096];

  private long nextOffset;
  private int chain;

  private long offset = -1;
  private byte kind;
  private long firstPosition;
  private long recordedAtMicros;
  private long durableMark;
  private int events;

  /** Begins with the frame at an offset, which follows a frame of that check. */
  FrameScanner(String name, MemorySegment segment, int fileSeed, long offset, int chain) {
    this.name = name;
    this.segment = segment;
    this.fileSeed = fileSeed;
    this.nextOffset = offset;
    this.chain = chain;
  }

  /** Goes to the next frame; false if what stands there is not the frame that follows. */
  boolean next() {
    try {
      boolean follows = load(nextOffset) && Bytes.getInt(scratch, Frame.CHAIN) == chain;
      Faults.await(); // what cannot be read is not the end of the frames
      if (follows) {
        accept(nextOffset);
      }
      return follows;
    } catch (InternalError e) {
      throw unreadable(nextOffset, e);
    }
  }

  private StoreDamagedException unreadable(long from, InternalError error) {
    long at =
        Faults.firstUnreadable(segment, Math.min(from, segment.byteSize()), segment.byteSize());
    return Faults.unreadable(name, at < 0 ? from : at, error);
  }

  /**
   * Goes to the next valid frame between two offsets, whatever it follows; false if there is none.
   */
  boolean search(long from, long to) {
    try {
      long at = Frame.padded(from);
      while (at <= to && !load(at)) {
        at += 8;
      }
      Faults.await();
      if (at > to) {
        return false;
      }
      accept(at);
      return true;
    } catch (InternalError e) {
      throw unreadable(from, e);
    }
  }

  private void accept(long at) {
    offset = at;
    kind = scratch[Frame.KIND];
    firstPosition = Bytes.getLong(scratch, Frame.FIRST_POSITION);
    recordedAtMicros = Bytes.getLong(scratch, Frame.RECORDED_AT);
    durableMark = Bytes.getLong(scratch, Frame.DURABLE_MARK);
    events = Bytes.getInt(scratch, Frame.EVENTS);
    nextOffset = at + Bytes.getInt(scratch, Frame.LENGTH);
    chain = Bytes.getInt(scratch, Frame.CHECK);
  }

  /**
   * Whether a frame stands there whose check holds; its bytes before the bodies are then in the
   * scratch bytes. A page that cannot be read is noticed by the caller, who awaits the fault.
   */
  private boolean load(long at) {
    if (at + Frame.HEADER_BYTES > segment.byteSize()) {
      return false;
    }
    int length = Bytes.getInt(segment, at + Frame.LENGTH);
    if ((length & 7) != 0 || at + length > segment.byteSize()) {
      return false;
    }
    Bytes.copy(segment, at, scratch, 0, Frame.HEADER_BYTES);
    byte its = scratch[Frame.KIND];
    int eventCount = Bytes.getInt(scratch, Frame.EVENTS);
    int runs = Bytes.getInt(scratch, Frame.RUNS);
    int strings = Bytes.getInt(scratch, Frame.STRINGS);
    int stringBytes = Bytes.getInt(scratch, Frame.STRING_BYTES);
    if (eventCount < 0 || runs < 0 || strings < 0 || stringBytes < 0) {
      return false;
    }
    long meta = Frame.metaBytes(runs, eventCount, strings, stringBytes);
    boolean appends = its == Frame.KIND_APPEND || its == Frame.KIND_SEALED;
    boolean shapeFits = appends ? eventCount > 0 : its == Frame.KIND_CLOSE;
    if (!shapeFits || meta > length) {
      return false;
    }
    return its == Frame.KIND_SEALED ? sealedCheckHolds(at, length) : checkHolds(at, (int) meta);
  }

  private boolean checkHolds(long at, int meta) {
    if (scratch.length < meta) {
      scratch = new byte[meta + meta / 2];
    }
    Bytes.copy(segment, at, scratch, 0, meta);
    return beginCheck(at, meta).value() == Bytes.getInt(scratch, Frame.CHECK);
  }

  /** The check of a frame with so many bytes of it in the scratch bytes. */
  private Checksum beginCheck(long at, int length) {
    return checksum
        .begin(fileSeed, at, Bytes.getInt(scratch, Frame.CHAIN))
        .update(scratch, 0, 4)
        .update(scratch, Frame.CHAIN, length - Frame.CHAIN);
  }

  /** Of a sealed frame all is covered, which may be much. */
  private boolean sealedCheckHolds(long at, int length) {
    beginCheck(at, Frame.HEADER_BYTES);
    byte[] part = new byte[Math.min(length, PART)];
    for (int done = Frame.HEADER_BYTES; done < length; done += part.length) {
      int step = Math.min(part.length, length - done);
      Bytes.copy(segment, at + done, part, 0, step);
      checksum.update(part, 0, step);
    }
    return checksum.value() == Bytes.getInt(scratch, Frame.CHECK);
  }

  /** Where the current frame stands. */
  long offset() {
    return offset;
  }

  /** Where the next frame must stand. */
  long nextOffset() {
    return nextOffset;
  }

  /** The current frame's check. */
  int check() {
    return chain;
  }

  boolean isClose() {
    return kind == Frame.KIND_CLOSE;
  }

  long firstPosition() {
    return firstPosition;
  }

  long recordedAtMicros() {
    return recordedAtMicros;
  }

  long durableMark() {
    return durableMark;
  }

  int events() {
    return events;
  }
}
