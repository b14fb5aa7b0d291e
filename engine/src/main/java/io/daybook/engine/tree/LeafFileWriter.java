package io.daybook.engine.tree;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FileSeal;
import io.daybook.engine.io.SealedWriter;
import java.io.IOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file of leaves from its start to its end. It gets its name when its bytes are durable.
 */
final class LeafFileWriter implements AutoCloseable {
  private static final int BUFFERED_PIECES = 128;

  private final Disk disk;
  private final DiskFile file;
  private final int seed;
  private final @Nullable SealedWriter sealed;
  private final Checksum checksum = new Checksum();
  private final byte[] buffer = new byte[BUFFERED_PIECES * LeafLayout.PIECE_BYTES];
  private long flushedBytes;
  private int buffered;
  private int inPiece;
  private boolean finished;

  private LeafFileWriter(Disk disk, String newName, FileHeader header) throws IOException {
    this.disk = disk;
    this.seed = header.seed();
    if (disk.exists(newName)) {
      disk.delete(newName);
    }
    this.file = disk.create(newName);
    boolean begun = false;
    try {
      this.sealed = begin(FileSeal.forNew(disk), header);
      begun = true;
    } finally {
      if (!begun) {
        close();
      }
    }
  }

  private @Nullable SealedWriter begin(@Nullable FileSeal seal, FileHeader header)
      throws IOException {
    if (seal == null) {
      header.encode(buffer);
      buffered = FileHeader.BYTES;
      return null;
    }
    flushedBytes = FileHeader.BYTES;
    return new SealedWriter(file, seal, header);
  }

  /**
   * Writes the leaves of the events of a full log file; the name is durable then.
   *
   * @param progress is told how many events were read since it was told before
   */
  static void write(
      Disk disk,
      String name,
      FileHeader header,
      LeafLayout layout,
      EventSource events,
      LongConsumer progress)
      throws IOException {
    write(
        disk,
        name,
        header,
        layout,
        new LogLeaves(events, new TreeHash(), new BlockRoots(), progress));
  }

  /** Writes leaves that others have, all or the first of them; the name is durable then. */
  static void write(Disk disk, String name, FileHeader header, LeafLayout layout, Leaves leaves)
      throws IOException {
    String newName = name + ".new";
    try (var writer = new LeafFileWriter(disk, newName, header)) {
      writer.write(layout, leaves);
    }
    disk.rename(newName, name);
    disk.syncFolder("log");
  }

  /** Writes leaves as they are in another file, under a generation of their own. */
  static void copy(Disk disk, String name, LeafFile from, long generation) throws IOException {
    String newName = name + ".new";
    try (var writer = new LeafFileWriter(disk, newName, from.header(generation))) {
      writer.copy(from);
    }
    disk.rename(newName, name);
    disk.syncFolder("log");
  }

  private void copy(LeafFile from) throws IOException {
    long end = from.layoutBytes();
    for (long at = FileHeader.BYTES; at < end; at += buffered) {
      flush();
      int length = (int) Math.min(buffer.length, end - at);
      byte[] bytes = from.copy(at, length);
      System.arraycopy(bytes, 0, buffer, 0, length);
      buffered = length;
    }
    finish();
  }

  private void write(LeafLayout layout, Leaves leaves) throws IOException {
    Bytes.putInt(buffer, buffered, layout.count());
    buffered += Integer.BYTES;
    endPiece(Integer.BYTES);
    var hash = new TreeHash();
    byte[] scratch = new byte[Leaves.BLOCK * TreeHash.BYTES];
    byte[] roots = new byte[layout.blocks() * TreeHash.BYTES];
    int rootCount = 0;
    long end = layout.base() + layout.count();
    for (long at = layout.base(); at < end; ) {
      int count = (int) Math.min(end - at, Leaves.BLOCK - at % Leaves.BLOCK);
      leaves.copy(at, count, scratch, 0);
      add(scratch, count);
      if (count == Leaves.BLOCK) {
        byte[] root = hash.fold(scratch, count);
        System.arraycopy(root, 0, roots, rootCount++ * TreeHash.BYTES, TreeHash.BYTES);
      }
      at += count;
    }
    endSection();
    add(roots, rootCount);
    endSection();
    finish();
  }

  private void finish() throws IOException {
    flush();
    if (sealed != null) {
      sealed.finish();
    }
    file.sync();
    finished = true;
  }

  private void add(byte[] hashes, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      System.arraycopy(hashes, i * TreeHash.BYTES, buffer, buffered, TreeHash.BYTES);
      buffered += TreeHash.BYTES;
      if (++inPiece == LeafLayout.PIECE) {
        endSection();
      }
    }
  }

  /** Ends the piece that is not full, too. */
  private void endSection() throws IOException {
    if (inPiece > 0) {
      endPiece(inPiece * TreeHash.BYTES);
      inPiece = 0;
      if (buffered + LeafLayout.PIECE_BYTES > buffer.length) {
        flush();
      }
    }
  }

  private void endPiece(int length) {
    int start = buffered - length;
    int check = checksum.begin(seed, flushedBytes + start).update(buffer, start, length).value();
    Bytes.putInt(buffer, buffered, check);
    buffered += Integer.BYTES;
  }

  private void flush() throws IOException {
    if (sealed == null) {
      file.write(flushedBytes, buffer, 0, buffered);
    } else {
      sealed.append(buffer, 0, buffered);
    }
    flushedBytes += buffered;
    buffered = 0;
  }

  /** Closes the file; removes it if it was not finished. */
  @Override
  public void close() throws IOException {
    file.close();
    if (!finished) {
      disk.delete(file.name());
    }
  }
}
