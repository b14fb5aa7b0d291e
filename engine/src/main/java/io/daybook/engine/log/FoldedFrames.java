package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;

/**
 * Frames in which what follows from the frame before is left out, so that they compress better:
 * check before, position, times, marks and ids are told by their differences. The first frame stays
 * as it is; see {@code docs/format.md}.
 */
final class FoldedFrames {
  // of the frame before
  private boolean any;
  private int check;
  private long nextPosition;
  private long recordedAt;
  private long durableMark;
  private long idBase;

  private FoldedFrames() {}

  /** Folds whole frames, in their place. */
  static void fold(byte[] frames, int length) {
    var before = new FoldedFrames();
    for (int at = 0; at < length; at += Bytes.getInt(frames, at + Frame.LENGTH)) {
      var its = new FoldedFrames();
      its.take(frames, at);
      if (before.any) {
        before.add(frames, at, -1);
      }
      before = its;
    }
  }

  /**
   * Unfolds what was folded, in its place.
   *
   * @return false if these are not whole frames
   */
  static boolean unfold(byte[] frames) {
    var before = new FoldedFrames();
    int at = 0;
    while (at <= frames.length - Frame.HEADER_BYTES) {
      int length = Bytes.getInt(frames, at + Frame.LENGTH);
      if (length < Frame.HEADER_BYTES || length > frames.length - at) {
        return false;
      }
      if (before.any) {
        before.add(frames, at, 1);
      }
      before.take(frames, at);
      at += length;
    }
    return at == frames.length;
  }

  private void take(byte[] frames, int at) {
    any = true;
    check = Bytes.getInt(frames, at + Frame.CHECK);
    nextPosition =
        Bytes.getLong(frames, at + Frame.FIRST_POSITION) + Bytes.getInt(frames, at + Frame.EVENTS);
    recordedAt = Bytes.getLong(frames, at + Frame.RECORDED_AT);
    durableMark = Bytes.getLong(frames, at + Frame.DURABLE_MARK);
    idBase = Bytes.getLong(frames, at + Frame.ID_BASE);
  }

  /** Adds what is known of the frame before to the frame behind it, or takes it away. */
  private void add(byte[] frames, int at, int sign) {
    Bytes.putInt(frames, at + Frame.CHAIN, Bytes.getInt(frames, at + Frame.CHAIN) + sign * check);
    add(frames, at + Frame.FIRST_POSITION, sign * nextPosition);
    add(frames, at + Frame.RECORDED_AT, sign * recordedAt);
    add(frames, at + Frame.DURABLE_MARK, sign * durableMark);
    add(frames, at + Frame.ID_BASE, sign * idBase);
  }

  private static void add(byte[] frames, int at, long value) {
    Bytes.putLong(frames, at, Bytes.getLong(frames, at) + value);
  }
}
