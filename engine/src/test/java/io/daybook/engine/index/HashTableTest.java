package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.index.IndexFooter.TableShape;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FileOutput;
import io.daybook.engine.io.MemoryDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of hashes, compared with lists. */
final class HashTableTest {
  private static final FileHeader HEADER = SampleLog.header(0, 1);
  private static final String NAME = IndexFile.nameOf(0, 9, 1);
  private static final long HASHES = 1L << Term.HASH_BITS;

  private record Line(long hash, long value) {}

  /** The lines are in order of their hashes. */
  private static HashTable table(int entryBytes, long maxValue, List<Line> lines)
      throws IOException {
    var disk = new MemoryDisk();
    return open(disk, write(disk, entryBytes, maxValue, lines), entryBytes);
  }

  private static TableShape write(MemoryDisk disk, int entryBytes, long maxValue, List<Line> lines)
      throws IOException {
    TableShape shape;
    try (var out = new FileOutput(disk, NAME, HEADER, _ -> {})) {
      var writer = new HashTableWriter(out, HEADER.seed(), entryBytes, maxValue);
      for (Line line : lines) {
        writer.add(line.hash(), line.value());
      }
      shape = writer.finish();
      assertThat(out.offset()).isEqualTo(shape.end());
      out.finish();
    }
    return shape;
  }

  private static HashTable open(MemoryDisk disk, TableShape shape, int entryBytes)
      throws IOException {
    DiskFile file = disk.open(NAME);
    return new HashTable(
        new IndexBytes(NAME, HEADER.seed(), file.mapWhole(), null), shape, entryBytes);
  }

  private static List<Line> all(HashTable table) {
    List<Line> all = new ArrayList<>();
    for (int i = 0; i < table.blocks(); i++) {
      HashTable.Block block = table.block(i);
      for (int j = 0; j < block.count(); j++) {
        all.add(new Line(block.hash(j), block.value(j)));
      }
    }
    return all;
  }

  /** Evenly spread, as hashes are, and all on one side, as they never are. */
  @ParameterizedTest
  @ValueSource(ints = {6, 8})
  void everyHashIsFound(int entryBytes) throws IOException {
    Random random = new Random(82);
    for (int count : new int[] {1, 2, 61, 62, 63, 82, 83, 1_000, 5_000}) {
      for (long bound : new long[] {HASHES, HASHES >>> 5, 1 << 12}) {
        List<Line> lines =
            random
                .longs(count, HASHES - bound, HASHES)
                .sorted()
                .mapToObj(hash -> new Line(hash, random.nextInt(1 << 24)))
                .toList();
        HashTable table = table(entryBytes, (1 << 24) - 1, lines);
        assertThat(all(table)).isEqualTo(lines);
        for (int i = 0; i < count; i += 1 + count / 200) {
          long hash = lines.get(i).hash();
          assertThat(table.find(hash))
              .containsExactly(
                  lines.stream().filter(l -> l.hash() == hash).mapToLong(Line::value).toArray());
        }
        long before = lines.getFirst().hash() - 1;
        assertThat(table.find(before)).isEmpty();
      }
    }
  }

  /** Two hashes whose difference does not fit beside a value are in blocks of their own. */
  @ParameterizedTest
  @ValueSource(ints = {6, 8})
  void hashesThatAreFarApartAreInBlocksOfTheirOwn(int entryBytes) throws IOException {
    long maxValue = (1L << (8 * entryBytes - 20)) - 1; // leaves 20 bits for a difference
    for (int difference : new int[] {(1 << 20) - 1, 1 << 20, (1 << 20) + 1}) {
      List<Line> lines = List.of(new Line(5, maxValue), new Line(5 + difference, maxValue - 1));
      HashTable table = table(entryBytes, maxValue, lines);
      assertThat(all(table)).isEqualTo(lines);
      assertThat(table.blocks()).isEqualTo(difference < 1 << 20 ? 1 : 2);
      for (Line line : lines) {
        assertThat(table.find(line.hash())).containsExactly(line.value());
      }
    }
  }

  /** All the other blocks are damaged, of which nothing is noticed. */
  @ParameterizedTest
  @ValueSource(ints = {6, 8})
  void aLookupReadsNoOtherBlock(int entryBytes) throws IOException {
    List<Line> lines =
        new Random(84)
            .longs(2_000, 0, HASHES)
            .sorted()
            .mapToObj(hash -> new Line(hash, hash & 0xff))
            .toList();
    var disk = new MemoryDisk();
    TableShape shape = write(disk, entryBytes, 0xff, lines);
    HashTable whole = open(disk, shape, entryBytes);
    assertThat(shape.blocks()).isGreaterThan(20);
    for (int i = 0; i < shape.blocks(); i++) {
      byte[] bytes = disk.contents().get(NAME);
      int begin = (int) whole.offsetOf(i);
      Arrays.fill(bytes, (int) whole.offsetOf(0), begin, (byte) 0);
      Arrays.fill(bytes, begin + HashTable.BLOCK_BYTES, (int) shape.directoryOffset(), (byte) 0);
      var damaged = new MemoryDisk();
      damaged.put(NAME, bytes);
      HashTable.Block block = whole.block(i);
      int middle = block.count() / 2;
      assertThat(open(damaged, shape, entryBytes).find(block.hash(middle)))
          .containsExactly(block.value(middle));
    }
  }

  @Test
  void aTableOfNothingHasNoBlock() throws IOException {
    assertThat(table(6, 9, List.of()).blocks()).isZero();
  }

  /** A block is filled before the next one begins. */
  @Test
  void blocksAreFull() throws IOException {
    for (int entryBytes : new int[] {6, 8}) {
      int capacity = HashTable.capacity(entryBytes);
      List<Line> lines = new ArrayList<>();
      for (int i = 0; i < capacity; i++) {
        lines.add(new Line(i, i));
      }
      assertThat(table(entryBytes, 999, lines).blocks()).isEqualTo(1);
      lines.add(new Line(capacity, 0));
      assertThat(table(entryBytes, 999, lines).blocks()).isEqualTo(2);
    }
  }

  /** Ten bits a term, in whole blocks. */
  @Test
  void aFilterIsAsLargeAsTheFormatSays() {
    long[][] sizes = {{0, 0}, {1, 64}, {51, 64}, {52, 128}, {256, 320}, {257, 384}};
    for (long[] size : sizes) {
      assertThat(TermFilter.bytesFor(size[0])).as("%s terms", size[0]).isEqualTo(size[1]);
    }
  }

  /** Of what is not there, about one in a hundred passes. */
  @Test
  void aFilterPassesWhatIsThereAndLittleElse() {
    Random random = new Random(83);
    for (int count : new int[] {1, 51, 52, 1_000, 20_000}) {
      TermFilter filter = TermFilter.create(count);
      assertThat(filter.bytes().length % 64).isZero();
      long[] hashes = random.longs(count, 0, HASHES).toArray();
      for (long hash : hashes) {
        filter.add(hash);
      }
      var again = new TermFilter(filter.bytes());
      for (long hash : hashes) {
        assertThat(again.mayContain(hash)).isTrue();
      }
      long passed = random.longs(20_000, 0, HASHES).filter(again::mayContain).count();
      assertThat(passed).as("of 20,000, with %s terms", count).isLessThan(600);
    }
  }
}
