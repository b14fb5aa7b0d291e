package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.MemoryDisk;
import io.daybook.eventstore.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Index files are what the format says, written from memory and merged, small and large. */
final class IndexFormatTest {
  private final MemoryDisk disk = new MemoryDisk();

  @Test
  void filesAreWhatTheFormatSays() throws IOException {
    SampleLog log = new SampleLog(91).grow(3_000, 300);
    for (int[] range : new int[][] {{0, 2_999}, {1_000, 2_500}, {5, 5}, {7, 8}, {2_900, 2_999}}) {
      IndexFile file = log.file(disk, range[0], range[1], 1);
      check(log, file, range[0], range[1]);
      file.release();
    }
  }

  @Test
  void mergedFilesAreToo() throws IOException {
    SampleLog log = new SampleLog(92).grow(3_000, 300);
    List<IndexFile> parts = new ArrayList<>();
    int[] bounds = {100, 101, 103, 900, 1_000, 3_000};
    for (int i = 1; i < bounds.length; i++) {
      parts.add(log.file(disk, bounds[i - 1], bounds[i] - 1, i));
    }
    String name = IndexMerger.merge(disk, SampleLog.header(100, 9), parts, _ -> {});
    check(log, IndexFile.open(disk, name, SampleLog.STORE), 100, 2_999);
  }

  private void check(SampleLog log, IndexFile file, int from, int to) {
    FormatIndex index = FormatIndex.read(disk.contents().get(file.name()));
    assertThat(index.to).isEqualTo(to);
    assertThat(index.events).isEqualTo(to - from + 1L);
    List<SampleLog.Stored> events = log.events().subList(from, to + 1);
    assertThat(index.longAt(8)).isEqualTo(events.getFirst().recordedAtMicros());
    assertThat(index.longAt(16)).isEqualTo(events.getLast().recordedAtMicros());
    var highs =
        events.stream()
            .map(SampleLog.Stored::event)
            .map(Event::id)
            .map(UUID::getMostSignificantBits);
    List<Long> sorted = highs.sorted(Long::compareUnsigned).toList();
    assertThat(index.longAt(24)).isEqualTo(sorted.getFirst());
    assertThat(index.longAt(32)).isEqualTo(sorted.getLast());
    checkTerms(log, index, from, to);
    List<FormatIndex.Hashed> ids = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      UUID id = events.get(i).event().id();
      long hash = FormatIndex.idHash(id.getMostSignificantBits(), id.getLeastSignificantBits());
      ids.add(new FormatIndex.Hashed(hash, i));
    }
    assertThat(index.idTable).containsExactlyInAnyOrderElementsOf(ids);
  }

  private static void checkTerms(SampleLog log, FormatIndex index, int from, int to) {
    Map<Term, List<Long>> postings = log.postings();
    List<FormatIndex.Term> expected = new ArrayList<>();
    postings.forEach((term, all) -> {
      List<Integer> its =
          all.stream().filter(p -> p >= from && p <= to).map(p -> (int) (p - from)).toList();
      if (!its.isEmpty()) {
        int kind =
            List.of(Kind.STREAM, Kind.CATEGORY, Kind.TYPE, Kind.TAG).indexOf(term.kind()) + 1;
        long before = log.countBefore(term, from);
        expected.add(new FormatIndex.Term(kind, term.name(), before, its));
      }
    });
    assertThat(index.terms).containsExactlyInAnyOrderElementsOf(expected);
    for (int i = 1; i < index.terms.size(); i++) {
      FormatIndex.Term before = index.terms.get(i - 1);
      FormatIndex.Term term = index.terms.get(i);
      assertThat(term.kind()).isGreaterThanOrEqualTo(before.kind());
      if (term.kind() == before.kind()) {
        assertThat(
                Arrays.compareUnsigned(
                    before.name().getBytes(StandardCharsets.UTF_8),
                    term.name().getBytes(StandardCharsets.UTF_8)))
            .isNegative();
      }
    }
  }
}
