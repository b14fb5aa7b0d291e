package io.daybook.engine.index;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.FileHeader;
import org.jspecify.annotations.Nullable;

/**
 * The last {@value #BYTES} bytes of an index file, which tell where its sections are; see {@code
 * docs/format.md}. The entries begin behind the file's header and end where the sparse offsets
 * begin.
 *
 * @param to the last position
 * @param firstRecordedMicros when the first event was recorded
 * @param lastRecordedMicros when the last event was recorded
 * @param minIdHigh the smallest high half of an event id, unsigned
 * @param maxIdHigh the largest high half of an event id, unsigned
 * @param terms how many entries there are
 * @param events how many ids there are
 */
record IndexFooter(
    long to,
    long firstRecordedMicros,
    long lastRecordedMicros,
    long minIdHigh,
    long maxIdHigh,
    long terms,
    long events,
    Section sparse,
    Section filter,
    TableShape termTable,
    TableShape idTable) {
  static final int BYTES = 256;

  /** Each 64th entry has its offset among the sparse ones. */
  static final int SPARSE_STEP = 64;

  private static final int MAGIC_OFFSET = 248;
  private static final int CHECK_OFFSET = 252;
  private static final int MAGIC = 'D' | 'B' << 8 | 'I' << 16 | 'X' << 24;

  /** A section that is checked as a whole. */
  record Section(long offset, int check) {}

  /**
   * A table of hashes, with its directory behind it.
   *
   * @param offset where it begins
   * @param blocks how many blocks it has
   * @param valueBits how many bits of an entry are the value
   * @param directoryCheck the check of the directory
   */
  record TableShape(long offset, int blocks, int valueBits, int directoryCheck) {
    long directoryOffset() {
      return offset + (long) blocks * HashTable.BLOCK_BYTES;
    }

    long end() {
      return directoryOffset() + (long) blocks * Integer.BYTES;
    }
  }

  byte[] encode(int seed) {
    byte[] bytes = new byte[BYTES];
    Bytes.putLong(bytes, 0, to);
    Bytes.putLong(bytes, 8, firstRecordedMicros);
    Bytes.putLong(bytes, 16, lastRecordedMicros);
    Bytes.putLong(bytes, 24, minIdHigh);
    Bytes.putLong(bytes, 32, maxIdHigh);
    Bytes.putLong(bytes, 40, terms);
    Bytes.putLong(bytes, 48, events);
    encode(sparse, bytes, 56);
    encode(filter, bytes, 72);
    encode(termTable, bytes, 88);
    encode(idTable, bytes, 112);
    Bytes.putInt(bytes, MAGIC_OFFSET, MAGIC);
    Bytes.putInt(bytes, CHECK_OFFSET, check(bytes, seed));
    return bytes;
  }

  private static void encode(Section section, byte[] bytes, int at) {
    Bytes.putLong(bytes, at, section.offset);
    Bytes.putInt(bytes, at + 8, section.check);
  }

  private static void encode(TableShape table, byte[] bytes, int at) {
    Bytes.putLong(bytes, at, table.offset);
    Bytes.putInt(bytes, at + 8, table.blocks);
    Bytes.putInt(bytes, at + 12, table.valueBits);
    Bytes.putInt(bytes, at + 16, table.directoryCheck);
  }

  /** Reads a footer; null if this is not the footer of a file with that seed. */
  static @Nullable IndexFooter decode(byte[] bytes, int seed) {
    if (Bytes.getInt(bytes, MAGIC_OFFSET) != MAGIC
        || Bytes.getInt(bytes, CHECK_OFFSET) != check(bytes, seed)) {
      return null;
    }
    return new IndexFooter(
        Bytes.getLong(bytes, 0),
        Bytes.getLong(bytes, 8),
        Bytes.getLong(bytes, 16),
        Bytes.getLong(bytes, 24),
        Bytes.getLong(bytes, 32),
        Bytes.getLong(bytes, 40),
        Bytes.getLong(bytes, 48),
        new Section(Bytes.getLong(bytes, 56), Bytes.getInt(bytes, 64)),
        new Section(Bytes.getLong(bytes, 72), Bytes.getInt(bytes, 80)),
        decodeTable(bytes, 88),
        decodeTable(bytes, 112));
  }

  private static TableShape decodeTable(byte[] bytes, int at) {
    return new TableShape(
        Bytes.getLong(bytes, at),
        Bytes.getInt(bytes, at + 8),
        Bytes.getInt(bytes, at + 12),
        Bytes.getInt(bytes, at + 16));
  }

  private static int check(byte[] bytes, int seed) {
    return new Checksum().begin(seed, 0).update(bytes, 0, CHECK_OFFSET).value();
  }

  /** How many sparse offsets there are. */
  int sparseCount() {
    return (int) ((terms + SPARSE_STEP - 1) / SPARSE_STEP);
  }

  /** Where the entries begin. */
  static long entriesOffset() {
    return FileHeader.BYTES;
  }

  /** How many bytes the filter has in a file of that size. */
  long filterBytes(long fileBytes) {
    return fileBytes - BYTES - filter.offset;
  }

  /** Whether the sections follow each other and fill a file of that size. */
  boolean fits(long fileBytes) {
    return terms > 0
        && events > 0
        && terms <= Integer.MAX_VALUE
        && sparse.offset > entriesOffset()
        && termTable.blocks > 0
        && idTable.blocks > 0
        && sparse.offset + (long) sparseCount() * Long.BYTES == termTable.offset
        && termTable.end() == idTable.offset
        && idTable.end() == filter.offset
        && filterBytes(fileBytes) == TermFilter.bytesFor(terms);
  }
}
