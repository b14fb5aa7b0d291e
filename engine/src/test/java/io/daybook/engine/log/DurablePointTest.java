package io.daybook.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FolderDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a writer says of the log to readers in other processes. */
@Timeout(60)
class DurablePointTest {
  private static final Manifest MANIFEST =
      new Manifest(
          UUID.randomUUID(), 0, 1, 1, 0, List.of(Manifest.LogEntry.active(0, 0)), List.of());

  @TempDir private Path folder;
  private Disk disk;
  private DurablePoint writer;
  private DurablePoint reader;

  @BeforeEach
  void open() throws IOException {
    disk = new FolderDisk(folder);
    writer = DurablePoint.forWriting(disk, MANIFEST);
    reader = DurablePoint.forReading(disk, MANIFEST);
  }

  @AfterEach
  void release() {
    writer.release();
    reader.release();
  }

  @Test
  void whatWasSaidLastIsRead() {
    assertThat(reader.read()).isNull();
    writer.publish(3, 4, 5_000);
    writer.publish(6, 7, 8_000);
    assertThat(reader.read()).isEqualTo(new DurablePoint.Point(4, 6, 7, 8_000));
  }

  @Test
  void aWriterThatIsHeldUpWhileItWritesIsWaitedFor() throws Exception {
    writer.publish(3, 4, 5_000);
    beginWriting(3);
    var read = new FutureTask<>(reader::read);
    Thread thread = Thread.ofPlatform().start(read);
    while (!read.isDone() && thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    writer.publish(6, 7, 8_000);
    assertThat(read.get()).isEqualTo(new DurablePoint.Point(4, 6, 7, 8_000));
  }

  /** As far as a writer comes that is stopped behind its first step. */
  private void beginWriting(int serial) throws IOException {
    try (DiskFile file = disk.open(DurablePoint.NAME)) {
      file.write(FileHeader.BYTES, new byte[] {(byte) serial}, 0, 1);
    }
  }

  @Test
  void aWriterThatWasKilledWhileItWroteIsNotWaitedForAgain() throws Exception {
    writer.publish(3, 4, 5_000);
    beginWriting(3);
    assertThat(reader.read()).isNull();
    for (int i = 0; i < 1_000; i++) { // a quarter of an hour, if each of them waited
      assertThat(reader.read()).isNull();
    }
    writer.publish(6, 7, 8_000);
    assertThat(reader.read()).isEqualTo(new DurablePoint.Point(4, 6, 7, 8_000));
  }

  @Test
  void aDamagedPointSaysNothing() throws IOException {
    writer.publish(3, 4, 5_000);
    try (DiskFile file = disk.open(DurablePoint.NAME)) {
      file.write(FileHeader.BYTES + 24, new byte[] {77}, 0, 1);
    }
    assertThat(reader.read()).isNull();
  }
}
