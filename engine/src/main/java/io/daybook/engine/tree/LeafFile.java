package io.daybook.engine.tree;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.engine.io.SealedBlocks;
import io.daybook.engine.log.Manifest;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The leaves of a full log file, on the disk. Nothing is returned whose check has not passed. Used
 * by one thread at a time.
 */
public final class LeafFile implements Leaves, AutoCloseable {
  private final String name;
  private final LeafLayout layout;
  private final FileHeader header;
  private final int seed;
  private final Mapping mapping;
  private final @Nullable SealedBlocks sealed;
  private final Checksum checksum = new Checksum();

  // the piece that was read last
  private long pieceAt = -1;
  private byte[] piece = new byte[0];

  private LeafFile(
      String name,
      LeafLayout layout,
      FileHeader header,
      Mapping mapping,
      @Nullable SealedBlocks sealed) {
    this.header = header;
    this.name = name;
    this.layout = layout;
    this.seed = header.seed();
    this.mapping = mapping;
    this.sealed = sealed;
  }

  /**
   * Opens the leaves of a full log file that has some.
   *
   * @throws StoreDamagedException if the file is missing, or is not that of the log file
   */
  public static LeafFile open(Disk disk, Manifest.LogEntry entry, UUID storeId) throws IOException {
    String name = entry.leavesName();
    if (!disk.exists(name)) {
      throw new StoreDamagedException(name, 0, "it is missing" + LeafFiles.REMEDY);
    }
    Mapping mapping;
    try (DiskFile file = disk.open(name)) {
      mapping = file.mapWhole();
    }
    boolean valid = false;
    try {
      FileHeader header = FileHeader.decode(name, mapping.segment(), FileHeader.Kind.LEAVES);
      long count = entry.lastPosition() + 1 - entry.base();
      if (!header.storeId().equals(storeId)
          || header.base() != entry.base()
          || header.generation() != entry.leavesGeneration()) {
        throw new StoreDamagedException(name, 16, "it belongs elsewhere" + LeafFiles.REMEDY);
      }
      if (count < 0 || count > Integer.MAX_VALUE) {
        throw new StoreDamagedException(
            Manifest.NAME,
            0,
            "no log file has as many events as it lists; restore it from a backup");
      }
      SealedBlocks sealed =
          SealedBlocks.of(name, header, mapping.segment(), disk, LeafFiles.REMEDY);
      var layout = new LeafLayout(entry.base(), (int) count);
      var opened = new LeafFile(name, layout, header, mapping, sealed);
      opened.requireCount();
      valid = true;
      return opened;
    } finally {
      if (!valid) {
        mapping.release();
      }
    }
  }

  private void requireCount() {
    long size = sealed == null ? mapping.segment().byteSize() : sealed.size();
    if (size != layout.fileBytes()) {
      throw damaged(layout.fileBytes(), "it has not the size that its leaves need");
    }
    byte[] bytes = copy(LeafLayout.COUNT_OFFSET, 2 * Integer.BYTES);
    int check =
        checksum.begin(seed, LeafLayout.COUNT_OFFSET).update(bytes, 0, Integer.BYTES).value();
    if (check != Bytes.getInt(bytes, Integer.BYTES) || Bytes.getInt(bytes, 0) != layout.count()) {
      throw damaged(LeafLayout.COUNT_OFFSET, "its count is wrong");
    }
  }

  byte[] copy(long offset, int length) {
    if (sealed == null) {
      return Faults.copy(name, mapping.segment(), offset, length);
    }
    try {
      byte[] bytes = sealed.copy(offset, length);
      Faults.await();
      return bytes;
    } catch (InternalError e) {
      throw Faults.unreadable(name, offset, e);
    }
  }

  /** Whether it is encrypted, if at all, with the key that new files get. */
  boolean isSealedAnew() {
    return sealed == null || sealed.isCurrent();
  }

  /** The header of a file with the same leaves: the checks begin with the same seed. */
  FileHeader header(long generation) {
    return new FileHeader(
        header.kind(), seed, header.storeId(), header.base(), generation, header.epoch());
  }

  /** How many bytes there are to be copied, header included. */
  long layoutBytes() {
    return layout.fileBytes();
  }

  /** The number of leaves. */
  public int count() {
    return layout.count();
  }

  /** Its size. */
  public long bytes() {
    return mapping.segment().byteSize();
  }

  @Override
  public void copy(long from, int count, byte[] target, int at) {
    read(LeafLayout.LEAVES_OFFSET, layout.count(), (int) (from - layout.base()), count, target, at);
  }

  @Override
  public byte[] block(long from) {
    byte[] root = new byte[TreeHash.BYTES];
    int number = (int) ((from - layout.firstBlock()) / BLOCK);
    read(layout.blocksOffset(), layout.blocks(), number, 1, root, 0);
    return root;
  }

  private void read(long section, int all, int first, int count, byte[] target, int at) {
    int next = first;
    int to = at;
    int end = first + count;
    while (next < end) {
      int start = next / LeafLayout.PIECE * LeafLayout.PIECE;
      int hashes = Math.min(LeafLayout.PIECE, all - start);
      load(section + (long) start / LeafLayout.PIECE * LeafLayout.PIECE_BYTES, hashes);
      int taken = Math.min(end, start + hashes) - next;
      System.arraycopy(piece, (next - start) * TreeHash.BYTES, target, to, taken * TreeHash.BYTES);
      to += taken * TreeHash.BYTES;
      next += taken;
    }
  }

  private void load(long offset, int hashes) {
    if (offset == pieceAt) {
      return;
    }
    int length = hashes * TreeHash.BYTES;
    byte[] bytes = copy(offset, length + Integer.BYTES);
    if (checksum.begin(seed, offset).update(bytes, 0, length).value()
        != Bytes.getInt(bytes, length)) {
      throw damaged(offset, "the check of its hashes fails");
    }
    piece = bytes;
    pieceAt = offset;
  }

  /**
   * Reads all of it, and compares the roots of blocks with the leaves.
   *
   * @throws StoreDamagedException at the first thing that is not right
   */
  public void verify(TreeHash hash) {
    byte[] scratch = new byte[BLOCK * TreeHash.BYTES];
    long end = layout.base() + layout.count();
    long at = layout.base();
    while (at < end) {
      int count = (int) Math.min(end - at, BLOCK - at % BLOCK);
      copy(at, count, scratch, 0);
      if (count == BLOCK && !Arrays.equals(hash.fold(scratch, BLOCK), block(at))) {
        throw damaged(layout.blocksOffset(), "the root of the leaves from " + at + " is wrong");
      }
      at += count;
    }
  }

  private StoreDamagedException damaged(long offset, String what) {
    return new StoreDamagedException(name, offset, what + LeafFiles.REMEDY);
  }

  @Override
  public void close() {
    mapping.release();
  }
}
