package io.daybook.engine.keys;

/** A key that the application has. */
final class GivenKey implements KeySource {
  private final byte[] key;

  GivenKey(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key has " + KEY_BYTES + " bytes, and this has " + key.length);
    }
    this.key = key.clone();
  }

  @Override
  public byte[] key() {
    return key.clone();
  }

  @Override
  public String toString() {
    return "a key of the application";
  }
}
