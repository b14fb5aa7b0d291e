package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.ColdDisk;
import io.daybook.engine.io.MemoryDisk;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a search for a term waits for: nothing is in memory, and what is fetched is noted. */
final class TermSearchTest {
  private static final Term STORED = new Term(Kind.TAG, "tag:0");

  private final ColdDisk disk = new ColdDisk(new MemoryDisk());
  private IndexFile file;

  @BeforeEach
  void write() throws IOException {
    disk.createFolder(IndexFile.FOLDER);
    file = new SampleLog(73).grow(2_000, 400).file(disk, 0, 1_999, 1);
    var _ = file.find(absent(true)); // the filter and the directory of the table are read once
    disk.fetches().clear();
  }

  @AfterEach
  void close() {
    file.release();
  }

  /** A term that is not stored, of which the filter says that it may be, or that it is not. */
  private Term absent(boolean passing) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> new Term(Kind.TAG, "absent:" + i))
        .filter(term -> file.filter().mayContain(term.hash()) == passing)
        .findFirst()
        .get();
  }

  @Test
  void eachStepWaitsOnceAndTheSecondSearchForTheEntryAlone() {
    var first = new TermSearch(file, STORED);
    var _ = first.touchTable();
    long block = file.termTable().offsetOf(file.termTable().firstBlock(STORED.hash()));
    assertThat(disk.fetches())
        .containsExactly(new ColdDisk.Fetch(file.name(), block, HashTable.BLOCK_BYTES));
    var _ = first.touchEntry();
    Postings found = first.postings();
    assertThat(found).isNotNull();
    ColdDisk.Fetch entry =
        new ColdDisk.Fetch(file.name(), file.recentSearches().of(STORED.hash()), Entry.USUAL_BYTES);
    assertThat(disk.fetches().stream().skip(1).distinct())
        .as("the block, which seems to be cold still, and the entry")
        .containsExactly(disk.fetches().peek(), entry);
    assertThat(disk.fetches()).hasSize(3);

    disk.fetches().clear();
    var second = new TermSearch(file, STORED);
    var _ = second.touchTable();
    assertThat(disk.fetches()).isEmpty();
    assertThat(IndexViewTest.drain(second.postings().cursor(false)))
        .isEqualTo(IndexViewTest.drain(found.cursor(false)));
    assertThat(disk.fetches()).containsExactly(entry);
  }

  @Test
  void whatIsNotStoredIsLookedForOnceAndNotAtAllIfTheFilterKnows() {
    Term passing = absent(true);
    Term refused = absent(false);
    assertThat(file.find(passing)).isNull();
    assertThat(file.find(refused)).isNull();
    assertThat(disk.fetches()).isEmpty();
    for (Term term : List.of(passing, refused)) {
      assertThat(file.recentSearches().of(term.hash())).isEqualTo(RecentSearches.NOWHERE);
    }
  }
}
