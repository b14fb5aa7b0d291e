package io.daybook.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * An event as every subject is given it.
 *
 * @param type the event type
 * @param tag the one tag
 * @param data 256 bytes of JSON
 */
record Sample(String type, String tag, String data) {
  private static final int DATA_BYTES = 256;
  private static final String[] TYPES = {"Opened", "Deposited", "Withdrawn", "Closed"};

  /**
   * The event of that number; ten in a row carry the same tag if {@code tags} is as many as there
   * are numbers.
   */
  static Sample of(long number, long tags) {
    var random = new Random(number);
    var json = new StringBuilder("{\"number\":").append(number).append(",\"text\":\"");
    while (json.length() < DATA_BYTES - 2) {
      json.append((char) ('a' + random.nextInt(26)));
    }
    json.append("\"}");
    return new Sample(
        TYPES[(int) (number % TYPES.length)], "account:" + number % tags, json.toString());
  }

  byte[] bytes() {
    return data.getBytes(StandardCharsets.UTF_8);
  }
}
