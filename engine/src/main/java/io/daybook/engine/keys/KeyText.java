package io.daybook.engine.keys;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Reads a key in the forms that {@link KeySource} names. */
final class KeyText {
  /** More than any form takes, so that a file that is something else is not read whole. */
  static final int MAX_BYTES = 1_024;

  private static final int HEX_DIGITS = 2 * KeySource.KEY_BYTES;
  private static final String MAKE = "make one with: openssl rand -hex 32";

  private KeyText() {}

  /**
   * The key in these bytes, which are overwritten.
   *
   * @param where for a person to read
   * @throws StoreKeyException if there is none
   */
  static byte[] parse(byte[] bytes, String where) {
    try {
      byte[] key = parse(bytes);
      if (key == null) {
        throw new StoreKeyException(
            StoreKeyException.Reason.UNAVAILABLE,
            where
                + " holds no key: a key is 32 bytes, or a line with their 64 hexadecimal digits or"
                + " their Base64; "
                + MAKE);
      }
      return key;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte @Nullable [] parse(byte[] bytes) {
    if (bytes.length == KeySource.KEY_BYTES && !isText(bytes)) {
      return bytes.clone();
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
    try {
      byte[] key =
          text.length() == HEX_DIGITS
              ? HexFormat.of().parseHex(text)
              : Base64.getDecoder().decode(text);
      return key.length == KeySource.KEY_BYTES ? key : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** A password of 32 letters is no key: it can be guessed. 32 random bytes are never text. */
  private static boolean isText(byte[] bytes) {
    for (byte b : bytes) {
      if (b < ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }
}
