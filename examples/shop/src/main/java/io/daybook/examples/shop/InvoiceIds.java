package io.daybook.examples.shop;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The event ids of an invoice: its n-th line has always the same id, so that no line can be stored
 * twice. They are UUIDs of version 8: bits of SHA-256 over the number, then 20 bits that count.
 */
final class InvoiceIds {
  private static final int COUNTER_BITS = 20;

  private final long high;
  private final long low;

  private InvoiceIds(long high, long low) {
    this.high = high;
    this.low = low;
  }

  /** The ids of the invoice with that number. */
  static InvoiceIds of(String number) {
    ByteBuffer hash = ByteBuffer.wrap(sha256("shop:invoice:" + number));
    long high = (hash.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L;
    long low = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new InvoiceIds(high, (low >>> COUNTER_BITS) << COUNTER_BITS);
  }

  /** The id of the line with that index, from 0. */
  UUID eventId(int index) {
    if (index >>> COUNTER_BITS != 0) {
      throw new IllegalArgumentException("an invoice has a million lines at most");
    }
    return new UUID(high, low | index);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
