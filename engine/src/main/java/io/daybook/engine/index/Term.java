package io.daybook.engine.index;

import io.daybook.engine.io.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** What events can be looked up by: a name of one kind. Immutable. */
public final class Term {
  /** The bits of a hash that count; the lower ones of the 64 are dropped. */
  static final int HASH_BITS = 40;

  private final Kind kind;
  private final String name;
  private final byte[] bytes;
  private final long hash;

  /** What a term names. */
  public enum Kind {
    /** A stream. */
    STREAM(1),
    /** The part of a stream's name before the first {@code -}. */
    CATEGORY(2),
    /** A type of events. */
    TYPE(3),
    /** A tag. */
    TAG(4);

    private static final Kind[] BY_CODE = {STREAM, CATEGORY, TYPE, TAG};

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** Its number in files, by which terms are sorted first. */
    int code() {
      return code;
    }

    /**
     * The kind of that number.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    static Kind ofCode(int code) {
      return BY_CODE[code - 1];
    }
  }

  /** The term of that kind and name. */
  public Term(Kind kind, String name) {
    this.kind = kind;
    this.name = name;
    this.bytes = name.getBytes(StandardCharsets.UTF_8);
    this.hash = hash(kind, bytes);
  }

  /** What it names. */
  public Kind kind() {
    return kind;
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The name in UTF-8; not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  /** The hash by which files find it, {@value #HASH_BITS} bits. */
  long hash() {
    return hash;
  }

  /** The hash of a term, {@value #HASH_BITS} bits; see {@code docs/format.md}. */
  static long hash(Kind kind, byte[] name) {
    long h = Bytes.mix(kind.code());
    int at = 0;
    for (; at + Long.BYTES <= name.length; at += Long.BYTES) {
      h = Bytes.mix(h ^ Bytes.getLong(name, at));
    }
    if (at < name.length) {
      long word = 0;
      for (int i = name.length - 1; i >= at; i--) {
        word = (word << Byte.SIZE) | (name[i] & 0xff);
      }
      h = Bytes.mix(h ^ word);
    }
    return Bytes.mix(h ^ name.length) >>> (Long.SIZE - HASH_BITS);
  }

  /** The hash of an event id, {@value #HASH_BITS} bits. */
  static long hash(UUID id) {
    return hash(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  /** The hash of an event id, {@value #HASH_BITS} bits. */
  static long hash(long high, long low) {
    return Bytes.mix(high ^ Bytes.mix(low)) >>> (Long.SIZE - HASH_BITS);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Term that && kind == that.kind && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return (int) hash;
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }
}
