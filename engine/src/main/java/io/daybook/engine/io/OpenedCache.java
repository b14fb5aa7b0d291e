package io.daybook.engine.io;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of sealed files that were opened lately: each has one place where it can be, which it
 * shares with others, so that memory is bounded by the number of places. Thread-safe.
 */
public final class OpenedCache {
  private final AtomicReferenceArray<@Nullable Piece> pieces;

  private static final class Piece {
    private final FileSeal file;
    private final long number;
    private final byte[] bytes;

    Piece(FileSeal file, long number, byte[] bytes) {
      this.file = file;
      this.number = number;
      this.bytes = bytes;
    }
  }

  /** A cache with so many places, a power of two. */
  OpenedCache(int places) {
    this.pieces = new AtomicReferenceArray<>(places);
  }

  private int place(FileSeal file, long number) {
    long hash = Bytes.mix(number ^ System.identityHashCode(file));
    return (int) hash & (pieces.length() - 1);
  }

  /** What was put under that number of that file; null if it is not here. Not to be changed. */
  public byte @Nullable [] get(FileSeal file, long number) {
    Piece piece = pieces.getAcquire(place(file, number));
    return piece != null && piece.file == file && piece.number == number ? piece.bytes : null;
  }

  /** Keeps bytes for a while, under a number that no other piece of the file has. */
  public void put(FileSeal file, long number, byte[] bytes) {
    pieces.setRelease(place(file, number), new Piece(file, number, bytes));
  }
}
