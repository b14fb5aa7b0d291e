package io.daybook.engine.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderDiskTest extends DiskContract {
  @TempDir private Path folder;

  @Override
  Disk newDisk() {
    return new FolderDisk(folder.resolve("store"));
  }

  @Test
  void aFileThatTookTheNameOfAnotherIsNotMadeLargerByMapping() throws IOException {
    Disk disk = newDisk();
    byte[] older = "the older one".getBytes(UTF_8);
    try (DiskFile file = disk.create("log/a")) {
      file.write(0, older, 0, older.length);
      Path named = folder.resolve("store/log/a");
      Path newer = Files.writeString(folder.resolve("newer"), "newer");
      Files.move(newer, named, StandardCopyOption.REPLACE_EXISTING);

      assertThatThrownBy(() -> file.map(file.size())).isInstanceOf(NoSuchFileException.class);
      assertThat(named).hasContent("newer");
    }
  }
}
