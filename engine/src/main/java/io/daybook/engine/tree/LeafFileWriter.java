package io.daybook.engine.tree;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FileOutput;
import java.io.IOException;
import java.util.function.LongConsumer;

/**
 * Writes a file of leaves from its start to its end. It gets its name when its bytes are durable.
 */
final class LeafFileWriter {
  private static final int COPIED_BYTES = 128 * LeafLayout.PIECE_BYTES;

  private final FileOutput out;
  private final int seed;
  private final Checksum checksum = new Checksum();
  private final byte[] piece = new byte[LeafLayout.PIECE_BYTES];
  private int inPiece;

  private LeafFileWriter(FileOutput out, int seed) {
    this.out = out;
    this.seed = seed;
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
    write(disk, name, header, out -> new LeafFileWriter(out, header.seed()).write(layout, leaves));
  }

  /** Writes leaves as they are in another file, under a generation of their own. */
  static void copy(Disk disk, String name, LeafFile from, long generation) throws IOException {
    write(
        disk,
        name,
        from.header(generation),
        out -> {
          long end = from.layoutBytes();
          while (out.offset() < end) {
            int length = (int) Math.min(COPIED_BYTES, end - out.offset());
            out.write(from.copy(out.offset(), length), 0, length);
          }
        });
  }

  private interface Content {
    /** Writes what stands behind the header. */
    void to(FileOutput out) throws IOException;
  }

  private static void write(Disk disk, String name, FileHeader header, Content content)
      throws IOException {
    String newName = name + ".new";
    if (disk.exists(newName)) {
      disk.delete(newName);
    }
    try (var out = new FileOutput(disk, newName, header, _ -> {})) {
      content.to(out);
      out.finish();
    }
    disk.rename(newName, name);
    disk.syncFolder("log");
  }

  private void write(LeafLayout layout, Leaves leaves) throws IOException {
    Bytes.putInt(piece, 0, layout.count());
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
  }

  private void add(byte[] hashes, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      System.arraycopy(hashes, i * TreeHash.BYTES, piece, inPiece * TreeHash.BYTES, TreeHash.BYTES);
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
    }
  }

  private void endPiece(int length) throws IOException {
    int check = checksum.begin(seed, out.offset()).update(piece, 0, length).value();
    Bytes.putInt(piece, length, check);
    out.write(piece, 0, length + Integer.BYTES);
  }
}
