package io.daybook.engine.index;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import org.jspecify.annotations.Nullable;

/** The postings of a term in a file, read chunk by chunk. */
final class FilePostings extends BlockPostings {
  private static final int NEXT_RECORD = Entry.RECORD_BYTES;

  private final IndexBytes bytes;
  private final Entry entry;

  /** The block that was read last, which is often asked for again. */
  private int loadedBlock = -1;

  private int @Nullable [] loaded;
  private int loadedFirst;
  private int loadedEnd;

  FilePostings(IndexBytes bytes, long from, Entry entry) {
    super(from, entry.count(), entry.ordinal(), entry.isChunked() ? Entry.CHUNK_BITS : ONE_BLOCK);
    this.bytes = bytes;
    this.entry = entry;
  }

  @Override
  int[] block(int block) {
    int[] values = loaded;
    if (values == null || block != loadedBlock) {
      try {
        values = entry.isChunked() ? readChunk(block) : readHead();
      } catch (InternalError e) {
        throw bytes.unreadable(entry.offset(), e);
      }
      loaded = values;
      loadedBlock = block;
    }
    return values;
  }

  private int[] readHead() {
    try {
      return entry.postings();
    } catch (IndexOutOfBoundsException _) {
      throw bytes.damaged(entry.offset(), "an entry is shorter than it says");
    }
  }

  /** Binary search over firsts that nothing has checked; the chunk that it leads to tells. */
  @Override
  int blockOf(int relative) {
    if (!entry.isChunked()) {
      return 0;
    }
    try {
      return searchBlockOf(relative);
    } catch (InternalError e) {
      throw bytes.unreadable(entry.offset(), e);
    }
  }

  private int searchBlockOf(int relative) {
    int low = 0;
    int high = entry.chunks() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (bytes.getInt(recordOffset(middle)) <= relative) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    block(low);
    boolean rightOfFirst = low == 0 || loadedFirst <= relative;
    boolean leftOfNext = low == entry.chunks() - 1 || relative < loadedEnd;
    if (!rightOfFirst || !leftOfNext) {
      throw bytes.damaged(recordOffset(low), "the first positions of chunks are out of order");
    }
    return low;
  }

  private int[] readChunk(int block) {
    long record = recordOffset(block);
    byte[] table = bytes.copy(record, NEXT_RECORD + Entry.SENTINEL_BYTES);
    int first = Bytes.getInt(table, 0);
    int start = Bytes.getInt(table, 4);
    int check = Bytes.getInt(table, 8);
    int end = Bytes.getInt(table, NEXT_RECORD + 4);
    long length = (long) end - start;
    if (start < 0
        || length < 1
        || length > Chunk.MAX_BYTES
        || entry.chunksOffset() + end > entry.end()) {
      throw bytes.checkFails(record);
    }
    byte[] chunk = new byte[(int) length + Chunk.PADDING];
    bytes.copy(entry.chunksOffset() + start, chunk, (int) length);
    Checksum sum = bytes.checksum(record);
    sum.update(table, 0, 8).update(chunk, 0, (int) length).update(table, NEXT_RECORD, 8);
    if (sum.value() != check) {
      throw bytes.checkFails(record);
    }
    int count = endIndex(block) - firstIndex(block);
    if (Chunk.length(chunk[0], count) != length) {
      throw bytes.damaged(record, "a chunk is not as long as it says");
    }
    int[] values = Chunk.decode(chunk, first, count);
    loadedFirst = first;
    loadedEnd = Bytes.getInt(table, NEXT_RECORD);
    if (values[count - 1] >= loadedEnd) {
      throw bytes.damaged(record, "the positions of chunks are out of order");
    }
    return values;
  }

  private long recordOffset(int block) {
    return entry.tableOffset() + (long) block * Entry.RECORD_BYTES;
  }
}
