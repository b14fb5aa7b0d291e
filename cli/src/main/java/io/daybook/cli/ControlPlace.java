package io.daybook.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Where the application that has a store open listens: the socket {@code DATA.control/socket}
 * beside the store's directory. The directory is its owner's alone, so nobody else ever gets at the
 * socket.
 *
 * <p>A socket's path may have about 100 bytes. Where it would have more, the socket is in a private
 * directory for temporary files, and {@code DATA.control/where} tells its path.
 */
final class ControlPlace {
  private static final int MAX_SOCKET_PATH_BYTES = 100;
  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rwx------");

  private final Path directory;

  private ControlPlace(Path directory) {
    this.directory = directory;
  }

  /** That of the store in that directory. */
  static ControlPlace of(Path data) {
    Path absolute = data.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    if (name == null) {
      throw CommandFailedException.usage("a store's directory has a name: " + data);
    }
    return new ControlPlace(absolute.resolveSibling(name + ".control"));
  }

  Path directory() {
    return directory;
  }

  private Path where() {
    return directory.resolve("where");
  }

  private Path usual() {
    return directory.resolve("socket");
  }

  /** Where the socket is, if an application left one there. */
  Optional<Path> socket() throws IOException {
    try {
      Path told = Path.of(Files.readString(where()).strip());
      return Files.exists(told) ? Optional.of(told) : Optional.empty();
    } catch (NoSuchFileException _) {
      return Files.exists(usual()) ? Optional.of(usual()) : Optional.empty();
    }
  }

  /** Makes the directory, and tells where the socket is to be made. */
  Path prepare() throws IOException {
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
    } catch (FileAlreadyExistsException e) {
      Set<PosixFilePermission> granted =
          Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
      var others = EnumSet.copyOf(granted);
      others.removeAll(OWNER_ALONE);
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) || !others.isEmpty()) {
        throw new IOException(
            directory + " is there already, and not a directory of its owner alone (mode 700)", e);
      }
    }
    if (bytes(usual()) <= MAX_SOCKET_PATH_BYTES) {
      return usual();
    }
    Path socket = Files.createTempDirectory("daybook-").resolve("socket"); // the owner's alone
    Files.writeString(where(), socket.toString());
    return socket;
  }

  private static int bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /** Takes everything away that an application made. */
  void clear() throws IOException {
    Optional<Path> socket = socket();
    if (socket.isPresent()) {
      Path parent = socket.get().getParent();
      Files.deleteIfExists(socket.get());
      if (parent != null && !parent.equals(directory)) {
        Files.deleteIfExists(parent);
      }
    }
    Files.deleteIfExists(where());
    Files.deleteIfExists(directory);
  }
}
