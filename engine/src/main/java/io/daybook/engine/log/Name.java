package io.daybook.engine.log;

import io.daybook.engine.io.Checksum;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A string in the form that a frame holds. */
final class Name {
  final String text;
  final byte[] utf8;

  /** The text's hash, here because it is compared more often than the text is read. */
  final int hash;

  /** The checksum of the UTF-8 bytes. */
  final int check;

  private Name(String text, byte[] utf8, int check) {
    this.text = text;
    this.utf8 = utf8;
    this.hash = text.hashCode();
    this.check = check;
  }

  static Name of(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return new Name(text, utf8, Checksum.of(utf8, 0, utf8.length));
  }

  static Name of(byte[] bytes, int from, int to, int check) {
    byte[] utf8 = Arrays.copyOfRange(bytes, from, to);
    return new Name(new String(utf8, StandardCharsets.UTF_8), utf8, check);
  }

  boolean is(String other) {
    return hash == other.hashCode() && text.equals(other);
  }

  boolean hasBytes(byte[] bytes, int from, int to) {
    return Arrays.equals(utf8, 0, utf8.length, bytes, from, to);
  }
}
