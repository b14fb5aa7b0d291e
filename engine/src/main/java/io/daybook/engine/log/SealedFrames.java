package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileSeal;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a sealed log file. A frame is asked for by its place, and is then as it would be in
 * a log file that is not sealed. May be used by any number of threads, which hold a lease on the
 * mapping.
 */
final class SealedFrames {
  private static final String RESTORE = "; run verify, and restore the file from a backup";

  private final String name;
  private final FileSeal seal;
  private final FrameCache cache;

  SealedFrames(String name, FileSeal seal, FrameCache cache) {
    this.name = name;
    this.seal = seal;
    this.cache = cache;
  }

  FileSeal seal() {
    return seal;
  }

  /** Forgets what was opened. */
  void forget() {
    cache.clear();
  }

  /**
   * The frame at a place.
   *
   * @param segment the file's bytes
   * @param near one that may be it
   * @throws StoreDamagedException if it is not what was sealed
   */
  Opened frameAt(MemorySegment segment, long place, @Nullable Opened near) {
    if (near != null && near.is(this, place)) {
      return near;
    }
    Opened frame = cache.get(this, place);
    if (frame == null) {
      frame = open(segment, place);
      cache.put(frame);
    }
    return frame;
  }

  private Opened open(MemorySegment segment, long place) {
    int length = Bytes.getInt(segment, place + Frame.LENGTH);
    if (length < Frame.HEADER_BYTES + FrameSealer.END_BYTES || length > segment.byteSize() - place) {
      throw damaged(place);
    }
    byte[] header = Bytes.copy(segment, place, Frame.HEADER_BYTES);
    long nonceAt = place + length - FrameSealer.END_BYTES;
    byte[] nonce = Bytes.copy(segment, nonceAt, FileSeal.NONCE_BYTES);
    int pieces = Bytes.getInt(segment, nonceAt + FileSeal.NONCE_BYTES);
    long meta = metaBytes(header);
    long contentEnd = length - FrameSealer.END_BYTES - (long) FileSeal.TAG_BYTES * pieces;
    if (header[Frame.KIND] != Frame.KIND_SEALED
        || pieces < 1
        || meta < Frame.HEADER_BYTES
        || meta > contentEnd
        || pieces != FrameSealer.pieces((int) meta, (int) contentEnd)) {
      throw damaged(place);
    }
    var frame = new Opened(this, place, header, nonce, (int) meta, (int) contentEnd, pieces);
    frame.open(segment, 0);
    return frame;
  }

  private static long metaBytes(byte[] header) {
    int events = Bytes.getInt(header, Frame.EVENTS);
    int runs = Bytes.getInt(header, Frame.RUNS);
    int strings = Bytes.getInt(header, Frame.STRINGS);
    int stringBytes = Bytes.getInt(header, Frame.STRING_BYTES);
    return events <= 0 || runs <= 0 || strings <= 0 || stringBytes <= 0
        ? -1
        : Frame.metaBytes(runs, events, strings, stringBytes);
  }

  private StoreDamagedException damaged(long place) {
    Faults.await(); // what cannot be read is not what was written, either
    return new StoreDamagedException(name, place, "a frame is not what was sealed" + RESTORE);
  }

  /**
   * A frame, of which the pieces are opened as they are needed: what comes before the bodies at
   * once. May be used by any number of threads.
   */
  static final class Opened {
    private final SealedFrames file;
    private final long place;
    private final byte[] aad;
    private final byte[] nonce;
    private final int firstEnd;
    private final int contentEnd;
    private final byte[] bytes;
    private final MemorySegment segment;
    private final boolean[] opened;

    /** How many pieces, from the first on, are open; so that no lock is needed to find out. */
    private volatile int openedInOrder;

    Opened(
        SealedFrames file,
        long place,
        byte[] header,
        byte[] nonce,
        int metaBytes,
        int contentEnd,
        int pieces) {
      this.file = file;
      this.place = place;
      this.aad = FrameSealer.aad(header, 0, place);
      this.nonce = nonce;
      this.firstEnd = Math.min(FrameSealer.endOfFirst(metaBytes), contentEnd);
      this.contentEnd = contentEnd;
      this.bytes = new byte[contentEnd];
      this.segment = MemorySegment.ofArray(bytes);
      this.opened = new boolean[pieces];
      System.arraycopy(header, 0, bytes, 0, header.length);
      Bytes.putInt(bytes, Frame.LENGTH, contentEnd);
    }

    boolean is(SealedFrames other, long itsPlace) {
      return file.seal == other.seal && place == itsPlace;
    }

    /** The frame as it would be if it were not sealed, as far as it is open. */
    MemorySegment segment() {
      return segment;
    }

    SealedFrames file() {
      return file;
    }

    long place() {
      return place;
    }

    int size() {
      return contentEnd;
    }

    private int pieceOf(int offset) {
      return offset < firstEnd ? 0 : 1 + (offset - firstEnd) / FrameSealer.PIECE_BYTES;
    }

    /**
     * Opens what is not open yet of a range.
     *
     * @param stored the file's bytes
     * @throws StoreDamagedException if it is not what was sealed
     */
    void require(MemorySegment stored, long from, int length) {
      if (from < 0 || length < 1 || from + length > contentEnd) {
        throw new IndexOutOfBoundsException("offset " + from + " of a frame");
      }
      int last = pieceOf((int) from + length - 1);
      if (last < openedInOrder) {
        return;
      }
      for (int piece = pieceOf((int) from); piece <= last; piece++) {
        open(stored, piece);
      }
    }

    /** Others may read what is open meanwhile; no piece is opened twice. */
    synchronized void open(MemorySegment stored, int piece) {
      if (opened[piece]) {
        return;
      }
      int from = piece == 0 ? Frame.HEADER_BYTES : firstEnd + (piece - 1) * FrameSealer.PIECE_BYTES;
      int to = piece == 0 ? firstEnd : Math.min(from + FrameSealer.PIECE_BYTES, contentEnd);
      int length = to - from;
      byte[] sealed = new byte[length + FileSeal.TAG_BYTES];
      Bytes.copy(stored, place + from, sealed, 0, length);
      long tagAt = place + contentEnd + (long) FileSeal.TAG_BYTES * piece;
      Bytes.copy(stored, tagAt, sealed, length, FileSeal.TAG_BYTES);
      byte[] its = FileSeal.numbered(nonce, piece);
      if (!file.seal.open(its, aad, sealed, 0, sealed.length, bytes, from)) {
        throw file.damaged(place);
      }
      opened[piece] = true;
      int inOrder = openedInOrder;
      while (inOrder < opened.length && opened[inOrder]) {
        inOrder++;
      }
      openedInOrder = inOrder;
    }
  }
}
