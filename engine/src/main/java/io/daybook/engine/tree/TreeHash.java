package io.daybook.engine.tree;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.log.Micros;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The hashes of the tree: of an event, of a node, of nothing. See "Leaves" in {@code
 * docs/format.md}. Used by one thread at a time.
 */
public final class TreeHash {
  /** The size of a hash in bytes. */
  public static final int BYTES = 32;

  private static final byte LEAF = 0;
  private static final byte NODE = 1;
  private static final int FIXED_BYTES = 1 + 3 * Long.BYTES + 2 * Long.BYTES;

  private final MessageDigest sha = newSha256();
  private final byte[] node = new byte[1 + 2 * BYTES];
  private byte[] scratch = new byte[1_024];
  private int length;

  /** A new one. */
  public TreeHash() {
    node[0] = NODE;
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The root of a tree without leaves. */
  public byte[] empty() {
    return sha.digest();
  }

  /** The leaf of an event. */
  public byte[] leaf(RecordedEvent recorded) {
    byte[] hash = new byte[BYTES];
    leaf(recorded, hash, 0);
    return hash;
  }

  /** Puts the leaf of an event somewhere. */
  void leaf(RecordedEvent recorded, byte[] target, int at) {
    encode(recorded);
    sha.update(scratch, 0, length);
    digest(target, at);
  }

  private void encode(RecordedEvent recorded) {
    Event event = recorded.event();
    UUID id = event.id();
    reserve(FIXED_BYTES);
    scratch[0] = LEAF;
    Bytes.putLong(scratch, 1, recorded.position().value());
    Bytes.putLong(scratch, 9, Micros.of(recorded.recordedAt()));
    Bytes.putLong(scratch, 17, recorded.revision().value());
    Bytes.putLong(scratch, 25, id.getMostSignificantBits());
    Bytes.putLong(scratch, 33, id.getLeastSignificantBits());
    length = FIXED_BYTES;
    put(recorded.stream());
    put(event.type());
    put(event.data().contentType());
    put(event.metadata().contentType());
    List<String> tags = event.tags();
    putInt(tags.size());
    for (int i = 0; i < tags.size(); i++) {
      put(tags.get(i));
    }
    put(event.metadata());
    put(event.data());
  }

  private void put(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putInt(utf8.length);
    reserve(length + utf8.length);
    System.arraycopy(utf8, 0, scratch, length, utf8.length);
    length += utf8.length;
  }

  private void put(Payload payload) {
    putInt(payload.size());
    reserve(length + payload.size());
    payload.copyTo(scratch, length);
    length += payload.size();
  }

  private void putInt(int value) {
    reserve(length + Integer.BYTES);
    Bytes.putInt(scratch, length, value);
    length += Integer.BYTES;
  }

  /** An event has 16 MiB at most, so that the doubling does not overflow. */
  private void reserve(int bytes) {
    if (bytes > scratch.length) {
      scratch = Arrays.copyOf(scratch, Math.max(bytes, 2 * scratch.length));
    }
  }

  /** The node above two hashes. */
  public byte[] node(byte[] left, byte[] right) {
    System.arraycopy(left, 0, node, 1, BYTES);
    System.arraycopy(right, 0, node, 1 + BYTES, BYTES);
    sha.update(node, 0, node.length);
    return sha.digest();
  }

  /**
   * The root of the tree of one or more hashes that stand side by side, which are overwritten. To
   * pair neighbours, level by level, and let an odd one pass, is the same as to split at the
   * largest power of two.
   */
  byte[] fold(byte[] hashes, int count) {
    int left = count;
    while (left > 1) {
      int pairs = left / 2;
      for (int i = 0; i < pairs; i++) {
        System.arraycopy(hashes, 2 * i * BYTES, node, 1, 2 * BYTES);
        sha.update(node, 0, node.length);
        digest(hashes, i * BYTES);
      }
      if ((left & 1) == 1) {
        System.arraycopy(hashes, (left - 1) * BYTES, hashes, pairs * BYTES, BYTES);
      }
      left = pairs + (left & 1);
    }
    return Arrays.copyOf(hashes, BYTES);
  }

  private void digest(byte[] target, int at) {
    try {
      sha.digest(target, at, BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("a SHA-256 takes " + BYTES + " bytes", e);
    }
  }
}
