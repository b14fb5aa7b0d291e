package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileSeal;
import io.daybook.engine.io.OpenedCache;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A sealed frame, of which the pieces are opened as they are asked for. Everything stands at the
 * offsets of the file at which it would stand if it were not sealed. Used by one thread at a time,
 * which holds a lease on the file's mapping.
 *
 * <p>A piece that was opened is kept for a while under its nonce, which no other piece ever has:
 * what is written to the same place later cannot be taken for it.
 */
final class SealedFrame {
  private final String name;
  private final MemorySegment file;
  private final FileSeal seal;
  private final long place;
  private final long contentEnd;
  private final byte[] aad;
  private final byte[] nonce;
  private final byte[] @Nullable [] pieces;

  private SealedFrame(
      String name, MemorySegment file, FileSeal seal, long place, byte[] header, int length) {
    this.name = name;
    this.file = file;
    this.seal = seal;
    this.place = place;
    long nonceAt = place + length - FrameSealer.END_BYTES;
    this.nonce = Bytes.copy(file, nonceAt, FileSeal.NONCE_BYTES);
    this.aad = FrameSealer.aad(header, 0, place);
    int count = Bytes.getInt(file, nonceAt + FileSeal.NONCE_BYTES);
    this.contentEnd = nonceAt - (long) FileSeal.TAG_BYTES * count;
    if (count != FrameSealer.pieces(contentEnd - place)) {
      throw damaged();
    }
    this.pieces = new byte[count] @Nullable [];
  }

  /**
   * The frame at a place of a sealed file.
   *
   * @throws StoreDamagedException if there is none
   */
  static SealedFrame at(String name, MemorySegment file, FileSeal seal, long place) {
    byte[] header = Bytes.copy(file, place, Frame.HEADER_BYTES);
    return new SealedFrame(name, file, seal, place, header, Bytes.getInt(header, Frame.LENGTH));
  }

  /** 4 bytes at a multiple of 4, which are in one piece. */
  int getInt(long offset) {
    long content = offset - place - Frame.HEADER_BYTES;
    return Bytes.getInt(piece(content), (int) content & (FrameSealer.PIECE_BYTES - 1));
  }

  /** 8 bytes at a multiple of 8, which are in one piece. */
  long getLong(long offset) {
    long content = offset - place - Frame.HEADER_BYTES;
    return Bytes.getLong(piece(content), (int) content & (FrameSealer.PIECE_BYTES - 1));
  }

  /** Copies a range behind the header. */
  void copy(long offset, byte[] target, int at, int length) {
    int done = 0;
    while (done < length) {
      long content = offset + done - place - Frame.HEADER_BYTES;
      byte[] piece = piece(content);
      int from = (int) content & (FrameSealer.PIECE_BYTES - 1);
      int step = Math.min(length - done, piece.length - from);
      System.arraycopy(piece, from, target, at + done, step);
      done += step;
    }
  }

  /** The piece that holds a byte of what is sealed. */
  private byte[] piece(long content) {
    if (content < 0 || content >= contentEnd - place - Frame.HEADER_BYTES) {
      throw new IndexOutOfBoundsException("offset " + content + " of a frame's content");
    }
    int number = (int) (content / FrameSealer.PIECE_BYTES);
    byte[] piece = pieces[number];
    if (piece == null) {
      piece = open(number);
      pieces[number] = piece;
    }
    return piece;
  }

  private byte[] open(int number) {
    byte[] its = FileSeal.numbered(nonce, number);
    long key = Bytes.getLong(its, Integer.BYTES);
    OpenedCache cache = seal.pieces();
    byte[] known = cache == null ? null : cache.get(seal, key);
    if (known != null) {
      return known;
    }
    long from = place + Frame.HEADER_BYTES + (long) FrameSealer.PIECE_BYTES * number;
    int length = (int) Math.min(FrameSealer.PIECE_BYTES, contentEnd - from);
    byte[] sealed = new byte[length + FileSeal.TAG_BYTES];
    Bytes.copy(file, from, sealed, 0, length);
    long tagAt = contentEnd + (long) FileSeal.TAG_BYTES * number;
    Bytes.copy(file, tagAt, sealed, length, FileSeal.TAG_BYTES);
    byte[] piece = new byte[length];
    if (!seal.open(its, aad, sealed, 0, sealed.length, piece, 0)) {
      throw damaged();
    }
    if (cache != null) {
      cache.put(seal, key, piece);
    }
    return piece;
  }

  private StoreDamagedException damaged() {
    Faults.await(); // what cannot be read is not what was written, either
    return new StoreDamagedException(
        name,
        place,
        "a frame is not what was sealed; run verify, and restore the file from a backup");
  }
}
