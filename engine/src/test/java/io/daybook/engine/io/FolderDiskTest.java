package io.daybook.engine.io;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class FolderDiskTest extends DiskContract {
  @TempDir private Path folder;

  @Override
  Disk newDisk() {
    return new FolderDisk(folder.resolve("store"));
  }
}
