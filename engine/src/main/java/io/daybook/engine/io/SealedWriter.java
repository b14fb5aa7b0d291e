package io.daybook.engine.io;

import java.io.IOException;

/**
 * Writes a sealed file from its start to its end; see {@link SealedBlocks}. What was written can be
 * replaced until it is finished: the blocks are sealed anew then. Used by one thread.
 */
public final class SealedWriter {
  private static final int BATCH_BLOCKS = 64;

  private final DiskFile file;
  private final FileSeal seal;
  private final byte[] header = new byte[FileHeader.BYTES];
  private final byte[] block = new byte[SealedBlocks.CONTENT_BYTES];
  private final byte[] batch = new byte[BATCH_BLOCKS * SealedBlocks.BLOCK_BYTES];

  /** How many blocks are sealed, and how many of those are not written yet. */
  private long sealed;

  private int waiting;
  private int filled;

  /** Begins a file with its header, behind which the content starts. */
  public SealedWriter(DiskFile file, FileSeal seal, FileHeader header) throws IOException {
    this.file = file;
    this.seal = seal;
    byte[] start = seal.start(header.withSealed(true));
    System.arraycopy(start, 0, this.header, 0, FileHeader.BYTES);
    file.write(0, start, 0, start.length);
  }

  /** Adds content. */
  public void append(byte[] bytes, int from, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int step = Math.min(length - done, block.length - filled);
      System.arraycopy(bytes, from + done, block, filled, step);
      filled += step;
      done += step;
      if (filled == block.length) {
        sealBlock();
      }
    }
  }

  private void sealBlock() throws IOException {
    if (waiting == BATCH_BLOCKS) {
      flush();
    }
    seal(sealed, block, filled, batch, waiting * SealedBlocks.BLOCK_BYTES);
    sealed++;
    waiting++;
    filled = 0;
  }

  /** Puts the stored form of a block into the target. */
  private void seal(long number, byte[] content, int length, byte[] target, int at) {
    byte[] nonce = seal.newNonce();
    System.arraycopy(nonce, 0, target, at, nonce.length);
    byte[] aad = SealedBlocks.aad(header, number);
    seal.seal(nonce, aad, content, 0, length, target, at + nonce.length);
  }

  private void flush() throws IOException {
    if (waiting > 0) {
      long offset = SealedBlocks.offsetOf(sealed - waiting);
      file.write(offset, batch, 0, waiting * SealedBlocks.BLOCK_BYTES);
      waiting = 0;
    }
  }

  /** Replaces content that was added before, at its offset behind the header's begin. */
  public void patch(long offset, byte[] bytes, int from, int length) throws IOException {
    flush();
    int done = 0;
    while (done < length) {
      long content = offset + done - FileHeader.BYTES;
      long number = content / SealedBlocks.CONTENT_BYTES;
      int at = (int) (content % SealedBlocks.CONTENT_BYTES);
      int step = Math.min(length - done, SealedBlocks.CONTENT_BYTES - at);
      if (number == sealed) {
        System.arraycopy(bytes, from + done, block, at, step);
      } else {
        byte[] old = open(number);
        System.arraycopy(bytes, from + done, old, at, step);
        byte[] stored = new byte[SealedBlocks.BLOCK_BYTES];
        seal(number, old, old.length, stored, 0);
        file.write(SealedBlocks.offsetOf(number), stored, 0, stored.length);
      }
      done += step;
    }
  }

  /** A block that this wrote. */
  private byte[] open(long number) throws IOException {
    long offset = SealedBlocks.offsetOf(number);
    Mapping mapping = file.map(offset + SealedBlocks.BLOCK_BYTES);
    try {
      byte[] stored = Faults.copy(file.name(), mapping.segment(), offset, SealedBlocks.BLOCK_BYTES);
      byte[] content = SealedBlocks.open(seal, header, number, stored, stored.length);
      if (content == null) {
        throw new IOException(file.name() + " is not what was just written; check the disk");
      }
      return content;
    } finally {
      mapping.release();
    }
  }

  /** Writes what is left. The caller syncs the file. */
  public void finish() throws IOException {
    if (filled > 0) {
      flush();
      byte[] stored = new byte[SealedBlocks.BLOCK_BYTES - SealedBlocks.CONTENT_BYTES + filled];
      seal(sealed, block, filled, stored, 0);
      file.write(SealedBlocks.offsetOf(sealed), stored, 0, stored.length);
      filled = 0;
    } else {
      flush();
    }
  }
}
