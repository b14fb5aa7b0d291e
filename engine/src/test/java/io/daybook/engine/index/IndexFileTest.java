package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.FolderDisk;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexFileTest {
  @TempDir private Path folder;
  private FolderDisk disk;
  private final List<IndexFile> opened = new ArrayList<>();

  @BeforeEach
  void createFolder() throws IOException {
    disk = new FolderDisk(folder);
    disk.createFolder(IndexFile.FOLDER);
  }

  @AfterEach
  void close() {
    opened.forEach(IndexFile::release);
  }

  @Test
  void knowsWhatItCovers() throws IOException {
    SampleLog log = new SampleLog(71).grow(1_000, 50);
    MemoryIndex memory = log.index(200, 899);
    IndexFile file = keep(log.file(disk, 200, 899, 5));
    assertThat(file.name()).isEqualTo("index/00000000000000000200-00000000000000000899-5.idx");
    assertThat(file.from()).isEqualTo(200);
    assertThat(file.to()).isEqualTo(899);
    assertThat(file.generation()).isEqualTo(5);
    assertThat(file.events()).isEqualTo(700);
    assertThat(file.terms()).isEqualTo(memory.terms());
    assertThat(file.firstRecordedMicros()).isEqualTo(memory.firstRecordedMicros());
    assertThat(file.lastRecordedMicros()).isEqualTo(memory.lastRecordedMicros());
    assertThat(file.minIdHigh()).isEqualTo(memory.minIdHigh());
    assertThat(file.maxIdHigh()).isEqualTo(memory.maxIdHigh());
    file.verify();
  }

  @Test
  void isTheSameWhetherWrittenAtOnceOrMerged() throws IOException {
    SampleLog log = new SampleLog(72).grow(4_000, 400);
    List<IndexFile> parts = new ArrayList<>();
    int[] bounds = {0, 1, 2, 700, 701, 2_500, 4_000};
    for (int i = 1; i < bounds.length; i++) {
      parts.add(keep(log.file(disk, bounds[i - 1], bounds[i] - 1, i)));
    }
    List<Long> progress = new ArrayList<>();
    IndexFile merged = merge(parts, 0x33, progress::add);
    IndexFile again =
        merge(List.of(merge(parts.subList(0, 3), 1), merge(parts.subList(3, 6), 2)), 3);
    IndexFile atOnce = keep(log.file(disk, 0, 3_999, 0x33));
    merged.verify();
    again.verify();
    assertThat(progress).isSorted().endsWith(merged.bytes());
    assertThat(merged.bytes()).isEqualTo(atOnce.bytes()).isEqualTo(again.bytes());
    assertThat(content(merged)).isEqualTo(content(atOnce)).isEqualTo(content(again));
    assertThat(merged.minIdHigh()).isEqualTo(atOnce.minIdHigh());
    assertThat(merged.maxIdHigh()).isEqualTo(atOnce.maxIdHigh());
    assertThat(merged.lastRecordedMicros()).isEqualTo(atOnce.lastRecordedMicros());
  }

  private static List<String> content(IndexFile file) {
    List<String> content = new ArrayList<>();
    long offset = IndexFooter.entriesOffset();
    while (offset < file.entriesEnd()) {
      Entry entry = file.entry(offset);
      content.add(
          entry.kind()
              + Arrays.toString(entry.name())
              + entry.ordinal()
              + IndexViewTest.drain(file.postings(entry).cursor(false)));
      offset = entry.end();
    }
    return content;
  }

  /** These names and ids have the same hashes of 40 bits. */
  @Test
  void tellsTermsAndIdsWithEqualHashesApart() throws IOException {
    MemoryIndex memory = new MemoryIndex(0);
    UUID first = new UUID(7, 528_095);
    UUID second = new UUID(7, 1_181_589);
    memory.add(0, "a-1", 0, 1, event(first, "t:369348"));
    memory.add(1, "a-1", 1, 1, event(second, "t:1152871"));
    memory.add(2, "a-1", 2, 1, event(new UUID(7, 1), "t:927769"));
    assertThat(Term.hash(first)).isEqualTo(Term.hash(second));
    IndexFile file = write(memory);
    file.verify();
    assertThat(new Term(Kind.TAG, "t:927769").hash())
        .isEqualTo(new Term(Kind.TAG, "t:1704561").hash());
    for (int i = 0; i < 2; i++) { // the second time from where the first one led
      assertThat(positions(file, "t:369348")).containsExactly(0L);
      assertThat(positions(file, "t:1152871")).containsExactly(1L);
      assertThat(file.find(new Term(Kind.TAG, "t:1704561"))).isNull();
      assertThat(positions(file, "t:927769")).containsExactly(2L);
    }
    assertThat(file.findIdCandidates(first)).containsExactly(0, 1);
    assertThat(file.findIdCandidates(second)).containsExactly(0, 1);
    assertThat(file.findIdCandidates(new UUID(7, 2))).isEmpty();
  }

  /** More equal hashes than a block of a table holds. */
  @Test
  void findsARunOfEqualHashes() throws IOException {
    MemoryIndex memory = new MemoryIndex(0);
    int count = 1_000;
    UUID[] ids = new UUID[count];
    for (int i = 0; i < count; i++) {
      // mix(high xor mix(low)) is the same for all, since high undoes what low does
      long high = 99 ^ Bytes.mix(i);
      ids[i] = i % 3 == 0 ? new UUID(high, i) : new UUID(i, i);
      memory.add(i, "a-1", i, 1, event(ids[i]));
    }
    IndexFile file = write(memory);
    file.verify();
    for (int i = 0; i < count; i++) {
      assertThat(file.findIdCandidates(ids[i])).hasSize(i % 3 == 0 ? 334 : 1).contains(i);
    }
  }

  @Test
  void holdsWhatIsRareOverManyPositions() throws IOException {
    MemoryIndex memory = new MemoryIndex(0);
    int count = 300_000;
    Random random = new Random(73);
    List<Long> rare = new ArrayList<>();
    Event often = event(new UUID(1, 0));
    for (int i = 0; i < count; i++) {
      boolean isRare = random.nextInt(1_000) == 0 || i == count - 1;
      if (isRare) {
        rare.add((long) i);
      }
      Event event =
          isRare ? event(new UUID(1, i), "rare", "rare:" + i) : often.withId(new UUID(1, i));
      memory.add(i, "a-" + i % 100, i / 100, 1, event);
    }
    IndexFile file = write(memory);
    file.verify();
    assertThat(positions(file, "rare")).isEqualTo(rare);
    Postings all = file.find(new Term(Kind.CATEGORY, "a"));
    assertThat(all.count()).isEqualTo(count);
    for (int i = 0; i < 1_000; i++) {
      int position = random.nextInt(count);
      assertThat(all.positionAt(position)).isEqualTo(position);
      assertThat(all.indexOf(position)).isEqualTo(position);
      assertThat(all.cursor(position, Long.MAX_VALUE, false).seek(position + 5))
          .isEqualTo(position + 5 < count ? position + 5 : -1);
      assertThat(all.cursor(0, position, true).next()).isEqualTo(position);
    }
    assertThat(all.indexOf(count)).isEqualTo(count);
    assertThatThrownBy(() -> all.positionAt(count)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(file.bytes()).as("bytes of %d events", count).isLessThan(9L * count);
  }

  @Test
  void writesOnlyUpToTheGivenPosition() throws IOException {
    SampleLog log = new SampleLog(74).grow(500, 50);
    MemoryIndex memory = log.index(0, 499);
    String name = IndexWriter.write(disk, SampleLog.header(0, 1), memory, 299, term -> 0);
    IndexFile file = keep(IndexFile.open(disk, name, SampleLog.STORE));
    file.verify();
    IndexFile expected = keep(log.file(disk, 0, 299, 2));
    assertThat(content(file)).isEqualTo(content(expected));
    assertThat(file.terms()).isEqualTo(expected.terms());
    assertThatThrownBy(
            () -> IndexWriter.write(disk, SampleLog.header(0, 3), memory, 500, term -> 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("positions 0 to 500 are not those in memory, 0 to 499");
    assertThatThrownBy(
            () -> IndexWriter.write(disk, SampleLog.header(1, 3), memory, 499, term -> 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("positions 1 to 499 are not those in memory, 0 to 499");
  }

  @Test
  void leavesNothingOfAMergeThatWasStopped() throws IOException {
    SampleLog log = new SampleLog(75).grow(200, 50);
    List<IndexFile> parts =
        List.of(keep(log.file(disk, 0, 99, 1)), keep(log.file(disk, 100, 199, 2)));
    assertThatThrownBy(() ->
            IndexMerger.merge(
                disk,
                SampleLog.header(0, 3),
                parts,
                _ -> {
                  throw new IllegalStateException("closing");
                }))
        .hasMessage("closing");
    assertThat(disk.list(IndexFile.FOLDER)).hasSize(2);
    assertThatThrownBy(() -> merge(List.of(parts.get(1), parts.get(0)), 4))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void packsNumbersOfAnySize() {
    Random random = new Random(76);
    for (int width = 0; width <= 30; width++) {
      for (int count : new int[] {1, 2, 3, 127, 128}) {
        int[] values = new int[Entry.CHUNK];
        int step = Math.max(1, (int) ((1L << width) / count));
        int largest = 0;
        for (int i = 0; i < count; i++) {
          int gap = random.nextInt(step);
          values[i] = (i == 0 ? 5 : values[i - 1] + 1) + gap;
          largest = i == 0 ? 0 : Math.max(largest, gap);
        }
        byte[] bytes = new byte[Chunk.MAX_BYTES + Chunk.PADDING];
        int length = Chunk.encode(values, count, bytes, 0);
        assertThat(bytes[0]).isEqualTo((byte) BigInteger.valueOf(largest).bitLength());
        assertThat(length).isEqualTo(Chunk.length(bytes[0], count)).isLessThan(Chunk.MAX_BYTES);
        assertThat(Chunk.decode(bytes, values[0], count)).isEqualTo(Arrays.copyOf(values, count));
      }
    }
  }

  /** Remembers what was fetched, of bytes that are not in memory. */
  private static final class ColdPages implements Mapping.Pages {
    private final List<String> fetched = new ArrayList<>();
    private boolean cold = true;
    private boolean readable = true;

    @Override
    public boolean areInMemory(long offsetBytes, int length) {
      return !cold;
    }

    @Override
    public void fetch(long offsetBytes, int length) throws IOException {
      if (!readable) {
        throw new IOException("as was asked for");
      }
      fetched.add(offsetBytes + "+" + length);
    }

    @Override
    public boolean read(long offsetBytes, byte[] target) {
      throw new UnsupportedOperationException("an index is read where it is mapped");
    }
  }

  /** Nothing has checked where it is told to be, so that may be anywhere. */
  @Test
  void fetchesWhatIsColdAndNothingBeyondTheFile() {
    var pages = new ColdPages();
    var mapping = new Mapping(MemorySegment.ofArray(new byte[1_000]), () -> {}, pages);
    var bytes = new IndexBytes("index/x.idx", 1, mapping, null);
    for (long offset : new long[] {0, 100, 744, 900, 999, 1_000, 5_000, -5, Long.MAX_VALUE}) {
      bytes.bring(offset, 256);
    }
    assertThat(pages.fetched).containsExactly("0+256", "100+256", "744+256", "900+100", "999+1");
    pages.cold = false;
    bytes.bring(100, 256);
    pages.cold = true;
    pages.readable = false;
    bytes.bring(100, 256); // its reading will tell
    assertThat(pages.fetched).hasSize(5);
  }

  /** One byte of each line of 64 is touched, each of which is 1 here. */
  @Test
  void touchesEachLineAndNothingBeyondTheFile() {
    byte[] ones = new byte[1_000];
    Arrays.fill(ones, (byte) 1);
    var mapping = new Mapping(MemorySegment.ofArray(ones), () -> {}, new ColdPages());
    var bytes = new IndexBytes("index/x.idx", 1, mapping, null);
    assertThat(bytes.touch(0, 64)).isEqualTo(1);
    assertThat(bytes.touch(0, 65)).isEqualTo(2);
    assertThat(bytes.touch(100, 256)).isEqualTo(4);
    assertThat(bytes.touch(900, 256)).isEqualTo(2);
    assertThat(bytes.touch(999, 256)).isEqualTo(1);
    for (long offset : new long[] {1_000, 5_000, -5, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(bytes.touch(offset, 256)).isZero();
    }
  }

  @Test
  void isKnownByItsName() {
    assertThat(IndexFile.isName(IndexFile.nameOf(0, 9, 1))).isTrue();
    assertThat(IndexFile.isName("index/00000000000000000000-0.loc")).isFalse();
    assertThat(IndexFile.isName("log/x.idx")).isFalse();
  }

  /** Five files, of which the first four are of a size. */
  @Test
  void adjacentFilesAreMergedNext() throws IOException {
    SampleLog log = new SampleLog(77).grow(50, 10);
    List<IndexFile> files = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      assertThat(MergePolicy.next(files)).isEqualTo(i < 4 ? List.of() : files);
      files.add(keep(log.file(disk, 10 * i, 10 * i + 9, i + 1)));
    }
    assertThat(MergePolicy.next(files)).isEqualTo(files.subList(0, 4));
    assertThat(MergePolicy.next(adjacent(log, 25, 34, 42, 50))).hasSize(4);
    assertThat(MergePolicy.next(adjacent(log, 26, 34, 42, 50))).isEmpty();
  }

  /** Files that end before these positions. */
  private List<IndexFile> adjacent(SampleLog log, int... ends) throws IOException {
    List<IndexFile> files = new ArrayList<>();
    int from = 0;
    for (int end : ends) {
      files.add(keep(log.file(disk, from, end - 1, 100 + ends[0])));
      from = end;
    }
    return files;
  }

  private List<Long> positions(IndexFile file, String tag) {
    return IndexViewTest.drain(file.find(new Term(Kind.TAG, tag)).cursor(false));
  }

  private static Event event(UUID id, String... tags) {
    return new Event(id, "Happened", List.of(tags), Payload.json("{}"), Payload.empty());
  }

  private IndexFile write(MemoryIndex memory) throws IOException {
    String name =
        IndexWriter.write(disk, SampleLog.header(memory.from(), 1), memory, memory.to(), term -> 0);
    return keep(IndexFile.open(disk, name, SampleLog.STORE));
  }

  private IndexFile merge(List<IndexFile> files, long generation) throws IOException {
    return merge(files, generation, _ -> {});
  }

  private IndexFile merge(List<IndexFile> files, long generation, LongConsumer progress)
      throws IOException {
    var header = SampleLog.header(files.getFirst().from(), 100 + generation);
    String name = IndexMerger.merge(disk, header, files, progress);
    return keep(IndexFile.open(disk, name, SampleLog.STORE));
  }

  private IndexFile keep(IndexFile file) {
    opened.add(file);
    return file;
  }
}
