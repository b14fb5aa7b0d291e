package io.daybook.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * An event as every subject is given it: the bytes are what a JSON library hands over. Nobody
 * changes them.
 */
final class Sample {
  private static final String[] TYPES = {"Opened", "Deposited", "Withdrawn", "Closed"};

  /** The bytes of a synthetic payload. */
  static final int DATA_BYTES = 256;

  private final String type;
  private final String tag;
  private final byte[] data;

  Sample(String type, String tag, byte[] data) {
    this.type = type;
    this.tag = tag;
    this.data = data;
  }

  String type() {
    return type;
  }

  String tag() {
    return tag;
  }

  byte[] data() {
    return data;
  }

  /** The type of the event of that number. */
  static String typeOf(long number) {
    return TYPES[(int) (number % TYPES.length)];
  }

  /** 256 bytes of JSON: the number, and random letters that no compressor makes much of. */
  static byte[] payload(long number) {
    byte[] data = new byte[DATA_BYTES];
    byte[] start = ("{\"number\":" + number + ",\"text\":\"").getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(start, 0, data, 0, start.length);
    var random = new SplittableRandom(number);
    int at = start.length;
    while (at < DATA_BYTES - 2) {
      long bits = random.nextLong();
      for (int i = 0; i < Long.BYTES && at < DATA_BYTES - 2; i++) {
        data[at++] = (byte) ('a' + (((bits & 0xff) * 26) >>> 8));
        bits >>>= Byte.SIZE;
      }
    }
    data[DATA_BYTES - 2] = '"';
    data[DATA_BYTES - 1] = '}';
    return data;
  }
}
