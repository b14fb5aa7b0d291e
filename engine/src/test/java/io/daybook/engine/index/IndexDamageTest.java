package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FolderDisk;
import io.daybook.engine.io.Mapping;
import io.daybook.engine.io.MemoryDisk;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is damaged is refused or does no harm; it never leads to a wrong answer. */
class IndexDamageTest {
  private static final int EVENTS = 200;

  /** Of so many bytes one is changed. */
  private static final int STRIDE = Boolean.getBoolean("daybook.quick") ? 7 : 1;

  @TempDir private Path folder;
  private FolderDisk disk;
  private SampleLog log;

  @BeforeEach
  void makeLog() throws IOException {
    disk = new FolderDisk(folder);
    disk.createFolder(IndexFile.FOLDER);
    log = new SampleLog(31);
    for (int i = 0; i < EVENTS; i++) {
      // one term in chunks, some in the head, some of a single posting
      String tag = i % 10 == 0 ? "once:" + i : "five:" + i % 60 / 12;
      log.add("kind-" + i * i % 11, i % 3 == 2 ? "Rare" : "Frequent", tag);
    }
  }

  @Test
  void noFlippedBitChangesAnAnswer() throws Exception {
    String name = write();
    Questions questions = new Questions(log);
    long harmless = flipEachBit(name, copy -> questions.refusals(copy, name) > 0);
    // Those that only lead a search faster: first positions of chunks.
    assertThat(harmless).isLessThan(8 * 20);
    assertThat(questions.refusals(disk, name)).isZero();
  }

  @Test
  void verifyFindsEachFlippedBit() throws Exception {
    String name = write();
    verify(disk, name);
    assertThat(flipEachBit(name, copy -> isRefused(copy, name))).isZero();
  }

  private String write() throws IOException {
    IndexFile file = log.file(disk, 0, EVENTS - 1, 1);
    file.release();
    return file.name();
  }

  private static boolean isRefused(Disk disk, String name) throws IOException {
    try {
      verify(disk, name);
      return false;
    } catch (StoreDamagedException e) {
      assertThat(e.file()).isEqualTo(name);
      assertThat(e.offsetBytes()).isNotNegative();
      return true;
    }
  }

  private interface Noticing {
    boolean isNoticed(Disk disk) throws IOException;
  }

  /** Flips each bit of a file, on disks of their own; returns how many the test did not notice. */
  private long flipEachBit(String name, Noticing test) throws IOException {
    byte[] whole = Files.readAllBytes(folder.resolve(name));
    return IntStream.range(0, whole.length / STRIDE)
        .parallel()
        .mapToLong(i -> Byte.SIZE - noticedBits(name, whole, i * STRIDE, test))
        .sum();
  }

  /** Of how many bits of a byte the test notices that they were flipped. */
  private static int noticedBits(String name, byte[] whole, int at, Noticing test) {
    int noticed = 0;
    byte[] bytes = whole.clone();
    for (int bit = 0; bit < Byte.SIZE; bit++) {
      bytes[at] = (byte) (whole[at] ^ (1 << bit));
      try {
        noticed += test.isNoticed(new MemoryDisk(Map.of(name, bytes))) ? 1 : 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("bit " + bit + " of byte " + at + ": " + e, e);
      }
    }
    return noticed;
  }

  private void verify(String name) throws IOException {
    verify(disk, name);
  }

  private static void verify(Disk disk, String name) throws IOException {
    IndexFile file = IndexFile.open(disk, name, SampleLog.STORE);
    try {
      file.verify();
    } finally {
      file.release();
    }
  }

  private static void flip(Mapping mapping, long bit) {
    byte before = mapping.segment().get(ValueLayout.JAVA_BYTE, bit / Byte.SIZE);
    byte after = (byte) (before ^ (1 << (bit % Byte.SIZE)));
    mapping.segment().set(ValueLayout.JAVA_BYTE, bit / Byte.SIZE, after);
  }

  @Test
  void refusesAFileThatWasCutOff() throws IOException {
    IndexFile file = log.file(disk, 0, EVENTS - 1, 1);
    file.release();
    Path path = folder.resolve(file.name());
    byte[] whole = Files.readAllBytes(path);
    for (int length = 0; length < whole.length; length += 61) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> verify(file.name()))
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("makes this index file anew");
    }
  }

  @Test
  void namesTheFileWhenTheDiskCannotReadIt() throws IOException {
    log.grow(5_000, 2_000);
    IndexFile file = log.file(disk, 0, log.size() - 1, 1);
    IndexFile warm = IndexFile.open(disk, file.name(), SampleLog.STORE);
    Term chunked = new Term(Kind.CATEGORY, "kind");
    Postings postings = warm.find(chunked);
    assertThat(postings.count()).isGreaterThan(Entry.CHUNK);
    try (DiskFile target = disk.open(file.name())) {
      target.truncate(FileHeader.BYTES); // a page that is mapped and not there cannot be read
    }
    isUnreadable(file, () -> file.find(new Term(Kind.STREAM, "kind-1")));
    isUnreadable(file, () -> file.findIdCandidates(log.events().getFirst().event().id()));
    isUnreadable(file, () -> file.names(Kind.TAG, "", Long.MAX_VALUE));
    isUnreadable(file, file::verify);
    isUnreadable(warm, () -> warm.find(chunked));
    isUnreadable(warm, () -> postings.positionAt(postings.count() - 1));
    isUnreadable(warm, () -> IndexViewTest.drain(postings.cursor(false)));
    file.release();
    warm.release();
  }

  private static void isUnreadable(IndexFile file, ThrowingCallable question) {
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(question)
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining(file.name());
    }
  }

  @Test
  void refusesAFileOfAnotherStoreOrName() throws IOException {
    IndexFile file = log.file(disk, 0, EVENTS - 1, 1);
    file.release();
    assertThatThrownBy(() -> IndexFile.open(disk, file.name(), new UUID(1, 1)))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("belongs to store " + SampleLog.STORE);
    String other = IndexFile.nameOf(0, EVENTS - 1, 2);
    disk.rename(file.name(), other);
    assertThatThrownBy(() -> verify(other))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("another than its name says");
    Files.writeString(folder.resolve(other), "x".repeat(1_000));
    assertThatThrownBy(() -> verify(other))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("not a file of a Daybook store");
  }

  @Test
  void refusesANewerFormat() throws IOException {
    IndexFile file = log.file(disk, 0, EVENTS - 1, 1);
    file.release();
    Path path = folder.resolve(file.name());
    byte[] bytes = Files.readAllBytes(path);
    Bytes.putShort(bytes, 8, (short) (FileHeader.FORMAT_VERSION + 1));
    Bytes.putInt(bytes, 60, Checksum.of(bytes, 0, 60));
    Files.write(path, bytes);
    assertThatThrownBy(() -> verify(file.name()))
        .isInstanceOf(EventStoreFailedException.class)
        .isNotInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("open the store with a newer Daybook");
  }

  @Test
  void mergesNothingThatIsDamaged() throws IOException {
    IndexFile first = log.file(disk, 0, 99, 1);
    IndexFile second = log.file(disk, 100, EVENTS - 1, 2);
    long size = second.bytes();
    try (DiskFile target = disk.open(second.name())) {
      Mapping mapping = target.map(size);
      long bit = 8 * 200;
      flip(mapping, bit);
      mapping.release();
    }
    assertThatThrownBy(
            () -> IndexMerger.merge(disk, SampleLog.header(0, 3), List.of(first, second), _ -> {}))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(second.name());
    assertThat(disk.exists(IndexFile.nameOf(0, EVENTS - 1, 3))).isFalse();
    first.release();
    second.release();
  }

  /** Everything that can be asked, with the right answers. */
  private static final class Questions {
    private final SampleLog log;
    private final Map<Term, List<Long>> postings;
    private final List<Term> absent = new ArrayList<>();
    private final List<String> someTags;
    private final List<String> allStreams;
    private final List<String> oneType;

    Questions(SampleLog log) {
      this.log = log;
      this.postings = log.postings();
      this.someTags = log.names(Kind.TAG, "five:", EVENTS - 1);
      this.allStreams = log.names(Kind.STREAM, "", EVENTS - 1);
      this.oneType = log.names(Kind.TYPE, "Rare", EVENTS - 1);
      for (int i = 0; i < 30; i++) {
        absent.add(new Term(Kind.TAG, "absent:" + i));
      }
    }

    /** How many questions were refused; fails if an answer is wrong. */
    int refusals(Disk disk, String name) throws IOException {
      IndexFile file;
      try {
        file = IndexFile.open(disk, name, SampleLog.STORE);
      } catch (StoreDamagedException _) {
        return 1;
      }
      try {
        return ask(file);
      } finally {
        file.release();
      }
    }

    private int ask(IndexFile file) {
      int refused = 0;
      for (Map.Entry<Term, List<Long>> term : postings.entrySet()) {
        refused += refused(() -> askTerm(file, term.getKey(), term.getValue()));
        refused += refused(() -> askInside(file, term.getKey(), term.getValue()));
      }
      for (Term term : absent) {
        refused += refused(() -> check(file.find(term) == null));
      }
      for (int i = 0; i < EVENTS; i++) {
        int position = i;
        refused += refused(() -> askId(file, position));
      }
      refused += refused(() -> askNames(file, Kind.TAG, "five:", someTags));
      refused += refused(() -> askNames(file, Kind.STREAM, "", allStreams));
      refused += refused(() -> askNames(file, Kind.TYPE, "Rare", oneType));
      return refused;
    }

    private static int refused(Runnable question) {
      try {
        question.run();
        return 0;
      } catch (StoreDamagedException _) {
        return 1;
      }
    }

    private static void check(boolean right) {
      if (!right) {
        throw new AssertionError("a wrong answer");
      }
    }

    private static void askTerm(IndexFile file, Term term, List<Long> expected) {
      if (term.kind() == Kind.STREAM) {
        check(file.lastRevision(term.name()) == expected.size() - 1);
      }
      Postings found = file.find(term);
      check(found != null && found.count() == expected.size());
      PositionCursor cursor = found.cursor(false);
      for (long position : expected) {
        check(cursor.next() == position);
      }
      check(cursor.next() == PositionCursor.END);
    }

    /** Looks for single positions in the middle. */
    private static void askInside(IndexFile file, Term term, List<Long> expected) {
      for (int i = 0; i < expected.size(); i += 67) {
        Postings found = file.find(term);
        check(found != null);
        long position = expected.get(i);
        check(found.positionAt(i) == position);
        check(file.find(term).indexOf(position) == i);
        check(file.find(term).cursor(0, position, true).next() == position);
        check(file.find(term).cursor(false).seek(position) == position);
      }
    }

    private void askId(IndexFile file, int position) {
      long[] candidates = file.findIdCandidates(log.events().get(position).event().id());
      check(candidates.length == 1 && candidates[0] == position);
    }

    private static void askNames(IndexFile file, Kind kind, String prefix, List<String> expected) {
      TermCursor cursor = new TermCursor(List.of(file.names(kind, prefix, EVENTS)));
      for (String name : expected) {
        check(name.equals(cursor.next()));
      }
      check(cursor.next() == null);
    }
  }
}
