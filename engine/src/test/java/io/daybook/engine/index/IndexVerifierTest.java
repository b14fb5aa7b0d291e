package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.index.IndexBuilder.Extremes;
import io.daybook.engine.index.IndexBuilder.IdTarget;
import io.daybook.engine.index.IndexBuilder.TermTarget;
import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.MemoryDisk;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Index files of which every check holds, and which are wrong all the same. */
final class IndexVerifierTest {
  private static final int EVENTS = 300;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Line(Kind kind, String name, long ordinal, int... positions) {}

  private final MemoryDisk disk = new MemoryDisk();
  private final List<Line> terms = new ArrayList<>();

  /** The hash of an id and the position of its event. */
  private final List<long[]> ids = new ArrayList<>();

  /** How many terms there are to be at most; 0 for as many as there are. */
  private int toldTerms;

  /** How many postings are told of one tag; 0 for as many as it has. */
  private int toldOfTagT102;

  /** Two streams, a type, and as many tags as need two sparse offsets. */
  @BeforeEach
  void makeRight() {
    int[] all = IntStream.range(0, EVENTS).toArray();
    terms.add(new Line(Kind.STREAM, "a", 7, IntStream.range(0, 200).toArray()));
    terms.add(new Line(Kind.STREAM, "b", 0, IntStream.range(200, EVENTS).toArray()));
    terms.add(new Line(Kind.TYPE, "T", 0, all));
    for (int i = 0; i < 90; i++) {
      terms.add(new Line(Kind.TAG, "t:" + (100 + i), i, i, 2 * i + 1));
    }
    for (int i = 0; i < EVENTS; i++) {
      ids.add(new long[] {i * 1_000_000L, EVENTS - 1 - i});
    }
  }

  private final class Source implements IndexBuilder.Source {
    @Override
    public int maxTerms() {
      return Math.max(terms.size(), toldTerms);
    }

    @Override
    public void writeTerms(TermTarget target) throws IOException {
      for (Line line : terms) {
        byte[] name = line.name().getBytes(StandardCharsets.UTF_8);
        boolean asTold = toldOfTagT102 > 0 && line.name().equals("t:102");
        int count = asTold ? toldOfTagT102 : line.positions().length;
        target.begin(line.kind(), name, count, line.ordinal());
        for (int position : line.positions()) {
          target.posting(position);
        }
        target.end();
      }
    }

    @Override
    public void writeIds(IdTarget target) throws IOException {
      for (long[] id : ids) {
        target.id(id[0], (int) id[1]);
      }
    }

    @Override
    public Extremes extremes() {
      return new Extremes(1, 2, 3, 4);
    }
  }

  private IndexFile write() throws IOException {
    String name =
        IndexBuilder.build(disk, SampleLog.header(0, 1), EVENTS - 1, new Source(), _ -> {});
    return IndexFile.open(disk, name, SampleLog.STORE);
  }

  private void assertRefused(String why) throws IOException {
    IndexFile file = write();
    assertRefused(file, why);
  }

  private static void assertRefused(IndexFile file, String why) {
    assertThatThrownBy(file::verify)
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(why)
        .hasMessageContaining(file.name());
  }

  @Test
  void whatIsRightIsNotRefused() throws IOException {
    assertThat(write().verify()).isEqualTo(2 * EVENTS + 2 * 90);
  }

  /** Each 64th entry has a sparse offset, and where there are none behind it, no other. */
  @Test
  void aFileMayEndWithASparseStep() throws IOException {
    for (int count : new int[] {64, 65, 128}) {
      while (terms.size() > count) {
        terms.removeLast();
      }
      for (int i = terms.size(); i < count; i++) {
        terms.add(new Line(Kind.TAG, "u:" + (100 + i), 0, i));
      }
      IndexFile file = write();
      assertThat(file.verify()).isPositive();
      assertThat(file.terms()).isEqualTo(count);
      disk.delete(file.name());
    }
  }

  @Test
  void postingsAreGivenInOrderAndAsManyAsWereTold() {
    for (int[] wrong : new int[][] {{1, 1}, {2, 1}, {-1}}) {
      terms.set(5, new Line(Kind.TAG, "t:102", 0, wrong));
      assertThatThrownBy(this::write)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("posting " + wrong[wrong.length - 1] + " after ");
    }
    terms.set(5, new Line(Kind.TAG, "t:102", 0, 1, 2));
    for (int told : new int[] {1, 3}) {
      toldOfTagT102 = told;
      assertThatThrownBy(this::write).isInstanceOf(IllegalStateException.class);
    }
    assertThat(disk.contents()).isEmpty();
  }

  /** A file covers 2^24 positions at most, and one at least. */
  @Test
  void aFileCoversNoMoreThanItCan() throws IOException {
    long base = 1_000;
    long most = base + (1 << 24) - 1;
    for (long to : new long[] {base - 1, most + 1, 1L << 40}) {
      assertThatThrownBy(() -> build(base, to))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("an index file cannot cover positions 1000 to " + to);
    }
    assertThat(disk.contents()).isEmpty();
    IndexFile.open(disk, build(base, most), SampleLog.STORE).release();
  }

  /** A term's number has 24 bits. */
  @Test
  void aFileHoldsNoMoreTermsThanItCan() {
    toldTerms = (1 << 24) + 1;
    assertThatThrownBy(this::write)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("16777217 terms are too many for one index file");
    assertThat(disk.contents()).isEmpty();
  }

  /** Positions are counted from the file's first. */
  @Test
  void aFileFarBehindIsNoLarger() throws IOException {
    String first = build(0, EVENTS - 1);
    int near = disk.contents().get(first).length;
    long base = 1L << 50;
    String far = build(base, base + EVENTS - 1);
    assertThat(disk.contents().get(far)).hasSize(near);
    IndexFile file = IndexFile.open(disk, far, SampleLog.STORE);
    assertThat(file.verify()).isEqualTo(2 * EVENTS + 2 * 90);
    for (long[] id : ids) {
      assertThat(file.idTable().find(id[0])).containsExactly(id[1]);
    }
    file.release();
  }

  private String build(long base, long to) throws IOException {
    return IndexBuilder.build(disk, SampleLog.header(base, 1), to, new Source(), _ -> {});
  }

  @Test
  void entriesAreInOrder() throws IOException {
    Line line = terms.remove(10);
    terms.add(11, line);
    assertRefused("an entry is out of order");
  }

  @Test
  void anEntryIsThereOnce() throws IOException {
    terms.add(11, terms.get(10));
    assertRefused("an entry is out of order");
  }

  @Test
  void kindsAreInOrder() throws IOException {
    terms.add(2, new Line(Kind.TAG, "t:1", 0, 5));
    assertRefused("an entry is out of order");
  }

  @Test
  void eachEventIsInAStream() throws IOException {
    terms.set(1, new Line(Kind.STREAM, "b", 0, IntStream.range(200, EVENTS - 1).toArray()));
    assertRefused("entries are missing");
  }

  @Test
  void eachEventHasAType() throws IOException {
    terms.set(2, new Line(Kind.TYPE, "T", 0, IntStream.range(1, EVENTS).toArray()));
    assertRefused("entries are missing");
  }

  @Test
  void positionsAreWithinTheFile() throws IOException {
    terms.set(5, new Line(Kind.TAG, "t:102", 0, 1, EVENTS - 1));
    assertThat(write().verify()).isPositive();
    disk.delete(IndexFile.nameOf(0, EVENTS - 1, 1));
    terms.set(5, new Line(Kind.TAG, "t:102", 0, 1, EVENTS));
    assertRefused("positions are out of order");
  }

  @Test
  void nothingStandsBeforeAFileLessThanNothing() throws IOException {
    terms.set(5, new Line(Kind.TAG, "t:102", -1, 1, 2));
    assertRefused("an entry contradicts its chunks");
  }

  @Test
  void hashesOfIdsAreInOrder() throws IOException {
    ids.set(5, new long[] {3_999_999, EVENTS - 1 - 5});
    assertRefused("the table of event ids is out of order");
  }

  @Test
  void anEventHasOneId() throws IOException {
    ids.set(5, new long[] {5_000_000, EVENTS - 1 - 4});
    assertRefused("the table of event ids is out of order");
  }

  @Test
  void anIdIsOfAnEventOfTheFile() throws IOException {
    ids.set(5, new long[] {5_000_000, EVENTS});
    assertRefused("the table of event ids is out of order");
  }

  /** The footer counts the ids that were written, so that it says something else by itself. */
  @Test
  void eachEventHasAnId() throws IOException {
    ids.remove(5);
    assertRefused("entries are missing");
  }

  @Test
  void sparseOffsetsAreThoseOfEntries() throws IOException {
    IndexFile file = write();
    long sparse = file.entriesEnd();
    assertRefused(
        patched(
            file,
            bytes -> {
              Bytes.putLong(bytes, (int) sparse + 8, file.sparse(1) + 1);
              putCheck(bytes, (int) sparse, 16, 64);
            }),
        "an entry is not where the sparse offsets say");
  }

  @Test
  void aTermIsInTheFilter() throws IOException {
    IndexFile file = write();
    int filter = (int) Bytes.getLong(bytes(file), (int) file.bytes() - 256 + 72);
    int length = (int) file.bytes() - 256 - filter;
    assertRefused(
        patched(
            file,
            bytes -> {
              for (int i = 0; i < length; i++) {
                bytes[filter + i] = 0;
              }
              putCheck(bytes, filter, length, 80);
            }),
        "an entry is not found by its name");
  }

  @Test
  void aTermIsInTheTable() throws IOException {
    IndexFile file = write();
    int table = (int) Bytes.getLong(bytes(file), (int) file.bytes() - 256 + 88);
    assertRefused(
        patched(file, bytes -> setCount(bytes, table, Bytes.getShort(bytes, table + 4) - 1)),
        "an entry is not found by its name");
  }

  /** Of nearly all names that are not there the filter says so, and no table is read. */
  @Test
  void theFilterIsAskedBeforeTheTable() throws IOException {
    IndexFile file = write();
    int footer = (int) file.bytes() - 256;
    int table = (int) Bytes.getLong(bytes(file), footer + 88);
    int blocks = Bytes.getInt(bytes(file), footer + 96);
    IndexFile damaged =
        patched(file, bytes -> Arrays.fill(bytes, table, table + 512 * blocks, (byte) 0));
    assertRefused(damaged, "a check fails");
    int refused = 0;
    for (int i = 0; i < 1_000; i++) {
      try {
        assertThat(damaged.find(new Term(Kind.TAG, "absent:" + i))).isNull();
      } catch (StoreDamagedException _) {
        refused++;
      }
    }
    assertThat(refused).isLessThan(50);
  }

  /** One more entry of a hash that nobody asks for. */
  @Test
  void theTableHasNoMoreThanTheTerms() throws IOException {
    IndexFile file = write();
    int footer = (int) file.bytes() - 256;
    int table = (int) Bytes.getLong(bytes(file), footer + 88);
    int blocks = Bytes.getInt(bytes(file), footer + 96);
    int last = table + 512 * (blocks - 1);
    int count = Bytes.getShort(bytes(file), last + 4);
    assertThat(count).isLessThan(HashTable.capacity(8));
    assertRefused(
        patched(
            file,
            bytes -> {
              int entry = last + 16 + 8 * count;
              Bytes.putLong(bytes, entry, Bytes.getLong(bytes, entry - 8) | 0xffL << 40);
              setCount(bytes, last, count + 1);
            }),
        "the table of terms has " + (terms.size() + 1) + " entries");
  }

  @Test
  void aBlockThatContradictsItsDirectoryIsRefused() throws IOException {
    IndexFile file = write();
    int table = (int) Bytes.getLong(bytes(file), (int) file.bytes() - 256 + 112);
    for (int count : new int[] {0, HashTable.capacity(6) + 1}) {
      assertRefused(
          patched(file, bytes -> setCount(bytes, table, count)),
          "a block of a table contradicts its directory");
    }
    assertRefused(
        patched(
            file,
            bytes -> {
              Bytes.putLong(bytes, table + 8, Bytes.getLong(bytes, table + 8) + 256);
              putOwnCheck(bytes, table);
            }),
        "a block of a table contradicts its directory");
  }

  /** Says of a block how many entries it has. */
  private static void setCount(byte[] file, int block, int count) {
    Bytes.putShort(file, block + 4, (short) count);
    putOwnCheck(file, block);
  }

  private static void putOwnCheck(byte[] file, int block) {
    Bytes.putInt(file, block, check(file, block, block + 4, 508));
  }

  /** The check of a section, in the footer. */
  private static void putCheck(byte[] file, int section, int length, int inFooter) {
    Bytes.putInt(file, file.length - 256 + inFooter, check(file, section, section, length));
  }

  private static int check(byte[] file, long place, int from, int length) {
    int seed = Bytes.getInt(file, 12);
    return new Checksum().begin(seed, place).update(file, from, length).value();
  }

  private byte[] bytes(IndexFile file) {
    return disk.contents().get(file.name());
  }

  /** The file with a change after which the footer's check is right again. */
  private IndexFile patched(IndexFile file, Consumer<byte[]> change) throws IOException {
    byte[] bytes = bytes(file);
    change.accept(bytes);
    Bytes.putInt(bytes, bytes.length - 4, check(bytes, 0, bytes.length - 256, 252));
    var other = new MemoryDisk();
    other.put(file.name(), bytes);
    return IndexFile.open(other, file.name(), SampleLog.STORE);
  }

  /** Each number of the footer that says where something is. */
  @Test
  void aFooterWhoseSectionsDoNotFillTheFileIsRefused() throws IOException {
    IndexFile file = write();
    int footer = (int) file.bytes() - 256;
    for (int at : new int[] {40, 48, 56, 72, 88, 112}) {
      for (long difference : new long[] {1, -1, 64, Long.MIN_VALUE, 1L << 32}) {
        if (at == 40 && Math.abs(difference) == 1) {
          continue; // as many terms by these parts
        }
        if (at == 48 && (difference > 0 || difference == -1)) {
          continue; // nothing says how many events there are but a verification
        }
        assertThatThrownBy(() ->
                patched(
                    file,
                    bytes ->
                        Bytes.putLong(
                            bytes, footer + at, Bytes.getLong(bytes, footer + at) + difference)))
            .as("%s more at %s", difference, at)
            .isInstanceOf(StoreDamagedException.class)
            .hasMessageContaining("its sections do not fill it");
      }
    }
    for (int blocks : new int[] {96, 120}) {
      for (int difference : new int[] {1, -1, Integer.MIN_VALUE}) {
        assertThatThrownBy(() ->
                patched(
                    file,
                    bytes ->
                        Bytes.putInt(
                            bytes,
                            footer + blocks,
                            Bytes.getInt(bytes, footer + blocks) + difference)))
            .isInstanceOf(StoreDamagedException.class)
            .hasMessageContaining("its sections do not fill it");
      }
    }
    for (int at : new int[] {40, 48}) {
      assertRefused(
          patched(
              file,
              bytes -> Bytes.putLong(bytes, footer + at, Bytes.getLong(bytes, footer + at) + 1)),
          "entries are missing");
    }
  }
}
