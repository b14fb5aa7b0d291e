package io.daybook.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class LocationColumnTest {
  private static final String NAME = "index/00000000000000000700-3.loc";
  private static final FileHeader LOG =
      new FileHeader(FileHeader.Kind.LOG, 0x5eed, new UUID(1, 2), 700, 3, 4);

  private final MemoryDisk disk = new MemoryDisk();

  /** A column of frames of that many events, at places that grow by 8 to 800 bytes. */
  private static LocationColumn column(int[] firsts, Random random) {
    var column = new LocationColumn();
    long place = 128;
    for (int first : firsts) {
      column.add(first, place);
      place += 8L * (1 + random.nextInt(100));
    }
    return column;
  }

  /** First positions of frames of one event, of like sizes, of sizes that grow, and of any. */
  private static int[] firsts(int count, int kind, Random random) {
    int[] firsts = new int[count];
    for (int i = 1; i < count; i++) {
      int events =
          switch (kind) {
            case 0 -> 1;
            case 1 -> 5 + random.nextInt(2);
            case 2 -> 1 + i;
            case 3 -> 1 << random.nextInt(12);
            default -> random.nextInt(9) == 0 ? 1_000 : 1;
          };
      firsts[i] = firsts[i - 1] + events;
    }
    return firsts;
  }

  @Test
  void theLastFrameThatBeginsBeforeAPositionIsFound() throws IOException {
    var random = new Random(1);
    for (int count : new int[] {1, 2, 3, 4, 7, 64, 65, 300}) {
      for (int kind = 0; kind < 5; kind++) {
        int[] firsts = firsts(count, kind, random);
        LocationColumn column = column(firsts, random);
        column.write(disk, NAME, LOG);
        LocationColumn mapped = LocationColumn.map(disk, NAME, LOG);
        assertThat(column.isMapped()).isFalse();
        assertThat(mapped.isMapped()).isTrue();
        assertThat(column.count()).isEqualTo(count);
        assertThat(mapped.count()).isEqualTo(count);
        int frame = 0;
        for (int position = 0; position < firsts[count - 1] + 10; position++) {
          if (frame + 1 < count && firsts[frame + 1] == position) {
            frame++;
          }
          if (column.frameOf(position) != frame || mapped.frameOf(position) != frame) {
            throw new AssertionError(
                "position "
                    + position
                    + " is in frame "
                    + frame
                    + " of "
                    + Arrays.toString(firsts));
          }
          assertThat(mapped.offsetOf(position)).isEqualTo(column.offsetAt(frame));
          assertThat(column.offsetOf(position)).isEqualTo(mapped.offsetAt(frame));
        }
      }
    }
  }

  @Test
  void whatStandsBeforeAllFramesIsInNone() {
    var column = new LocationColumn();
    assertThat(column.frameOf(0)).isEqualTo(-1);
    assertThat(column.offsetOf(0)).isEqualTo(-1);
    column.add(5, 128);
    column.add(9, 256);
    assertThat(column.offsetOf(4)).isEqualTo(-1);
    assertThat(column.offsetOf(5)).isEqualTo(128);
    assertThat(column.offsetOf(8)).isEqualTo(128);
    assertThat(column.offsetOf(9)).isEqualTo(256);
    column.removeLast(1);
    assertThat(column.count()).isEqualTo(1);
    assertThat(column.offsetOf(9)).isEqualTo(128);
    column.add(7, 512);
    assertThat(column.offsetOf(9)).isEqualTo(512);
  }

  /** Places of files of up to 32 GiB. */
  @Test
  void placesMayBeFar() throws IOException {
    var column = new LocationColumn();
    column.add(0, (1L << 32) - 8);
    column.add(1, (1L << 35) - 8);
    column.write(disk, NAME, LOG);
    LocationColumn mapped = LocationColumn.map(disk, NAME, LOG);
    for (LocationColumn each : new LocationColumn[] {column, mapped}) {
      assertThat(each.offsetAt(0)).isEqualTo((1L << 32) - 8);
      assertThat(each.offsetAt(1)).isEqualTo((1L << 35) - 8);
    }
  }

  /** By the words of {@code docs/format.md}. */
  private static byte[] format(FileHeader header, int seed, int... words) {
    ByteBuffer bytes =
        ByteBuffer.allocate(64 + 8 + 4 * words.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    header.encode(bytes.array());
    bytes.position(64).putInt(words.length / 2).putInt(seed);
    for (int word : words) {
      bytes.putInt(word);
    }
    var crc = new CRC32C();
    crc.update(bytes.array(), 0, bytes.position());
    return bytes.putInt((int) crc.getValue()).array();
  }

  private static FileHeader header(int seed, long base, long generation) {
    return new FileHeader(FileHeader.Kind.LOCATIONS, seed, new UUID(1, 2), base, generation, 4);
  }

  @Test
  void aColumnIsWhatTheFormatSays() throws IOException {
    var column = new LocationColumn();
    column.add(0, 128);
    column.add(7, 1_024);
    disk.put(NAME + ".new", new byte[5]); // of an earlier time that a crash cut short
    column.write(disk, NAME, LOG);
    assertThat(disk.contents()).containsOnlyKeys(NAME);
    assertThat(disk.contents().get(NAME))
        .isEqualTo(format(header(0x5eed, 700, 3), 0x5eed, 0, 16, 7, 128));
  }

  @Test
  void aColumnThatDoesNotFitTheLogFileIsNone() throws IOException {
    assertThat(LocationColumn.map(disk, NAME, LOG)).isNull();
    byte[] right = format(header(0x5eed, 700, 3), 0x5eed, 0, 16, 7, 128);
    disk.put(NAME, right);
    assertThat(LocationColumn.map(disk, NAME, LOG)).isNotNull();
    for (FileHeader other :
        new FileHeader[] {header(0x5eee, 700, 3), header(0x5eed, 701, 3), header(0x5eed, 700, 4)}) {
      disk.put(NAME, format(other, 0x5eed, 0, 16, 7, 128));
      assertThat(LocationColumn.map(disk, NAME, LOG)).as("%s", other).isNull();
    }
    for (int count : new int[] {-1, 0, 1, 3, Integer.MAX_VALUE}) {
      byte[] wrong = right.clone();
      wrong[64] = (byte) count;
      wrong[65] = (byte) (count >> 8);
      wrong[66] = (byte) (count >> 16);
      wrong[67] = (byte) (count >> 24);
      disk.put(NAME, wrong);
      assertThat(LocationColumn.map(disk, NAME, LOG)).as("of %s frames", count).isNull();
    }
    for (int length = 0; length < right.length; length++) {
      disk.put(NAME, Arrays.copyOf(right, length));
      assertThat(LocationColumn.map(disk, NAME, LOG)).as("of %s bytes", length).isNull();
    }
    disk.put(NAME, format(header(0x5eed, 700, 3), 0x5eed));
    assertThat(LocationColumn.map(disk, NAME, LOG).count()).isZero();
  }

  @Test
  void aColumnIsWholeIfItsCheckHolds() throws IOException {
    LocationColumn column = new LocationColumn();
    column.add(0, 128);
    column.add(7, 1_024);
    column.write(disk, NAME, LOG);
    assertThat(column.isWhole()).as("is not on the disk").isFalse();
    assertThat(column.isSameAs(column)).as("is not on the disk").isFalse();
    byte[] whole = disk.contents().get(NAME);
    assertThat(LocationColumn.map(disk, NAME, LOG).isWhole()).isTrue();
    assertThat(LocationColumn.map(disk, NAME, LOG).isSameAs(column)).isTrue();
    for (int bit = 8 * 68; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      disk.put(NAME, flipped);
      LocationColumn mapped = LocationColumn.map(disk, NAME, LOG);
      assertThat(mapped.isWhole()).as("bit %s", bit).isFalse();
      assertThat(mapped.isSameAs(column)).as("bit %s", bit).isFalse();
    }
  }

  @Test
  void aColumnWithOtherFramesIsAnother() throws IOException {
    int[][] entries = {{0, 128, 7, 1_024}, {0, 128}, {0, 128, 7, 1_032}, {0, 128, 8, 1_024}};
    LocationColumn[] columns = new LocationColumn[entries.length];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = new LocationColumn();
      for (int j = 0; j < entries[i].length; j += 2) {
        columns[i].add(entries[i][j], entries[i][j + 1]);
      }
    }
    for (int i = 0; i < columns.length; i++) {
      columns[i].write(disk, NAME, LOG);
      LocationColumn mapped = LocationColumn.map(disk, NAME, LOG);
      for (int j = 0; j < columns.length; j++) {
        assertThat(mapped.isSameAs(columns[j])).isEqualTo(i == j);
      }
    }
  }

  /** A first position that is smaller than the frame's number cannot be. */
  @Test
  void aPositionThatCannotBeIsFoundOut() throws IOException {
    disk.put(NAME, format(header(0x5eed, 700, 3), 0x5eed, 0, 16, 0, 32, 2, 64));
    LocationColumn mapped = LocationColumn.map(disk, NAME, LOG);
    assertThat(mapped.frameOf(2)).isEqualTo(2);
    assertThatThrownBy(() -> mapped.frameOf(1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aMappingIsLeasedAndReleased() throws IOException {
    var column = new LocationColumn();
    column.add(0, 128);
    assertThat(column.tryLease()).isTrue();
    column.release();
    assertThat(column.tryLease()).isTrue();
    column.write(disk, NAME, LOG);
    LocationColumn mapped = LocationColumn.map(disk, NAME, LOG);
    assertThat(mapped.tryLease()).isTrue();
    mapped.release();
    mapped.release();
    assertThat(mapped.tryLease()).isFalse();
  }
}
