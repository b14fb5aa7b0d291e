package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileSeal;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A log file that is written whole, frame by frame, in one of its forms. Used by one thread. */
abstract sealed class LogOutput implements AutoCloseable {
  private final Disk disk;
  private final DiskFile file;
  private boolean finished;
  private long offset = LogFile.FIRST_FRAME;

  private LogOutput(Disk disk, String name) throws IOException {
    this.disk = disk;
    this.file = disk.create(name);
  }

  /** Creates the file. */
  static LogOutput create(Disk disk, String name, boolean packed, int seed, @Nullable FileSeal seal)
      throws IOException {
    return packed ? new Packed(disk, name, seed, seal) : new Plain(disk, name);
  }

  /** Where the next frame will be, as the location column has it. */
  abstract long place();

  /** Adds a frame. */
  abstract void frame(byte[] bytes, int length) throws IOException;

  /** Writes what is left. */
  abstract void end() throws IOException;

  /** Writes what is left and the start of the file, and makes all of it durable. */
  final void finish(byte[] start) throws IOException {
    end();
    file.write(0, start, 0, start.length);
    file.sync();
    finished = true;
  }

  /** Where in the file the next byte goes. */
  final long offset() {
    return offset;
  }

  final void write(byte[] bytes, int length) throws IOException {
    file.write(offset, bytes, 0, length);
    offset += length;
  }

  /** Closes the file; removes it if it was not finished. */
  @Override
  public final void close() throws IOException {
    file.close();
    if (!finished) {
      disk.delete(file.name());
    }
  }

  /** Frames as they are. */
  private static final class Plain extends LogOutput {
    private byte[] buffer = new byte[1 << 18];
    private int filled;

    Plain(Disk disk, String name) throws IOException {
      super(disk, name);
    }

    @Override
    long place() {
      return offset() + filled;
    }

    @Override
    void frame(byte[] bytes, int length) throws IOException {
      if (filled + length > buffer.length) {
        end();
      }
      if (length > buffer.length) {
        write(bytes, length);
      } else {
        System.arraycopy(bytes, 0, buffer, filled, length);
        filled += length;
      }
    }

    @Override
    void end() throws IOException {
      write(buffer, filled);
      filled = 0;
    }
  }

  /** Frames in compressed blocks; see {@link Pack}. */
  private static final class Packed extends LogOutput {
    /** A block is full with so many bytes; larger ones make a file smaller and reads slower. */
    private static final int BLOCK_BYTES = 16 << 10;

    private final int seed;
    private final @Nullable FileSeal seal;
    private byte[] block = new byte[2 * BLOCK_BYTES];
    private int filled;
    private long start = LogFile.FIRST_FRAME;
    private byte[] table = new byte[64 * Pack.LINE_BYTES];
    private int blocks;

    Packed(Disk disk, String name, int seed, @Nullable FileSeal seal) throws IOException {
      super(disk, name);
      this.seed = seed;
      this.seal = seal;
    }

    @Override
    long place() {
      return start + filled;
    }

    @Override
    void frame(byte[] bytes, int length) throws IOException {
      if (filled > 0 && filled + length > BLOCK_BYTES) {
        writeBlock();
      }
      if (block.length < filled + length) {
        block = Arrays.copyOf(block, filled + length);
      }
      System.arraycopy(bytes, 0, block, filled, length);
      filled += length;
    }

    private void writeBlock() throws IOException {
      FoldedFrames.fold(block, filled);
      byte[] packed = BlockCodec.compress(block, filled);
      int at = Pack.LINE_BYTES * blocks;
      if (table.length < at + 2 * Pack.LINE_BYTES) {
        table = Arrays.copyOf(table, 2 * table.length);
      }
      int bytes = packed.length + (seal == null ? 0 : Pack.SEAL_BYTES);
      putLine(at, start, offset());
      start += filled;
      putLine(at + Pack.LINE_BYTES, start, offset() + bytes);
      byte[] line = Arrays.copyOfRange(table, at, at + Pack.LINE_BYTES);
      byte[] next = Arrays.copyOfRange(table, at + Pack.LINE_BYTES, at + 2 * Pack.LINE_BYTES);
      byte[] stored = seal == null ? packed : Pack.sealed(seal, blocks, line, packed, next);
      write(stored, stored.length);
      int check = Pack.check(seed, blocks, line, stored, next);
      Bytes.putInt(table, at + Pack.SENTINEL_BYTES, check);
      blocks++;
      filled = 0;
      if (block.length > 1 << 20) {
        block = new byte[2 * BLOCK_BYTES];
      }
    }

    /** What is known of a block before it is written: where it begins. */
    private void putLine(int at, long place, long offset) {
      Bytes.putInt(table, at, (int) (place >>> 3));
      Bytes.putInt(table, at + 4, (int) offset);
    }

    @Override
    void end() throws IOException {
      if (filled > 0) {
        writeBlock();
      }
      byte[] footer = new byte[Pack.FOOTER_BYTES];
      Bytes.putLong(footer, 0, start);
      Bytes.putLong(footer, 8, offset());
      Bytes.putInt(footer, 16, blocks);
      Bytes.putInt(footer, Pack.FORM_OFFSET, Pack.FOLDED);
      Bytes.putInt(footer, Pack.MAGIC_OFFSET, Pack.MAGIC);
      Bytes.putInt(footer, Pack.CHECK_OFFSET, Pack.footerCheck(footer, seed));
      write(table, Pack.LINE_BYTES * blocks + Pack.SENTINEL_BYTES);
      write(footer, footer.length);
    }
  }
}
