package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.FileHeader;

/** Makes checks right again in bytes that were changed, so that a fuzzer gets behind them. */
public final class FuzzChecks {
  private FuzzChecks() {}

  /** The header that every file begins with: a store's id is another in each run. */
  public static void mendHeader(byte[] file, byte[] original) {
    System.arraycopy(original, 0, file, 0, Math.min(file.length, FileHeader.BYTES));
  }

  /** Makes a file of another store one of the store that the original is of. */
  public static void adopt(byte[] file, byte[] original) {
    System.arraycopy(original, 16, file, 16, 16);
    Bytes.putInt(file, FileHeader.BYTES - 4, Checksum.of(file, 0, FileHeader.BYTES - 4));
  }

  /** The check at the end, of a manifest or a column. */
  public static void mendEnd(byte[] file) {
    if (file.length >= FileHeader.BYTES + 4) {
      Bytes.putInt(file, file.length - 4, Checksum.of(file, 0, file.length - 4));
    }
  }

  /** The checks of a log file's frames, as far as one leads to the next; not those of bodies. */
  public static void mendFrames(byte[] file) {
    if (file.length < LogFile.FIRST_FRAME) {
      return;
    }
    int from = FileHeader.BYTES;
    int to = LogFile.FIRST_FRAME - 4;
    Bytes.putInt(file, to, Checksum.of(file, from, to - from));
    int seed = Bytes.getInt(file, 12);
    int chain = Bytes.getInt(file, LogFile.CHAIN_OFFSET);
    int at = LogFile.FIRST_FRAME;
    while (at + Frame.HEADER_BYTES <= file.length) {
      int length = Bytes.getInt(file, at + Frame.LENGTH);
      long meta = metaBytes(file, at);
      if (length < Frame.HEADER_BYTES
          || length > file.length - at
          || meta < Frame.HEADER_BYTES
          || meta > length) {
        return;
      }
      Bytes.putInt(file, at + Frame.CHAIN, chain);
      chain =
          new Checksum()
              .begin(seed, at, chain)
              .update(file, at, 4)
              .update(file, at + Frame.CHAIN, (int) meta - Frame.CHAIN)
              .value();
      Bytes.putInt(file, at + Frame.CHECK, chain);
      at += length;
    }
  }

  /** The bytes before the first body of the frame at a place, by what it says. */
  static long metaBytes(byte[] file, int frame) {
    return Frame.metaBytes(
        Bytes.getInt(file, frame + Frame.RUNS),
        Bytes.getInt(file, frame + Frame.EVENTS),
        Bytes.getInt(file, frame + Frame.STRINGS),
        Bytes.getInt(file, frame + Frame.STRING_BYTES));
  }

  /** Where in a log file the last of its frames stands. */
  public static int lastFrame(byte[] file) {
    int last = 0;
    int at = LogFile.FIRST_FRAME;
    while (at + Frame.HEADER_BYTES <= file.length && Bytes.getInt(file, at + Frame.LENGTH) > 0) {
      last = at;
      at += Bytes.getInt(file, at + Frame.LENGTH);
    }
    return last;
  }

  /** Where in a log file the frame ends that stands at an offset. */
  public static int endOfFrame(byte[] file, int frame) {
    return frame + Bytes.getInt(file, frame + Frame.LENGTH);
  }

  /** Has the last frame of a log file say of another offset that all before it was durable. */
  public static void setLastMark(byte[] file, long mark) {
    Bytes.putLong(file, lastFrame(file) + Frame.DURABLE_MARK, mark);
    mendFrames(file);
  }

  /**
   * Changes the last byte of the first event of a log file, which is one of its data, and makes its
   * check and its frame's right: what a reader without checks would read.
   */
  public static void changeFirstEvent(byte[] file) {
    int frame = LogFile.FIRST_FRAME;
    int runs = Bytes.getInt(file, frame + Frame.RUNS);
    int entry = frame + Frame.HEADER_BYTES + Frame.RUN_BYTES * runs;
    int length = Bytes.getInt(file, entry);
    int body = frame + (int) metaBytes(file, frame);
    int before = Checksum.of(file, body, length);
    file[body + length - 1] ^= 1;
    int after = Checksum.of(file, body, length);
    Bytes.putInt(file, entry + 4, Bytes.getInt(file, entry + 4) ^ before ^ after);
    mendFrames(file);
  }
}
