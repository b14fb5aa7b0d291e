package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.FileHeader;
import java.util.Arrays;

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

  /** The checks of a pack's blocks and of its footer, as far as its table leads to them. */
  public static void mendPack(byte[] file) {
    int footer = file.length - Pack.FOOTER_BYTES;
    if (footer < LogFile.FIRST_FRAME) {
      return;
    }
    int seed = Bytes.getInt(file, 12);
    byte[] end = Arrays.copyOfRange(file, footer, file.length);
    Bytes.putInt(file, file.length - 4, Pack.footerCheck(end, seed));
    long table = Bytes.getLong(end, 8);
    int blocks = Bytes.getInt(end, 16);
    for (int i = 0; i < blocks; i++) {
      long line = table + (long) i * Pack.LINE_BYTES;
      if (table < 0 || line + Pack.LINE_BYTES + Pack.SENTINEL_BYTES > footer) {
        return;
      }
      mendBlock(file, seed, i, (int) line);
    }
  }

  private static void mendBlock(byte[] file, int seed, int number, int line) {
    int from = Bytes.getInt(file, line + 4);
    int to = Bytes.getInt(file, line + Pack.LINE_BYTES + 4);
    if (from < 0 || to < from || to > file.length) {
      return;
    }
    byte[] its = Arrays.copyOfRange(file, line, line + Pack.LINE_BYTES);
    byte[] stored = Arrays.copyOfRange(file, from, to);
    int behind = line + Pack.LINE_BYTES;
    byte[] next = Arrays.copyOfRange(file, behind, behind + Pack.SENTINEL_BYTES);
    Bytes.putInt(file, line + 8, Pack.check(seed, number, its, stored, next));
  }

  /** The check of the number of leaves, and those of their pieces. */
  public static void mendLeaves(byte[] file) {
    int count = FileHeader.BYTES;
    if (file.length < count + 8) {
      return;
    }
    int seed = Bytes.getInt(file, 12);
    mend(file, seed, count, 4);
    for (int at = count + 8; at + 4 < file.length; ) {
      int length = Math.min(64 * 32, file.length - at - 4);
      mend(file, seed, at, length);
      at += length + 4;
    }
  }

  private static void mend(byte[] file, int seed, int at, int length) {
    int check = new Checksum().begin(seed, at).update(file, at, length).value();
    Bytes.putInt(file, at + length, check);
  }

  /** The checks of both copies of the keys. */
  public static void mendKeys(byte[] file) {
    int copy = 4_096;
    for (int at = 0; at + copy <= file.length; at += copy) {
      Bytes.putInt(file, at + copy - 4, Checksum.of(file, at, copy - 4));
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
