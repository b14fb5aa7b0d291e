package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** An index file read by the words of {@code docs/format.md} alone, all of it, with each check. */
final class FormatIndex {
  private static final int FOOTER_BYTES = 256;

  /**
   * An entry.
   *
   * @param kind by its number
   * @param positions counted from the first of the file
   */
  record Term(int kind, String name, long ordinal, List<Integer> positions) {}

  /** An entry of a table. */
  record Hashed(long hash, long value) {}

  private final ByteBuffer file;
  private final int seed;
  private final int footer;
  private final List<Integer> offsets = new ArrayList<>();
  private final List<byte[]> names = new ArrayList<>();

  final long to;
  final long events;
  final List<Term> terms = new ArrayList<>();
  final List<Hashed> termTable;
  final List<Hashed> idTable;

  private FormatIndex(byte[] bytes) {
    file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    seed = file.getInt(12);
    footer = bytes.length - FOOTER_BYTES;
    to = longAt(0);
    events = longAt(48);
    assertThat(file.getInt(footer + 248)).isEqualTo('D' | 'B' << 8 | 'I' << 16 | 'X' << 24);
    assertThat(file.getInt(footer + 252)).isEqualTo(check(0, footer, 252));
    for (int zero : new int[] {68, 84, 108, 132}) {
      assertThat(file.getInt(footer + zero)).isZero();
    }
    for (int i = 136; i < 248; i++) {
      assertThat(file.get(footer + i)).isZero();
    }
    readEntries((int) longAt(56));
    int tables = readSparse((int) longAt(56));
    assertThat(longAt(88)).isEqualTo(tables);
    termTable = new ArrayList<>();
    int ids = readTable(88, 8, termTable);
    assertThat(longAt(112)).isEqualTo(ids);
    idTable = new ArrayList<>();
    int filter = readTable(112, 6, idTable);
    assertThat(longAt(72)).isEqualTo(filter);
    readFilter(filter);
    checkTerms();
  }

  /** Reads a file that is not encrypted. */
  static FormatIndex read(byte[] bytes) {
    return new FormatIndex(bytes);
  }

  /** A number of the footer. */
  long longAt(int at) {
    return file.getLong(footer + at);
  }

  private void readEntries(int end) {
    int at = 64;
    while (at < end) {
      offsets.add(at);
      int start = at;
      int headEnd = start + 6 + (file.getShort(start + 4) & 0xffff);
      assertThat(file.getInt(start)).isEqualTo(check(start, start + 4, headEnd - start - 4));
      file.position(start + 6);
      int kind = file.get();
      byte[] name = new byte[(int) varint()];
      file.get(name);
      int count = (int) varint();
      long ordinal = varint();
      int first = (int) varint();
      List<Integer> positions = new ArrayList<>();
      if (count <= 128) {
        positions.add(first);
        for (int i = 1; i < count; i++) {
          positions.add(positions.getLast() + 1 + (int) varint());
        }
        at = headEnd;
      } else {
        at = headEnd + file.getInt();
        readChunks(headEnd, count, positions);
        assertThat(positions.getFirst()).isEqualTo(first);
      }
      assertThat(file.position()).isEqualTo(at);
      names.add(name);
      terms.add(new Term(kind, new String(name, StandardCharsets.UTF_8), ordinal, positions));
    }
    assertThat(at).isEqualTo(end);
    assertThat(terms).hasSize((int) longAt(40));
  }

  private void readChunks(int table, int count, List<Integer> positions) {
    int chunks = Math.ceilDiv(count, 128);
    int start = table + 12 * chunks + 8;
    for (int i = 0; i < chunks; i++) {
      int line = table + 12 * i;
      int from = start + file.getInt(line + 4);
      int end = start + file.getInt(line + 16);
      var crc = crcFor(line);
      crc.update(file.array(), line, 8);
      crc.update(file.array(), from, end - from);
      crc.update(file.array(), line + 12, 8);
      assertThat(file.getInt(line + 8)).isEqualTo((int) crc.getValue());
      int bits = file.get(from);
      int value = file.getInt(line);
      positions.add(value);
      long bit = 8L * (from + 1);
      for (int j = 128 * i + 1; j < Math.min(128 * (i + 1), count); j++) {
        int difference = 0;
        for (int k = 0; k < bits; k++, bit++) {
          difference |= (file.get((int) (bit / 8)) >>> (bit % 8) & 1) << k;
        }
        value += difference + 1;
        positions.add(value);
      }
      assertThat(Math.ceilDiv(bit, 8L)).isEqualTo(end);
      file.position(end);
    }
    assertThat(file.getInt(table + 12 * chunks)).isEqualTo(positions.getLast() + 1);
  }

  private int readSparse(int at) {
    int count = Math.ceilDiv(terms.size(), 64);
    assertThat(file.getInt(footer + 64)).isEqualTo(check(at, at, 8 * count));
    for (int i = 0; i < count; i++) {
      assertThat(file.getLong(at + 8 * i)).isEqualTo((long) offsets.get(64 * i));
    }
    return at + 8 * count;
  }

  /** Returns where its directory ends. */
  private int readTable(int shape, int width, List<Hashed> entries) {
    int at = (int) longAt(shape);
    int blocks = file.getInt(footer + shape + 8);
    int bits = file.getInt(footer + shape + 12);
    int directory = at + 512 * blocks;
    assertThat(file.getInt(footer + shape + 16)).isEqualTo(check(directory, directory, 4 * blocks));
    for (int i = 0; i < blocks; i++) {
      int block = at + 512 * i;
      assertThat(file.getInt(block)).isEqualTo(check(block, block + 4, 508));
      int count = file.getShort(block + 4);
      long first = file.getLong(block + 8);
      assertThat(file.getShort(block + 6)).isZero();
      assertThat(count).isBetween(1, 496 / width);
      assertThat(file.getInt(directory + 4 * i)).isEqualTo((int) (first >>> 8));
      for (int j = 0; j < count; j++) {
        int entryAt = block + 16 + width * j;
        long entry = file.getInt(entryAt) & 0xffff_ffffL;
        entry |=
            width == 8
                ? (long) file.getInt(entryAt + 4) << 32
                : (file.getShort(entryAt + 4) & 0xffffL) << 32;
        entries.add(new Hashed(first + (entry >>> bits), entry & ((1L << bits) - 1)));
      }
      assertThat(entries.get(entries.size() - count).hash()).isEqualTo(first);
      for (int j = 16 + width * count; j < 512; j++) {
        assertThat(file.get(block + j)).isZero();
      }
    }
    for (int i = 1; i < entries.size(); i++) {
      assertThat(entries.get(i).hash()).isGreaterThanOrEqualTo(entries.get(i - 1).hash());
    }
    return directory + 4 * blocks;
  }

  private void readFilter(int at) {
    int length = footer - at;
    assertThat(length).isEqualTo(64 * Math.ceilDiv(10 * terms.size(), 512));
    assertThat(file.getInt(footer + 80)).isEqualTo(check(at, at, length));
    byte[] bits = new byte[length];
    for (int i = 0; i < terms.size(); i++) {
      long hash = hash(terms.get(i).kind(), names.get(i));
      int block = (int) (((hash >>> 8) * (length / 64)) >>> 32);
      long probes = mix(hash);
      for (int j = 0; j < 6; j++) {
        int bit = (int) ((probes >>> (9 * j)) & 511);
        bits[64 * block + bit / 8] |= (byte) (1 << bit % 8);
      }
    }
    byte[] its = new byte[length];
    file.get(at, its);
    assertThat(its).isEqualTo(bits);
  }

  private void checkTerms() {
    List<Hashed> expected = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      expected.add(new Hashed(hash(terms.get(i).kind(), names.get(i)), offsets.get(i)));
    }
    assertThat(termTable).containsExactlyInAnyOrderElementsOf(expected);
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = file.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** The check of a range, over the file's seed, a place and the bytes. */
  private int check(long place, int from, int length) {
    CRC32C crc = crcFor(place);
    crc.update(file.array(), from, length);
    return (int) crc.getValue();
  }

  private CRC32C crcFor(long place) {
    var crc = new CRC32C();
    ByteBuffer start = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    crc.update(start.putInt(seed).putLong(place).array());
    return crc;
  }

  static long hash(int kind, byte[] name) {
    long h = mix(kind);
    ByteBuffer padded =
        ByteBuffer.allocate(Math.ceilDiv(name.length, 8) * 8).order(ByteOrder.LITTLE_ENDIAN);
    padded.put(name).rewind();
    while (padded.hasRemaining()) {
      h = mix(h ^ padded.getLong());
    }
    return mix(h ^ name.length) >>> 24;
  }

  static long idHash(long high, long low) {
    return mix(high ^ mix(low)) >>> 24;
  }

  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
