package io.daybook.engine;

import io.daybook.engine.keys.KeySource;
import java.util.Arrays;

/** Keys that everybody can guess. */
final class TestKeys {
  private TestKeys() {}

  /** A key of so many like bytes. */
  static KeySource key(int number) {
    byte[] key = new byte[KeySource.KEY_BYTES];
    Arrays.fill(key, (byte) number);
    return KeySource.of(key);
  }
}
