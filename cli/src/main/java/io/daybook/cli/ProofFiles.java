package io.daybook.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Reads and writes keys, heads and proofs. What was read is never part of a message. */
final class ProofFiles {
  private static final String PUBLIC = ".pub";

  private ProofFiles() {}

  /** What to say when hashing was interrupted. */
  static CommandFailedException stopped(CancellationException e) {
    return CommandFailedException.interrupted(
        "stopped; nothing was written, and the next time goes on from what was hashed", e);
  }

  /** All of a file; {@code -} is standard input. */
  static String read(String file, Context context) throws IOException {
    byte[] bytes =
        file.equals("-")
            ? context.terminal().in().readAllBytes()
            : Files.readAllBytes(Path.of(file));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Writes a result: to a file, which is whole or not there, or to standard output. */
  static void write(@Nullable String file, @Nullable String keyFile, String text, Context context)
      throws IOException {
    if (file == null || file.equals("-")) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      context.out().write(bytes, 0, bytes.length);
      return;
    }
    Path target = Path.of(file).toAbsolutePath();
    if (keyFile != null && Files.exists(target) && Files.isSameFile(target, Path.of(keyFile))) {
      throw CommandFailedException.usage("--out: " + file + " is the key");
    }
    if (Files.isDirectory(target)) {
      throw CommandFailedException.failure(file + " is a directory, not a file", null);
    }
    Output.requireFolder(target);
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      Files.writeString(part, text);
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /**
   * Writes a key pair: the secret, for its owner's eyes only, and beside it the public key.
   *
   * @return the public key's file
   * @throws FileAlreadyExistsException if one of them is there: a key that is overwritten is lost
   */
  static String writeKeys(String file, Proofs.Keys keys) throws IOException {
    Path secret = Path.of(file);
    Path open = Path.of(file + PUBLIC);
    Output.requireFolder(secret.toAbsolutePath());
    if (Files.exists(open)) {
      throw new FileAlreadyExistsException(open.toString());
    }
    create(secret, keys.privateKey(), "rw-------");
    create(open, keys.publicKey(), "rw-r--r--");
    return open.toString();
  }

  private static void create(Path file, String text, String permissions) throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
            }
            : new FileAttribute<?>[0];
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = Files.newByteChannel(file, options, attributes)) {
      var bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
