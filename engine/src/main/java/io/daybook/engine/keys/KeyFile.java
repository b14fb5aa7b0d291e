package io.daybook.engine.keys;

import io.daybook.engine.keys.StoreKeyException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** A key in a file. */
final class KeyFile implements KeySource {
  private final Path file;

  KeyFile(Path file) {
    this.file = file;
  }

  @Override
  public byte[] key() {
    try {
      requirePrivate();
      try (InputStream in = Files.newInputStream(file)) {
        return KeyText.parse(in.readNBytes(KeyText.MAX_BYTES), "the file " + file);
      }
    } catch (NoSuchFileException e) {
      throw new StoreKeyException(
          Reason.UNAVAILABLE, "there is no file " + file + " with the key of the store", e);
    } catch (AccessDeniedException e) {
      throw new StoreKeyException(
          Reason.UNAVAILABLE, "the file " + file + " with the key may not be read by you", e);
    } catch (IOException e) {
      throw new StoreKeyException(
          Reason.UNAVAILABLE,
          "the key of the store cannot be read from " + file + ": " + e.getMessage(),
          e);
    }
  }

  private void requirePrivate() throws IOException {
    Set<PosixFilePermission> permissions;
    try {
      permissions = Files.getPosixFilePermissions(file);
    } catch (UnsupportedOperationException _) {
      return; // the file system has other means
    }
    if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
      throw new StoreKeyException(
          Reason.UNAVAILABLE,
          "everybody on this machine may read the key in "
              + file
              + "; let nobody else: chmod 600 "
              + file);
    }
  }

  @Override
  public String toString() {
    return "the key in " + file;
  }
}
