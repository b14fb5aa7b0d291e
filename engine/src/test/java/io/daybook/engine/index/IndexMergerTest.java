package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.MemoryDisk;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files are merged, and which are refused since they do not go together. */
final class IndexMergerTest {
  private final MemoryDisk disk = new MemoryDisk();

  /** A file of one event, of the stream {@code a-1}, the type {@code T} and the tag {@code t}. */
  private IndexFile file(long position, long revision, ToLongFunction<Term> countBefore)
      throws IOException {
    var memory = new MemoryIndex(position);
    memory.add(position, "a-1", revision, 1, Event.json("T", "{}").withTags("t"));
    FileHeader header = SampleLog.header(position, 1);
    String name = IndexWriter.write(disk, header, memory, position, countBefore);
    return IndexFile.open(disk, name, SampleLog.STORE);
  }

  private IndexFile merge(long base, List<IndexFile> files) throws IOException {
    String name = IndexMerger.merge(disk, SampleLog.header(base, 2), files, _ -> {});
    return IndexFile.open(disk, name, SampleLog.STORE);
  }

  @Test
  void filesThatAreNotAdjacentAreRefused() throws IOException {
    List<IndexFile> files = List.of(file(4, 0, _ -> 0), file(5, 1, _ -> 1), file(6, 2, _ -> 2));
    assertThatThrownBy(() -> merge(3, files))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the first file begins at 4");
    assertThatThrownBy(() -> merge(4, List.of(files.get(0), files.get(2))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(files.get(2).name() + " does not follow " + files.get(0).name());
    assertThatThrownBy(() -> merge(4, List.of(files.get(0), files.get(1), files.get(1))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(files.get(1).name() + " does not follow " + files.get(1).name());
    assertThat(disk.contents()).hasSize(3);
    assertThat(merge(4, files).verify()).isEqualTo(3 * 4);
  }

  /** Revisions that are missing, or are there twice. */
  @ParameterizedTest
  @ValueSource(longs = {0, 2})
  void aStreamGoesOnWhereItEnded(long revision) throws IOException {
    assertRefused(List.of(file(0, 0, _ -> 0), file(1, revision, _ -> 1)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2})
  void aTypeGoesOnWhereItEnded(long before) throws IOException {
    assertRefused(
        List.of(file(0, 0, _ -> 0), file(1, 1, term -> term.kind() == Kind.TYPE ? before : 1)));
  }

  /** Of a tag some may be gone that were there when the newer file was written. */
  @Test
  void aTagGoesOnWhereItEndedOrBehind() throws IOException {
    IndexFile first = file(0, 0, _ -> 0);
    assertRefused(List.of(first, file(1, 1, term -> term.kind() == Kind.TAG ? 0 : 1)));
    disk.delete(IndexFile.nameOf(1, 1, 1));
    IndexFile second = file(1, 1, term -> term.kind() == Kind.TAG ? 5 : 1);
    IndexFile merged = merge(0, List.of(first, second));
    assertThat(merged.verify()).isEqualTo(2 * 4);
    assertThat(merged.find(new Term(Kind.TAG, "t")).count()).isEqualTo(2);
  }

  private void assertRefused(List<IndexFile> files) {
    assertThatThrownBy(() -> merge(0, files))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("a term does not go on where it ended")
        .hasMessageContaining(files.getLast().name());
    assertThat(disk.contents()).hasSize(2);
  }
}
