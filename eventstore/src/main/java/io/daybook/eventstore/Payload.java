package io.daybook.eventstore;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Immutable bytes with a content type. A store never looks inside.
 *
 * <p>Bytes are copied on the way in and on the way out, so nothing that a caller holds can change a
 * payload.
 */
public final class Payload {
  /** The content type that is assumed where none is given. */
  public static final String JSON = "application/json";

  private static final Payload EMPTY = new Payload(new byte[0], JSON);

  private final byte[] bytes;
  private final String contentType;

  private Payload(byte[] bytes, String contentType) {
    this.bytes = bytes;
    this.contentType = contentType;
  }

  /** No bytes at all: what an event without metadata carries. */
  public static Payload empty() {
    return EMPTY;
  }

  /**
   * The UTF-8 bytes of a JSON text, which is not parsed.
   *
   * @throws IllegalArgumentException if the text holds an unpaired surrogate: it has no UTF-8 form,
   *     and would come back as another text
   */
  public static Payload json(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    // only an unpaired surrogate does not come back; this way the check costs next to nothing
    if (!json.equals(new String(bytes, StandardCharsets.UTF_8))) {
      throw unpairedSurrogate(json);
    }
    return new Payload(bytes, JSON);
  }

  /** A copy of the bytes of a JSON text, which is not parsed. */
  public static Payload json(byte[] json) {
    return new Payload(json.clone(), JSON);
  }

  /**
   * A copy of the bytes, of the given content type.
   *
   * @throws IllegalArgumentException if the content type is blank or longer than {@link
   *     Limits#MAX_CONTENT_TYPE_BYTES}
   */
  public static Payload of(byte[] bytes, String contentType) {
    return of(bytes, 0, bytes.length, contentType);
  }

  /**
   * A copy of {@code length} bytes from {@code offset}, of the given content type.
   *
   * @throws IndexOutOfBoundsException if the range is not within the bytes
   * @throws IllegalArgumentException if the content type is blank or longer than {@link
   *     Limits#MAX_CONTENT_TYPE_BYTES}
   */
  public static Payload of(byte[] bytes, int offset, int length, String contentType) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    boolean json = contentType.equals(JSON);
    if (json && length == 0) {
      return EMPTY;
    }
    if (!json) {
      Limits.requireName("content type", contentType, Limits.MAX_CONTENT_TYPE_BYTES);
    }
    return new Payload(
        Arrays.copyOfRange(bytes, offset, offset + length), json ? JSON : contentType);
  }

  /** The content type, for example {@code application/json}. */
  public String contentType() {
    return contentType;
  }

  /** The number of bytes. */
  public int size() {
    return bytes.length;
  }

  /** Whether there are no bytes. */
  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** A read-only view of the bytes. */
  public ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** A stream over the bytes. */
  public InputStream inputStream() {
    return new ByteArrayInputStream(bytes);
  }

  /** Copies the bytes into {@code target} from {@code offset} on, without any other copy. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }

  /** The bytes read as UTF-8 text. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Payload that
        && contentType.equals(that.contentType)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * contentType.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return contentType.equals(JSON) && bytes.length <= 200
        ? text()
        : contentType + ", " + bytes.length + " bytes";
  }

  /** Says which surrogate of a text is unpaired. */
  private static IllegalArgumentException unpairedSurrogate(String text) {
    int at = 0;
    while (!Character.isSurrogate(text.charAt(at)) || isPairAt(text, at)) {
      at += Character.charCount(text.codePointAt(at));
    }
    return new IllegalArgumentException(
        String.format(
            "the JSON text holds the unpaired surrogate U+%04X at index %d",
            (int) text.charAt(at), at));
  }

  private static boolean isPairAt(String text, int at) {
    return at + 1 < text.length()
        && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
  }
}
