package io.daybook.engine.keys;

import java.nio.file.Path;
import java.util.List;

/**
 * Where the key of an encrypted store comes from. It is asked when a store is opened, and by a
 * reader again when the store's keys were changed; not for each read or append.
 *
 * <p>A file and a command give a key in one of these forms: 32 bytes, and nothing else; or a line
 * of text with 64 hexadecimal digits; or a line with the Base64 of 32 bytes.
 */
@FunctionalInterface
public interface KeySource {
  /** The size of a key in bytes. */
  int KEY_BYTES = 32;

  /**
   * The key: {@value #KEY_BYTES} bytes that nobody can guess. The caller overwrites the array when
   * it has used it. Called by any thread.
   *
   * @throws StoreKeyException if it cannot be had
   */
  byte[] key();

  /**
   * A key in a file. A file that everybody may read is refused, where the file system tells.
   *
   * @param file as {@code openssl rand -hex 32} makes one
   */
  static KeySource file(Path file) {
    return new KeyFile(file);
  }

  /**
   * What a command writes to its standard output: a vault's client, for example. It gets no input,
   * has a minute, and must end with 0.
   *
   * @param command the program and its arguments
   */
  static KeySource command(List<String> command) {
    return new KeyCommand(command);
  }

  /**
   * A key that the application has.
   *
   * @param key {@value #KEY_BYTES} bytes, which are copied
   * @throws IllegalArgumentException if it has another length
   */
  static KeySource of(byte[] key) {
    return new GivenKey(key);
  }
}
