package io.daybook.engine.index;

import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.Bytes;
import java.util.Arrays;

/**
 * The head of an entry of a term in an index file, read and checked; see {@code docs/format.md}.
 * Immutable.
 */
final class Entry {
  /**
   * Postings of a chunk; an entry with more postings than one chunk holds has a table of chunks.
   */
  static final int CHUNK_BITS = 7;

  static final int CHUNK = 1 << CHUNK_BITS;

  /** Of an entry in the table of chunks: first position, start of the chunk, check. */
  static final int RECORD_BYTES = 12;

  /** Behind the table of chunks: the position behind the last, the end of the last chunk. */
  static final int SENTINEL_BYTES = 8;

  /** Most heads are not longer. */
  static final int USUAL_BYTES = 256;

  /** Where the head begins, behind its check and its length. */
  static final int HEAD_OFFSET = 6;

  /** More bytes than a head can have: name 1,024, 128 postings of 5, numbers. */
  static final int MAX_HEAD_BYTES = 2_048;

  private final long offset;
  private final byte[] head;
  private final Kind kind;
  private final int nameAt;
  private final int nameLength;
  private final int count;
  private final long ordinal;
  private final int first;
  private final int restAt;
  private final int followingBytes;

  /** Reads the numbers in a head that passed its check. */
  private Entry(long offset, byte[] head) {
    this.offset = offset;
    this.head = head;
    VarintReader in = new VarintReader(head, HEAD_OFFSET);
    this.kind = Kind.ofCode(in.nextByte());
    this.nameLength = (int) in.next();
    this.nameAt = in.at();
    in.skip(nameLength);
    this.count = (int) in.next();
    this.ordinal = in.next();
    this.first = (int) in.next();
    this.restAt = in.at();
    this.followingBytes = isChunked() ? Bytes.getInt(head, restAt) : 0;
  }

  /**
   * Reads and checks the head of the entry at an offset.
   *
   * @param end the end of the entries
   */
  static Entry read(IndexBytes bytes, long offset, long end) {
    if (offset < IndexFooter.entriesOffset() || end - offset < HEAD_OFFSET) {
      throw bytes.damaged(offset, "a table leads out of the entries");
    }
    try {
      int length = HEAD_OFFSET + bytes.getShort(offset + Integer.BYTES);
      if (length > MAX_HEAD_BYTES || length > end - offset) {
        throw bytes.checkFails(offset);
      }
      byte[] head = bytes.checked(offset, length);
      Entry entry = new Entry(offset, head);
      if (entry.followingBytes < 0 || entry.end() > end || entry.count < 1) {
        throw bytes.damaged(offset, "an entry is longer than the entries");
      }
      return entry;
    } catch (IndexOutOfBoundsException _) {
      throw bytes.damaged(offset, "an entry is shorter than it says");
    } catch (InternalError e) {
      throw bytes.unreadable(offset, e);
    }
  }

  long offset() {
    return offset;
  }

  Kind kind() {
    return kind;
  }

  byte[] name() {
    return Arrays.copyOfRange(head, nameAt, nameAt + nameLength);
  }

  boolean is(Term term) {
    byte[] name = term.bytes();
    return kind == term.kind()
        && Arrays.equals(head, nameAt, nameAt + nameLength, name, 0, name.length);
  }

  boolean startsWith(byte[] prefix) {
    return nameLength >= prefix.length
        && Arrays.equals(head, nameAt, nameAt + prefix.length, prefix, 0, prefix.length);
  }

  /** Compares kind and name with those given. */
  int compareTo(Kind otherKind, byte[] otherName) {
    int order = Integer.compare(kind.code(), otherKind.code());
    return order != 0
        ? order
        : Arrays.compareUnsigned(head, nameAt, nameAt + nameLength, otherName, 0, otherName.length);
  }

  int count() {
    return count;
  }

  long ordinal() {
    return ordinal;
  }

  /** The first position, counted from that of the file. */
  int first() {
    return first;
  }

  /** Whether the postings are in chunks behind the head, and not in it. */
  boolean isChunked() {
    return count > CHUNK;
  }

  int chunks() {
    return (count + CHUNK - 1) >>> CHUNK_BITS;
  }

  /** The postings of an entry without chunks, counted from the file's first position. */
  int[] postings() {
    int[] values = new int[count];
    int value = first;
    values[0] = value;
    VarintReader in = new VarintReader(head, restAt);
    for (int i = 1; i < count; i++) {
      value += 1 + (int) in.next();
      values[i] = value;
    }
    return values;
  }

  /** Where the table of chunks begins. */
  long tableOffset() {
    return offset + head.length;
  }

  /** Where the chunks begin. */
  long chunksOffset() {
    return tableOffset() + (long) chunks() * RECORD_BYTES + SENTINEL_BYTES;
  }

  /** Where the next entry begins. */
  long end() {
    return offset + head.length + followingBytes;
  }
}
