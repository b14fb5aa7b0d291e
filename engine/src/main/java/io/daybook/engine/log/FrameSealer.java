package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.FileSeal;

/**
 * Seals what stands behind the header of a frame; see "Encryption" in {@code docs/format.md}. It is
 * sealed in pieces, so that one event of a large frame can be read without opening all of it: the
 * first holds what comes before the bodies, at least. Used by one thread at a time.
 */
final class FrameSealer {
  static final int PIECE_BYTES = 4_096;

  /** Behind the tags: nonce of the first piece, number of pieces. */
  static final int END_BYTES = FileSeal.NONCE_BYTES + Integer.BYTES;

  /** The header, of which the check is left out, and the frame's place. */
  private static final int AAD_BYTES = Frame.HEADER_BYTES + Long.BYTES;

  private final FileSeal seal;
  private byte[] scratch = new byte[PIECE_BYTES + FileSeal.TAG_BYTES];

  FrameSealer(FileSeal seal) {
    this.seal = seal;
  }

  /** How many bytes are added to a frame, at most. */
  static long trailerBound(long frameBytes) {
    return END_BYTES + FileSeal.TAG_BYTES * (frameBytes / PIECE_BYTES + 2);
  }

  /** How many pieces the content of a frame has. */
  static int pieces(int metaBytes, int contentEnd) {
    int first = endOfFirst(metaBytes);
    return contentEnd <= first ? 1 : 1 + (contentEnd - first + PIECE_BYTES - 1) / PIECE_BYTES;
  }

  /** Where the first piece ends, if the frame is that long. */
  static int endOfFirst(int metaBytes) {
    return Math.max(metaBytes, Frame.HEADER_BYTES + PIECE_BYTES);
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
   * @param metaBytes the bytes before the first body
   * @param contentEnd where the last body ends, padding included
   * @param place where in its file the frame will stand
   * @return the frame's length
   */
  int seal(byte[] buffer, int start, int metaBytes, int contentEnd, long place) {
    int pieces = pieces(metaBytes, contentEnd);
    int tags = start + contentEnd;
    int nonceAt = tags + FileSeal.TAG_BYTES * pieces;
    int length = nonceAt + END_BYTES - start;
    buffer[start + Frame.KIND] = Frame.KIND_SEALED;
    Bytes.putInt(buffer, start + Frame.LENGTH, length);
    byte[] aad = aad(buffer, start, place);
    byte[] nonce = seal.newNonce();
    System.arraycopy(nonce, 0, buffer, nonceAt, nonce.length);
    Bytes.putInt(buffer, nonceAt + nonce.length, pieces);
    int from = Frame.HEADER_BYTES;
    int to = Math.min(endOfFirst(metaBytes), contentEnd);
    for (int piece = 0; piece < pieces; piece++) {
      int bytes = to - from;
      if (scratch.length < bytes + FileSeal.TAG_BYTES) {
        scratch = new byte[bytes + FileSeal.TAG_BYTES];
      }
      seal.seal(FileSeal.numbered(nonce, piece), aad, buffer, start + from, bytes, scratch, 0);
      System.arraycopy(scratch, 0, buffer, start + from, bytes);
      System.arraycopy(
          scratch, bytes, buffer, tags + FileSeal.TAG_BYTES * piece, FileSeal.TAG_BYTES);
      from = to;
      to = Math.min(to + PIECE_BYTES, contentEnd);
    }
    return length;
  }
}
