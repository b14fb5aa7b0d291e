package io.daybook.eventsourcing.tenancy;

import io.daybook.eventstore.EventStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A folder for each tenant. What is to be deleted gets a name first that no tenant can have. */
final class TenantFolders implements TenantSource {
  private static final String DELETED = ".deleted-";

  private final Path folder;
  private final Function<Path, ? extends EventStore> opener;

  TenantFolders(Path folder, Function<Path, ? extends EventStore> opener) {
    this.folder = Objects.requireNonNull(folder, "folder");
    this.opener = Objects.requireNonNull(opener, "opener");
  }

  @Override
  public EventStore open(String tenant) {
    return opener.apply(folder.resolve(TenantName.require(tenant)));
  }

  @Override
  public List<String> list() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> entry.getFileName().toString())
          .filter(TenantName::isAllowed)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the folder of tenants " + folder + " cannot be listed", e);
    }
  }

  @Override
  public void delete(String tenant) {
    Path store = folder.resolve(TenantName.require(tenant));
    try {
      if (Files.exists(store, LinkOption.NOFOLLOW_LINKS)) {
        // in one step, so that no half of a store is ever opened
        Files.move(
            store,
            folder.resolve(DELETED + tenant + "-" + UUID.randomUUID()),
            StandardCopyOption.ATOMIC_MOVE);
      }
      deleteWhatIsLeft(DELETED + tenant + "-");
    } catch (IOException e) {
      throw new UncheckedIOException("the store in " + store + " cannot be deleted whole", e);
    }
  }

  /** What this deletion, and earlier ones that a crash ended, left over. */
  private void deleteWhatIsLeft(String prefix) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> left;
    try (var entries = Files.list(folder)) {
      left = entries.filter(entry -> entry.getFileName().toString().startsWith(prefix)).toList();
    }
    for (Path entry : left) {
      var _ = Files.walkFileTree(entry, new Deletion());
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        throw e;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }

  @Override
  public String toString() {
    return "the stores of tenants in " + folder;
  }
}
