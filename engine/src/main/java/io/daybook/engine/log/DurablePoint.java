package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The file in which a writer says how far the log is durable, for readers in other processes; see
 * {@code docs/format.md}. It is mapped by all of them and never synced: it says something to those
 * who share this system's memory, and nothing after the system ended.
 *
 * <p>Written by one thread at a time, under a lock of the caller's; read by any number.
 */
public final class DurablePoint {
  static final String NAME = "DURABLE";

  private static final int BYTES = 128;
  private static final int SERIAL = FileHeader.BYTES;
  private static final int MANIFEST_SEQUENCE = SERIAL + 8;
  private static final int GENERATION = SERIAL + 16;
  private static final int OFFSET = SERIAL + 24;
  private static final int BOOT = SERIAL + 32;
  private static final int CHECK = BYTES - 4;
  private static final int READ_ATTEMPTS = 1_000;
  private static final long PAUSE_NANOS = 50_000;

  /** For how long a process without a processor is waited for, and not longer for a killed one. */
  private static final long PATIENCE_NANOS = 1_000_000_000;

  private final Mapping mapping;
  private final UUID boot;
  private final Checksum checksum = new Checksum();
  private final byte[] scratch = new byte[CHECK - SERIAL];
  private long serial;

  /** What nobody finished writing when it was last waited for. */
  private long unfinished;

  /**
   * How far the log is durable.
   *
   * @param serial counts the points; never the same for two
   * @param manifestSequence the manifest that was current then, at least
   * @param generation the generation of the log file that is appended to
   * @param offset up to where that file is durable
   */
  public record Point(long serial, long manifestSequence, long generation, long offset) {}

  private DurablePoint(Mapping mapping, UUID boot) {
    this.mapping = mapping;
    this.boot = boot;
    this.serial = Bytes.getLong(mapping.segment(), SERIAL) & ~1L;
  }

  /**
   * Opens the file for the writer, or makes it. One that readers have mapped already is used
   * further.
   */
  static DurablePoint forWriting(Disk disk, Manifest manifest) throws IOException {
    try (DiskFile file = disk.exists(NAME) ? disk.open(NAME) : disk.create(NAME)) {
      if (file.size() < BYTES) {
        file.write(0, new byte[BYTES], 0, BYTES);
      }
      Mapping mapping = file.map(BYTES);
      boolean done = false;
      try {
        if (!isOf(manifest, mapping.segment())) {
          byte[] header = header(manifest);
          file.write(0, header, 0, header.length);
        }
        done = true;
        return new DurablePoint(mapping, disk.bootId());
      } finally {
        if (!done) {
          mapping.release();
        }
      }
    }
  }

  private static byte[] header(Manifest manifest) {
    int seed = ThreadLocalRandom.current().nextInt();
    byte[] bytes = new byte[FileHeader.BYTES];
    new FileHeader(FileHeader.Kind.DURABLE, seed, manifest.storeId(), 0, 0, manifest.epoch())
        .encode(bytes);
    return bytes;
  }

  /** Opens the file for a reader; null if there is none of that store's. */
  public static @Nullable DurablePoint forReading(Disk disk, Manifest manifest) throws IOException {
    if (!disk.exists(NAME)) {
      return null;
    }
    Mapping mapping;
    try (DiskFile file = disk.open(NAME)) {
      if (file.size() < BYTES) {
        return null;
      }
      mapping = file.map(BYTES);
    }
    if (isOf(manifest, mapping.segment())) {
      return new DurablePoint(mapping, disk.bootId());
    }
    mapping.release();
    return null;
  }

  private static boolean isOf(Manifest manifest, MemorySegment segment) {
    try {
      FileHeader header = FileHeader.decode(NAME, segment, FileHeader.Kind.DURABLE);
      return header.storeId().equals(manifest.storeId()) && header.epoch() == manifest.epoch();
    } catch (StoreDamagedException _) {
      return false;
    }
  }

  /** Says how far the log is durable now. */
  void publish(long manifestSequence, long generation, long offset) {
    MemorySegment segment = mapping.segment();
    serial += 2;
    Bytes.putLong(scratch, 0, serial);
    Bytes.putLong(scratch, MANIFEST_SEQUENCE - SERIAL, manifestSequence);
    Bytes.putLong(scratch, GENERATION - SERIAL, generation);
    Bytes.putLong(scratch, OFFSET - SERIAL, offset);
    Bytes.putLong(scratch, BOOT - SERIAL, boot.getMostSignificantBits());
    Bytes.putLong(scratch, BOOT - SERIAL + 8, boot.getLeastSignificantBits());
    int check = checksum.begin().update(scratch, 0, scratch.length).value();
    segment.set(Bytes.LONG, SERIAL, serial - 1);
    VarHandle.storeStoreFence();
    for (int at = 8; at + 8 <= BOOT + 16 - SERIAL; at += 8) {
      segment.set(Bytes.LONG, SERIAL + at, Bytes.getLong(scratch, at));
    }
    segment.set(Bytes.INT, CHECK, check);
    VarHandle.storeStoreFence();
    segment.set(Bytes.LONG, SERIAL, serial);
  }

  /**
   * What was published last; null if nothing was since the system started, or the writer was
   * stopped while it wrote, or this was released.
   */
  public synchronized @Nullable Point read() {
    if (!mapping.tryLease()) {
      return null;
    }
    try {
      return read(mapping.segment());
    } finally {
      mapping.release();
    }
  }

  /**
   * A writer that lost its processor while it wrote is waited for: what it said before, and was
   * seen to be stored, is not there any more.
   */
  private @Nullable Point read(MemorySegment segment) {
    long since = System.nanoTime();
    for (int attempt = 0; ; attempt++) {
      Bytes.copy(segment, SERIAL, scratch, 0, scratch.length);
      VarHandle.loadLoadFence();
      int check = segment.get(Bytes.INT, CHECK);
      if (check == checksum.begin().update(scratch, 0, scratch.length).value()) {
        return point();
      }
      long itsSerial = Bytes.getLong(scratch, 0);
      if (attempt < READ_ATTEMPTS) {
        Thread.onSpinWait();
      } else if ((itsSerial & 1) == 0 || itsSerial == unfinished) {
        return null; // it is damaged, or its writer was killed
      } else if (System.nanoTime() - since < PATIENCE_NANOS) {
        LockSupport.parkNanos(this, PAUSE_NANOS);
      } else {
        unfinished = itsSerial;
        return null;
      }
    }
  }

  private @Nullable Point point() {
    var its =
        new UUID(Bytes.getLong(scratch, BOOT - SERIAL), Bytes.getLong(scratch, BOOT - SERIAL + 8));
    long itsSerial = Bytes.getLong(scratch, 0);
    return itsSerial == 0 || !its.equals(boot)
        ? null
        : new Point(
            itsSerial,
            Bytes.getLong(scratch, MANIFEST_SEQUENCE - SERIAL),
            Bytes.getLong(scratch, GENERATION - SERIAL),
            Bytes.getLong(scratch, OFFSET - SERIAL));
  }

  /** Lets go of the file. */
  public void release() {
    mapping.release();
  }
}
