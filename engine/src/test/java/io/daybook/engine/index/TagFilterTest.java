package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.FolderDisk;
import io.daybook.eventstore.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tags of scavenged events leave an index, and nothing else does. */
class TagFilterTest {
  private static final int EVENTS = 3_000;

  /** Also all that has the rarest tags. */
  private static final LongPredicate STUBS =
      position -> position < 2_000 && (position % 3 == 0 || position > 1_700);

  @TempDir private Path folder;
  private FolderDisk disk;
  private final List<IndexFile> opened = new ArrayList<>();
  private final SampleLog log = new SampleLog(81).grow(EVENTS, 400);

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
  void fileByFileOrInAMergeItIsAsIfMadeAnew() throws IOException {
    List<IndexFile> files =
        List.of(
            keep(log.file(disk, 0, 999, 1)),
            keep(log.file(disk, 1_000, 1_999, 2)),
            keep(log.file(disk, 2_000, EVENTS - 1, 3)));
    List<IndexFile> filtered =
        List.of(
            merge(List.of(files.get(0)), 4, STUBS),
            merge(List.of(files.get(1)), 5, STUBS),
            files.get(2));
    filtered.forEach(IndexFile::verify);
    IndexFile later = merge(filtered, 6, _ -> false);
    IndexFile atOnce = merge(files, 7, STUBS);
    IndexFile anew = anew();
    long before = merge(files, 8, _ -> false).terms();
    for (IndexFile file : List.of(later, atOnce)) {
      file.verify();
      assertThat(file.terms()).isEqualTo(anew.terms()).isLessThan(before);
      assertThat(positions(file)).isEqualTo(positions(anew));
    }
  }

  @Test
  void anOrdinalOfZeroStillSaysThatATermBeganThere() throws IOException {
    IndexFile first = keep(log.file(disk, 0, 999, 1));
    IndexFile second = keep(log.file(disk, 1_000, 1_999, 2));
    IndexFile filtered = merge(List.of(first), 3, STUBS);
    var view = new IndexView(List.of(filtered, second), List.of());
    log.postings()
        .forEach((term, all) -> {
          List<Long> expected =
              all.stream()
                  .filter(p -> p < 2_000)
                  .filter(p -> term.kind() != Kind.TAG || p > 999 || !STUBS.test(p))
                  .toList();
          Postings postings = second.find(term);
          if (postings != null && postings.ordinal() == 0) {
            assertThat(expected.getFirst()).isGreaterThan(999);
          }
          assertThat(view.count(term)).isGreaterThanOrEqualTo(expected.size());
        });
  }

  /** The index of a log in which the events are stubs. */
  private IndexFile anew() throws IOException {
    var memory = new MemoryIndex(0);
    for (int position = 0; position < EVENTS; position++) {
      SampleLog.Stored stored = log.events().get(position);
      Event event = STUBS.test(position) ? stored.event().withTags() : stored.event();
      memory.add(position, stored.stream(), stored.revision(), stored.recordedAtMicros(), event);
    }
    String name = IndexWriter.write(disk, SampleLog.header(0, 9), memory, EVENTS - 1, _ -> 0);
    return keep(IndexFile.open(disk, name, SampleLog.STORE));
  }

  private Map<Term, List<Long>> positions(IndexFile file) {
    Map<Term, List<Long>> found = new HashMap<>();
    for (Term term : log.postings().keySet()) {
      Postings postings = file.find(term);
      if (postings != null) {
        found.put(term, IndexViewTest.drain(postings.cursor(false)));
      }
    }
    return found;
  }

  private IndexFile merge(List<IndexFile> files, long generation, LongPredicate stubs)
      throws IOException {
    var header = SampleLog.header(files.getFirst().from(), 100 + generation);
    String name = IndexMerger.merge(disk, header, files, stubs, _ -> {});
    return keep(IndexFile.open(disk, name, SampleLog.STORE));
  }

  private IndexFile keep(IndexFile file) {
    opened.add(file);
    return file;
  }
}
