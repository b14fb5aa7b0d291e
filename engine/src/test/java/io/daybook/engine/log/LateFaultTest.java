package io.daybook.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A page that cannot be read is reported some time after it was, once what reads is compiled: by
 * then its bytes were looked at, and are zeros. A recovery that takes them for the end of the log
 * would write over what stands there.
 */
final class LateFaultTest {
  private static final int PAGE = 4_096;
  private static final int BYTES = 16 * PAGE;

  /** Until it is compiled, and then some. */
  private static final int TIMES = 20_000;

  @Test
  void whatCannotBeReadIsNotTheEndOfTheLog() throws IOException {
    var disk = new SimulatedDisk(1);
    var header = new FileHeader(FileHeader.Kind.LOG, 5, new UUID(1, 2), 0, 0, 0);
    byte[] bytes = new byte[BYTES];
    byte[] start = LogFile.encodeHeader(header, 0);
    System.arraycopy(start, 0, bytes, 0, start.length);
    disk.put("active", bytes);
    assertThat(tornBytes(disk, header)).isZero();

    disk.makeUnreadable("active", PAGE);
    try (DiskFile file = disk.open("active")) {
      LogFile log = log(file, header);
      for (int i = 0; i < TIMES; i++) {
        requireUnreadable(log, i);
      }
      log.release();
    }
  }

  private static void requireUnreadable(LogFile log, int time) {
    long torn;
    try {
      torn = LogRecovery.tornBytes(log, LogFile.FIRST_FRAME, 0);
    } catch (StoreDamagedException e) {
      assertThat(e).hasMessageContaining("the disk cannot read it");
      assertThat(e.file()).isEqualTo("active");
      return;
    } catch (InternalError e) {
      throw new AssertionError("too late, the " + time + ". time", e);
    }
    throw new AssertionError(torn + " torn bytes, the " + time + ". time");
  }

  private static long tornBytes(SimulatedDisk disk, FileHeader header) throws IOException {
    try (DiskFile file = disk.open("active")) {
      LogFile log = log(file, header);
      try {
        return LogRecovery.tornBytes(log, LogFile.FIRST_FRAME, 0);
      } finally {
        log.release();
      }
    }
  }

  private static LogFile log(DiskFile file, FileHeader header) throws IOException {
    return new LogFile("active", header, file.map(BYTES), new LocationColumn());
  }
}
