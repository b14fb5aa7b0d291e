package io.daybook.engine.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every disk does alike, so that the simulated one stands for the real one. */
abstract class DiskContract {
  private Disk disk;

  /** An empty disk. */
  abstract Disk newDisk() throws IOException;

  @BeforeEach
  void makeFolders() throws IOException {
    disk = newDisk();
    disk.createFolder("");
    disk.createFolder("log");
  }

  private static void write(DiskFile file, long offset, String text) throws IOException {
    byte[] bytes = ("<" + text + ">").getBytes(UTF_8);
    file.write(offset, bytes, 1, bytes.length - 2);
  }

  private static String read(DiskFile file) throws IOException {
    Mapping mapping = file.map(file.size());
    try {
      return text(mapping);
    } finally {
      mapping.release();
    }
  }

  private static String text(Mapping mapping) {
    int size = (int) mapping.segment().byteSize();
    return new String(Bytes.copy(mapping.segment(), 0, size), UTF_8);
  }

  @Test
  void whatWasWrittenIsReadAfterItWasClosed() throws IOException {
    try (DiskFile file = disk.create("log/a")) {
      assertThat(file.name()).isEqualTo("log/a");
      assertThat(file.size()).isZero();
      write(file, 0, "hello world");
      write(file, 6, "there, you");
      file.sync();
    }
    try (DiskFile file = disk.open("log/a")) {
      assertThat(file.size()).isEqualTo(16);
      assertThat(read(file)).isEqualTo("hello there, you");
    }
  }

  @Test
  void aGapIsZeros() throws IOException {
    try (DiskFile file = disk.create("a")) {
      write(file, 3, "x");
      assertThat(read(file)).isEqualTo("\0\0\0x");
    }
  }

  @Test
  void whatWasCutIsZerosWhenTheFileGrowsAgain() throws IOException {
    try (DiskFile file = disk.create("a")) {
      write(file, 0, "hello");
      file.truncate(2);
      assertThat(read(file)).isEqualTo("he");
      write(file, 4, "o");
      assertThat(read(file)).isEqualTo("he\0\0o");
      file.truncate(7);
      assertThat(read(file)).isEqualTo("he\0\0o\0\0");
    }
  }

  @Test
  void aMappingShowsWhatIsWrittenLater() throws IOException {
    Mapping mapping;
    try (DiskFile file = disk.create("a")) {
      write(file, 0, "hello");
      file.sync();
      mapping = file.map(5);
      write(file, 1, "uge and mighty");
      file.syncRange(0, 5);
      assertThat(text(mapping)).isEqualTo("huge ");
    }
    assertThat(text(mapping)).isEqualTo("huge ");
    mapping.release();
    assertThat(mapping.tryLease()).isFalse();
  }

  @Test
  void creatingWhatExistsAndOpeningWhatDoesNotIsRefused() throws IOException {
    disk.create("log/a").close();
    assertThatThrownBy(() -> disk.create("log/a")).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.open("log/b")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.delete("log/b")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.rename("log/b", "log/c")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.create("other/a")).isInstanceOf(IOException.class);
  }

  @Test
  void aFolderListsItsOwnFiles() throws IOException {
    disk.create("a").close();
    disk.create("log/b").close();
    disk.create("log/c").close();
    assertThat(disk.list("")).containsExactly("a");
    assertThat(disk.list("log")).containsExactlyInAnyOrder("b", "c");
    assertThat(disk.list("none")).isEmpty();
    assertThat(disk.exists("log/b")).isTrue();
    assertThat(disk.exists("b")).isFalse();
    disk.createFolder("log");
    assertThat(disk.list("log")).hasSize(2);
  }

  @Test
  void aRenameReplacesAndADeleteRemoves() throws IOException {
    try (DiskFile a = disk.create("a");
        DiskFile b = disk.create("b")) {
      write(a, 0, "new");
      write(b, 0, "old");
    }
    disk.rename("a", "b");
    disk.syncFolder("");
    assertThat(disk.list("")).containsExactly("b");
    try (DiskFile b = disk.open("b")) {
      assertThat(read(b)).isEqualTo("new");
    }
    disk.delete("b");
    assertThat(disk.list("")).isEmpty();
  }

  @Test
  void aLinkIsTheSameFileUnderAnotherName() throws IOException {
    try (DiskFile file = disk.create("a")) {
      write(file, 0, "here");
    }
    disk.link("a", disk, "log/b");
    try (DiskFile file = disk.open("log/b")) {
      write(file, 0, "th");
      write(file, 4, "after");
    }
    try (DiskFile file = disk.open("a")) {
      assertThat(read(file)).isEqualTo("threafter");
    }
    assertThatThrownBy(() -> disk.link("a", disk, "log/b"))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.link("none", disk, "c")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.link("a", disk, "none/c")).isInstanceOf(IOException.class);
    disk.delete("a");
    try (DiskFile file = disk.open("log/b")) {
      assertThat(read(file)).isEqualTo("threafter");
    }
  }

  @Test
  void aMappingOutlivesItsFile() throws IOException {
    Mapping mapping;
    try (DiskFile file = disk.create("a")) {
      write(file, 0, "here");
      mapping = file.map(4);
    }
    disk.delete("a");
    assertThat(text(mapping)).isEqualTo("here");
    mapping.release();
  }

  @Test
  void aLockIsTakenOnce() throws Exception {
    try (Disk.Lock lock = disk.lock("LOCK")) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> disk.lock("LOCK")).isInstanceOf(Disk.LockedException.class);
      assertThat(disk.list("")).containsExactly("LOCK");
    }
    disk.lock("LOCK").close();
    assertThat(disk.list("")).containsExactly("LOCK");
  }

  @Test
  void thereIsRoom() throws IOException {
    assertThat(disk.usableBytes()).isPositive();
  }

  @Test
  void allThatIsReadIsOfTheFileThatWasOpened() throws IOException {
    try (DiskFile file = disk.create("log/a")) {
      write(file, 0, "the older one");
      file.sync();
    }
    try (DiskFile older = disk.open("log/a")) {
      try (DiskFile file = disk.create("log/b")) {
        write(file, 0, "newer");
        file.sync();
      }
      disk.rename("log/b", "log/a");
      disk.syncFolder("log");
      assertThat(new String(older.readAll(), UTF_8)).isEqualTo("the older one");
    }
    try (DiskFile newer = disk.open("log/a")) {
      assertThat(new String(newer.readAll(), UTF_8)).isEqualTo("newer");
    }
  }
}
