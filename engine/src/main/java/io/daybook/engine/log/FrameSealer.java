package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.FileSeal;

/**
 * Seals what stands behind the header of a frame; see "Encryption" in {@code docs/format.md}. It is
 * sealed in pieces, so that one event of a large frame can be read without opening all of it. Used
 * by one thread at a time.
 */
final class FrameSealer {
  static final int PIECE_BYTES = 2_048;

  /** Behind the tags: nonce of the first piece, number of pieces. */
  static final int END_BYTES = FileSeal.NONCE_BYTES + Integer.BYTES;

  /** The header, of which the check is left out, and the frame's place. */
  private static final int AAD_BYTES = Frame.HEADER_BYTES + Long.BYTES;

  private final FileSeal seal;
  private final byte[] scratch = new byte[PIECE_BYTES + FileSeal.TAG_BYTES];

  FrameSealer(FileSeal seal) {
    this.seal = seal;
  }

  /** How many bytes are added to a frame, at most. */
  static long trailerBound(long frameBytes) {
    return END_BYTES + FileSeal.TAG_BYTES * (frameBytes / PIECE_BYTES + 2);
  }

  /** How many pieces a frame has whose content ends there. */
  static int pieces(long contentEnd) {
    return (int) ((contentEnd - Frame.HEADER_BYTES + PIECE_BYTES - 1) / PIECE_BYTES);
  }

  /** What each piece is bound to. */
  static byte[] aad(byte[] frame, int start, long place) {
    byte[] aad = new byte[AAD_BYTES];
    System.arraycopy(frame, start, aad, 0, Frame.HEADER_BYTES);
    Bytes.putInt(aad, Frame.CHECK, 0);
    Bytes.putLong(aad, Frame.HEADER_BYTES, place);
    return aad;
  }

  /**
   * Seals a frame where it stands, which has no check yet. What is behind it is overwritten by
   * {@link #trailerBound} bytes.
   *
   * @param contentEnd where the last body ends, padding included
   * @param place where in its file the frame will stand
   * @return the frame's length
   */
  int seal(byte[] buffer, int start, int contentEnd, long place) {
    int pieces = pieces(contentEnd);
    int tags = start + contentEnd;
    int nonceAt = tags + FileSeal.TAG_BYTES * pieces;
    int length = nonceAt + END_BYTES - start;
    buffer[start + Frame.KIND] = Frame.KIND_SEALED;
    Bytes.putInt(buffer, start + Frame.LENGTH, length);
    byte[] aad = aad(buffer, start, place);
    byte[] nonce = seal.newNonce();
    System.arraycopy(nonce, 0, buffer, nonceAt, nonce.length);
    Bytes.putInt(buffer, nonceAt + nonce.length, pieces);
    for (int piece = 0; piece < pieces; piece++) {
      int from = Frame.HEADER_BYTES + PIECE_BYTES * piece;
      int bytes = Math.min(PIECE_BYTES, contentEnd - from);
      seal.seal(FileSeal.numbered(nonce, piece), aad, buffer, start + from, bytes, scratch, 0);
      System.arraycopy(scratch, 0, buffer, start + from, bytes);
      int tagAt = tags + FileSeal.TAG_BYTES * piece;
      System.arraycopy(scratch, bytes, buffer, tagAt, FileSeal.TAG_BYTES);
    }
    return length;
  }
}
