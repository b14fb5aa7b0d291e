package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Faults;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Reads the appends of one file one after another, each of one frame or several, and believes no
 * frame whose check fails. Bodies are not looked at: {@link EventReader} verifies them. Sealed
 * frames are checked as they are, whole, so that it takes no key.
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
  private long stoppedAt;

  // the current append
  private byte kind;
  private long recordedAtMicros;
  private long durableMark;
  private int events;

  // its frames
  private int frames;
  private long[] offsets = new long[16];
  private long[] positions = new long[16];

  /** Begins with the append at an offset, which follows a frame of that check. */
  FrameScanner(String name, MemorySegment segment, int fileSeed, long offset, int chain) {
    this.name = name;
    this.segment = segment;
    this.fileSeed = fileSeed;
    this.nextOffset = offset;
    this.chain = chain;
  }

  /**
   * Goes to the next append; false if what stands there is not the whole append that follows, and
   * then there is no current one.
   */
  boolean next() {
    long from = nextOffset;
    int check = chain;
    boolean whole = false;
    frames = 0;
    try {
      do {
        boolean follows = load(nextOffset) && follows();
        Faults.await(); // what cannot be read is not the end of the frames
        if (!follows) {
          return false;
        }
        accept(nextOffset);
      } while (goesOn());
      whole = true;
      return true;
    } catch (InternalError e) {
      throw unreadable(nextOffset, e);
    } finally {
      if (!whole) {
        stoppedAt = nextOffset;
        nextOffset = from;
        chain = check;
      }
    }
  }

  /** Whether the frame in the scratch bytes follows the one before. */
  private boolean follows() {
    return Bytes.getInt(scratch, Frame.CHAIN) == chain
        && (frames == 0
            || (scratch[Frame.KIND] == kind
                && Bytes.getLong(scratch, Frame.RECORDED_AT) == recordedAtMicros
                && Bytes.getLong(scratch, Frame.FIRST_POSITION) == firstPosition() + events));
  }

  private boolean goesOn() {
    return kind != Frame.KIND_CLOSE && scratch[Frame.GOES_ON] != 0;
  }

  private StoreDamagedException unreadable(long from, InternalError error) {
    long at =
        Faults.firstUnreadable(segment, Math.min(from, segment.byteSize()), segment.byteSize());
    return Faults.unreadable(name, at < 0 ? from : at, error);
  }

  /**
   * Goes to the next valid frame between two offsets, whatever it follows, as if it were an append
   * of its own; false if there is none.
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
      frames = 0;
      accept(at);
      return true;
    } catch (InternalError e) {
      throw unreadable(from, e);
    }
  }

  /** Takes the frame in the scratch bytes as the next one of the current append. */
  private void accept(long at) {
    if (frames == 0) {
      kind = scratch[Frame.KIND];
      recordedAtMicros = Bytes.getLong(scratch, Frame.RECORDED_AT);
      durableMark = Bytes.getLong(scratch, Frame.DURABLE_MARK);
      events = 0;
    }
    if (frames == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * frames);
      positions = Arrays.copyOf(positions, 2 * frames);
    }
    offsets[frames] = at;
    positions[frames] = Bytes.getLong(scratch, Frame.FIRST_POSITION);
    frames++;
    events += Bytes.getInt(scratch, Frame.EVENTS);
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

  /** Where the current append stands. */
  long offset() {
    return offsets[0];
  }

  /** Where the next append must stand. */
  long nextOffset() {
    return nextOffset;
  }

  /** Where the frame must stand that was not there, when {@link #next} was last false. */
  long stoppedAt() {
    return stoppedAt;
  }

  /** How many frames the current append has. */
  int frames() {
    return frames;
  }

  /** Where one of its frames stands; that behind the last is where the next append must stand. */
  long frameOffset(int frame) {
    return frame == frames ? nextOffset : offsets[frame];
  }

  /** The first position of one of its frames. */
  long framePosition(int frame) {
    return positions[frame];
  }

  /** Adds its frames to the column of a log file with that base. */
  void locate(LocationColumn column, long base) {
    for (int i = 0; i < frames; i++) {
      column.add((int) (positions[i] - base), offsets[i]);
    }
  }

  /** The check of its last frame. */
  int check() {
    return chain;
  }

  boolean isClose() {
    return kind == Frame.KIND_CLOSE;
  }

  long firstPosition() {
    return positions[0];
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
