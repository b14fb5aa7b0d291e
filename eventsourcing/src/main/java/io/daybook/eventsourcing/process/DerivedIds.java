package io.daybook.eventsourcing.process;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Event ids that follow from what the events are about: whoever records the same reaction again
 * makes the same ids, and the store takes it for a retry.
 *
 * <p>An id is a UUID of version 8 (RFC 9562): the first 106 free bits of SHA-256 over the names
 * that it is made of, each with its length before it, then 16 bits that count.
 */
final class DerivedIds {
  private static final int COUNTER_BITS = 16;

  private final long high;
  private final long low;

  private DerivedIds(long high, long low) {
    this.high = high;
    this.low = low;
  }

  static DerivedIds of(String... names) {
    MessageDigest digest = sha256();
    update(digest, "daybook:process");
    for (String name : names) {
      update(digest, name);
    }
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    long high = (hash.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L;
    long low = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new DerivedIds(high, (low >>> COUNTER_BITS) << COUNTER_BITS);
  }

  /** The only id of what happens once. */
  static UUID one(String... names) {
    return of(names).get(0);
  }

  /**
   * The id with that number.
   *
   * @param index from 0 to 65,535
   */
  UUID get(int index) {
    if (index < 0 || index >= 1 << COUNTER_BITS) {
      throw new IllegalArgumentException("a reaction has too many events: " + index);
    }
    return new UUID(high, low | index);
  }

  private static void update(MessageDigest digest, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
