package io.daybook.engine.index;

import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.FileOutput;
import java.io.IOException;

/**
 * Writes entries one after another; see {@link Entry}. Postings are given one by one. Of an entry
 * with chunks the head and the table of chunks are written last, into space that was left.
 */
final class EntryWriter {
  private final FileOutput out;
  private final int seed;
  private final Checksum checksum = new Checksum();
  private final int[] values = new int[Entry.CHUNK];
  private final byte[] small = new byte[Entry.MAX_HEAD_BYTES];
  private final byte[] chunk = new byte[Chunk.MAX_BYTES + Chunk.PADDING];

  private Kind kind = Kind.STREAM;
  private byte[] name = {};
  private int count;
  private long ordinal;
  private long offset;

  /** How many postings of the entry were given, and the last of them. */
  private int given;

  private int last;

  /** Of an entry with chunks: its head and table of chunks, and how far they are filled. */
  private byte[] front = {};

  private int tableAt;
  private int tableEnd;
  private long chunksOffset;

  EntryWriter(FileOutput out, int seed) {
    this.out = out;
    this.seed = seed;
  }

  /** Begins the entry of a term with that many postings. */
  void begin(Kind newKind, byte[] newName, int newCount, long newOrdinal) {
    kind = newKind;
    name = newName;
    count = newCount;
    ordinal = newOrdinal;
    offset = out.offset();
    given = 0;
    last = -1;
  }

  /** Adds a posting, counted from the file's first position; they ascend. */
  void posting(int relative) throws IOException {
    if (relative <= last || given == count) {
      throw new IllegalStateException(
          "posting " + relative + " after " + last + ", " + given + " of " + count);
    }
    int index = given & (Entry.CHUNK - 1);
    values[index] = relative;
    last = relative;
    given++;
    if (count > Entry.CHUNK && (index == Entry.CHUNK - 1 || given == count)) {
      writeChunk(index + 1);
    }
  }

  /** Ends the entry. */
  void end() throws IOException {
    if (given != count) {
      throw new IllegalStateException(given + " postings, not " + count);
    }
    if (count > Entry.CHUNK) {
      endChunks();
      return;
    }
    int length = putHead(small);
    for (int i = 1; i < count; i++) {
      length = Bytes.putVarint(small, length, values[i] - values[i - 1] - 1);
    }
    sealHead(small, length);
    out.write(small, 0, length);
  }

  private void writeChunk(int size) throws IOException {
    if (given <= Entry.CHUNK) {
      beginChunks();
    }
    int length = Chunk.encode(values, size, chunk, 0);
    putRecord(values[0]);
    checksum.begin(seed, offset + tableEnd).update(front, tableEnd, 8).update(chunk, 0, length);
    tableEnd += Entry.RECORD_BYTES;
    out.write(chunk, 0, length);
  }

  /** Where the next chunk begins, which the check of the chunk before covers, too. */
  private void putRecord(int first) {
    Bytes.putInt(front, tableEnd, first);
    Bytes.putInt(front, tableEnd + 4, (int) (out.offset() - chunksOffset));
    if (tableEnd > tableAt) {
      int check = checksum.update(front, tableEnd, 8).value();
      Bytes.putInt(front, tableEnd - Integer.BYTES, check);
    }
  }

  private void beginChunks() throws IOException {
    int chunks = (count + Entry.CHUNK - 1) >>> Entry.CHUNK_BITS;
    int tableBytes = chunks * Entry.RECORD_BYTES + Entry.SENTINEL_BYTES;
    int headBytes = putHead(small) + Integer.BYTES;
    front = new byte[headBytes + tableBytes];
    System.arraycopy(small, 0, front, 0, headBytes);
    tableAt = headBytes;
    tableEnd = tableAt;
    out.write(front, 0, front.length); // written anew in the end
    chunksOffset = out.offset();
  }

  private void endChunks() throws IOException {
    putRecord(last + 1);
    int following = (int) (out.offset() - offset - tableAt);
    Bytes.putInt(front, tableAt - Integer.BYTES, following);
    sealHead(front, tableAt);
    out.patch(offset, front, front.length);
  }

  /** Writes a head up to the first posting, which is given already. */
  private int putHead(byte[] target) {
    target[Entry.HEAD_OFFSET] = (byte) kind.code();
    int at = Bytes.putVarint(target, Entry.HEAD_OFFSET + 1, name.length);
    System.arraycopy(name, 0, target, at, name.length);
    at = Bytes.putVarint(target, at + name.length, count);
    at = Bytes.putVarint(target, at, ordinal);
    return Bytes.putVarint(target, at, values[0]);
  }

  private void sealHead(byte[] head, int end) {
    Bytes.putShort(head, Integer.BYTES, (short) (end - Entry.HEAD_OFFSET));
    int check =
        new Checksum().begin(seed, offset).update(head, Integer.BYTES, end - Integer.BYTES).value();
    Bytes.putInt(head, 0, check);
  }
}
