package io.daybook.engine.io;

import java.util.zip.CRC32C;

/** CRC32C as the format uses it. One instance serves one thread at a time. */
public final class Checksum {
  private final CRC32C crc = new CRC32C();
  private final byte[] seed = new byte[16];

  /** The checksum of a range. */
  public static int of(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /** Begins anew, without a seed. */
  public Checksum begin() {
    crc.reset();
    return this;
  }

  /** Begins anew with a file's seed and a place in the file. */
  public Checksum begin(int fileSeed, long place) {
    crc.reset();
    Bytes.putInt(seed, 0, fileSeed);
    Bytes.putLong(seed, 4, place);
    crc.update(seed, 0, 12);
    return this;
  }

  /** Begins anew with a file's seed, a place in the file and the check of what stands before. */
  public Checksum begin(int fileSeed, long place, int before) {
    crc.reset();
    Bytes.putInt(seed, 0, fileSeed);
    Bytes.putLong(seed, 4, place);
    Bytes.putInt(seed, 12, before);
    crc.update(seed, 0, 16);
    return this;
  }

  /** Goes on with a range. */
  public Checksum update(byte[] bytes, int offset, int length) {
    crc.update(bytes, offset, length);
    return this;
  }

  /** The checksum of all since the beginning. */
  public int value() {
    return (int) crc.getValue();
  }
}
