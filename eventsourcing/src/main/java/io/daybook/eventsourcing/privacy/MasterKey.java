package io.daybook.eventsourcing.privacy;

import io.daybook.eventsourcing.privacy.SubjectKeysException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where the key comes from that seals a store of subjects' keys. It is asked when the store is
 * opened, and when its file is written anew; not for each subject.
 *
 * <p>Whatever tells 32 bytes fits: a vault's client, or the engine's key sources ({@code
 * KeySource.command(…)::key}).
 */
@FunctionalInterface
public interface MasterKey {

  /**
   * The key: {@value SubjectKey#KEY_BYTES} bytes that nobody can guess. The caller overwrites the
   * array when it has used it.
   *
   * @throws RuntimeException if it cannot be had
   */
  byte[] key();

  /**
   * A key that the application has.
   *
   * @param key {@value SubjectKey#KEY_BYTES} bytes, which are copied
   * @throws IllegalArgumentException if it has another length
   */
  static MasterKey of(byte[] key) {
    if (key.length != SubjectKey.KEY_BYTES) {
      throw new IllegalArgumentException(
          "a master key has " + SubjectKey.KEY_BYTES + " bytes, and this has " + key.length);
    }
    byte[] copy = key.clone();
    return copy::clone;
  }

  /**
   * A key in a file that not everybody may read: 32 bytes and nothing else, or a line with their 64
   * hexadecimal digits, as {@code openssl rand -hex 32} makes it, or their Base64.
   */
  static MasterKey file(Path file) {
    return () -> read(file);
  }

  private static byte[] read(Path file) {
    byte[] bytes;
    try {
      if (isPublic(file)) {
        throw new SubjectKeysException(
            Reason.MASTER_KEY,
            "everybody on this machine may read the master key in "
                + file
                + "; let nobody else: chmod 600 "
                + file);
      }
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(1_024);
      }
    } catch (IOException e) {
      throw new SubjectKeysException(
          Reason.MASTER_KEY, "the master key cannot be read from " + file + ": " + e, e);
    }
    byte[] key = parse(bytes);
    Arrays.fill(bytes, (byte) 0);
    if (key == null || key.length != SubjectKey.KEY_BYTES) {
      throw new SubjectKeysException(
          Reason.MASTER_KEY,
          file
              + " holds no master key: that is 32 bytes, or a line with their 64 hexadecimal digits"
              + " or their Base64; make one with: openssl rand -hex 32");
    }
    return key;
  }

  private static boolean isPublic(Path file) throws IOException {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (UnsupportedOperationException _) {
      return false; // the file system has other means
    }
  }

  private static byte @Nullable [] parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    // 32 random bytes are never a line of text, and a password of 32 letters is no key
    if (bytes.length == SubjectKey.KEY_BYTES
        && !text.chars()
            .allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\n' || c == '\r' || c == '\t')) {
      return bytes.clone();
    }
    String line = text.strip();
    try {
      return line.length() == 2 * SubjectKey.KEY_BYTES
          ? HexFormat.of().parseHex(line)
          : Base64.getDecoder().decode(line);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
