package io.daybook.examples.bank;

import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventstore.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Checkpoints in small files, so that a look for something to do leaves no event in the store. A
 * file that is lost or damaged costs time only: all is read again, and nothing is done again. To be
 * used by one process at a time.
 */
final class FileCheckpoints implements Checkpoints {
  private final Path folder;

  /** In that folder, which is made when it is needed. */
  FileCheckpoints(Path folder) {
    this.folder = folder;
  }

  @Override
  public Optional<Checkpoint> load(String name) {
    try {
      return Optional.of(Checkpoint.parse(Files.readString(file(name)).strip()));
    } catch (NoSuchFileException | IllegalArgumentException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void save(String name, Checkpoint checkpoint) {
    Path file = file(name);
    Path next = folder.resolve(name + ".checkpoint.new");
    try {
      Files.createDirectories(folder);
      Files.writeString(next, checkpoint + "\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(String name) {
    return folder.resolve(name + ".checkpoint");
  }
}
