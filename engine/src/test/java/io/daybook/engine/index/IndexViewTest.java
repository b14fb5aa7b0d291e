package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.FolderDisk;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What files and memory answer together, compared with a list of events. */
class IndexViewTest {
  private static final int NAMES = 40;

  @TempDir private Path folder;
  private FolderDisk disk;
  private final List<IndexFile> opened = new ArrayList<>();
  private long generation;

  @BeforeEach
  void createFolder() throws IOException {
    disk = new FolderDisk(folder);
    disk.createFolder(IndexFile.FOLDER);
  }

  @AfterEach
  void close() {
    opened.forEach(IndexFile::release);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void answersQueriesOfAnyShapeAsAScanDoes(long seed) throws IOException {
    SampleLog log = new SampleLog(seed).grow(2_500, NAMES);
    IndexView view = view(log);
    for (int i = 0; i < 400; i++) {
      Query query = log.query(NAMES);
      boolean backwards = log.nextBoolean();
      long from = log.nextInt(3) == 0 ? 0 : log.nextInt(log.size());
      long to = log.nextInt(3) == 0 ? log.size() - 1 : log.nextInt(log.size());
      List<Long> expected = log.positions(query, from, to, backwards);

      assertThat(drain(view.cursor(query, from, to, backwards)))
          .as("%s", query)
          .isEqualTo(expected);
      assertThat(fill(view.cursor(query, from, to, backwards), 1 + log.nextInt(50)))
          .as("%s", query)
          .isEqualTo(expected);
      seekAsAScanDoes(log, view.cursor(query, from, to, backwards), expected, backwards);
      assertThat(view.anyMatch(query, from - 1, to, _ -> true))
          .isEqualTo(log.positions(query, from, to, true).stream().findFirst().orElse(-1L));
    }
  }

  private static void seekAsAScanDoes(
      SampleLog log, PositionCursor cursor, List<Long> expected, boolean backwards) {
    int at = 0;
    while (true) {
      long reached;
      if (log.nextInt(3) == 0) {
        reached = cursor.next();
      } else {
        long near = at < expected.size() ? expected.get(at) : 0;
        long position = near + log.nextInt(200) - 50;
        if (backwards) {
          position = near - log.nextInt(200) + 50;
          while (at < expected.size() && expected.get(at) > position) {
            at++;
          }
        } else {
          while (at < expected.size() && expected.get(at) < position) {
            at++;
          }
        }
        reached = cursor.seek(position);
      }
      assertThat(reached).isEqualTo(at < expected.size() ? expected.get(at) : PositionCursor.END);
      if (reached == PositionCursor.END) {
        return;
      }
      at++;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void knowsRevisionsIdsCountsAndNames(long seed) throws IOException {
    SampleLog log = new SampleLog(seed).grow(2_000, NAMES);
    IndexView view = view(log);
    long middle = log.nextInt(log.size());
    log.postings()
        .forEach((term, positions) -> {
          assertThat(view.count(term)).isEqualTo(positions.size());
          if (term.kind() == Kind.STREAM) {
            knowsRevisions(view, term.name(), positions, middle);
          }
        });
    assertThat(view.lastRevision("nobody")).isEqualTo(-1);
    for (int position = 0; position < log.size(); position++) {
      UUID id = log.events().get(position).event().id();
      long inMemory = view.findIdInMemory(id);
      if (inMemory < 0) {
        assertThat(view.idCandidates(id)).contains(position);
      } else {
        assertThat(inMemory).isEqualTo(position);
      }
    }
    for (Kind kind : Kind.values()) {
      for (String prefix : List.of("", "kind", "kind1-2", "tag:1", "Type", "\uD83D\uDE00", "z")) {
        for (long to : new long[] {-1, 0, middle, log.size()}) {
          assertThat(drain(view.terms(kind, prefix, to)))
              .isEqualTo(log.names(kind, prefix, Math.min(to, log.size() - 1)));
        }
      }
    }
  }

  private static void knowsRevisions(
      IndexView view, String stream, List<Long> positions, long middle) {
    assertThat(view.lastRevision(stream)).isEqualTo(positions.size() - 1);
    assertThat(view.lastRevision(stream, Long.MAX_VALUE)).isEqualTo(positions.size() - 1);
    assertThat(view.lastRevision(stream, middle))
        .isEqualTo(positions.stream().filter(p -> p <= middle).count() - 1);
    for (int revision = 0; revision < positions.size(); revision++) {
      assertThat(view.revisionToPosition(stream, revision, false))
          .isEqualTo(positions.get(revision));
      assertThat(view.revisionToPosition(stream, revision, true))
          .isEqualTo(positions.get(revision));
    }
    assertThat(view.revisionToPosition(stream, positions.size(), false)).isEqualTo(-1);
    assertThat(view.revisionToPosition(stream, positions.size(), true))
        .isEqualTo(positions.getLast());
    assertThat(view.revisionToPosition(stream, -1, false)).isEqualTo(positions.getFirst());
    assertThat(view.revisionToPosition(stream, -1, true)).isEqualTo(-1);
  }

  @Test
  void stopsAtTheTierInWhichAStreamOrTagBegan() throws IOException {
    SampleLog log = new SampleLog(21).grow(200, NAMES);
    log.add("young-1", "Began", "young");
    log.grow(200, NAMES);
    IndexFile old = keep(log.file(disk, 0, 199, 1));
    IndexFile young = keep(log.file(disk, 200, 400, 2));
    damageAllEntries(old);
    IndexView view = new IndexView(List.of(old, young), List.of());

    for (Query query : List.of(Query.stream("young-1"), Query.tags("young"))) {
      assertThat(drain(view.cursor(query, 0, 400, false))).containsExactly(200L);
      assertThat(drain(view.cursor(query, 0, 400, true))).containsExactly(200L);
    }
    assertThat(view.revisionToPosition("young-1", 0, false)).isEqualTo(200);
    assertThat(view.lastRevision("young-1")).isEqualTo(0);
  }

  @Test
  void asksNoFileForACondition() throws IOException {
    SampleLog log = new SampleLog(22).grow(300, NAMES);
    IndexFile old = keep(log.file(disk, 0, 199, 1));
    damageAllEntries(old);
    IndexView view = new IndexView(List.of(old), List.of(log.index(200, 299)));
    Query query = Query.types("Type0", "Type1");

    assertThat(view.anyMatch(query, 199, 299, position -> position < 250))
        .isEqualTo(log.positions(query, 200, 249, true).stream().findFirst().orElseThrow());
    assertThat(view.anyMatch(query, 199, 299, _ -> false)).isEqualTo(-1);
  }

  /** A term of its own is looked for in other ways than the queries of several. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void asksNoFileBeyondTheRangeForATag(boolean backwards) throws IOException {
    SampleLog log = new SampleLog(29).grow(300, NAMES);
    IndexFile old = keep(log.file(disk, 0, 99, 1));
    IndexFile middle = keep(log.file(disk, 100, 199, 2));
    IndexFile young = keep(log.file(disk, 200, 299, 3));
    damageAllEntries(old);
    damageAllEntries(young);
    IndexView view = new IndexView(List.of(old, middle, young), List.of());
    Query query = Query.tags("tag:0");

    assertThat(drain(view.cursor(query, 100, 199, backwards)))
        .isNotEmpty()
        .isEqualTo(log.positions(query, 100, 199, backwards));
  }

  /** Forwards, a file is asked ahead of its turn, and again when it is its turn. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDamagedFileIsRefusedOnceItIsNeeded(boolean backwards) throws IOException {
    SampleLog log = new SampleLog(30).grow(100, NAMES);
    log.add("middle-1", "Began");
    log.grow(199, NAMES);
    IndexFile old = keep(log.file(disk, 0, 99, 1));
    IndexFile middle = keep(log.file(disk, 100, 199, 2));
    IndexFile young = keep(log.file(disk, 200, 299, 3));
    damageAllEntries(old);
    IndexView view = new IndexView(List.of(old, middle, young), List.of());

    assertThat(drain(view.cursor(Query.stream("middle-1"), 0, 299, backwards)))
        .containsExactly(100L);
    assertThatThrownBy(() -> drain(view.cursor(Query.stream("nobody"), 0, 299, backwards)))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(old.name());
  }

  @Test
  void leasesAllFilesOrNone() throws IOException {
    SampleLog log = new SampleLog(23).grow(100, NAMES);
    IndexFile first = log.file(disk, 0, 49, 1);
    IndexFile second = log.file(disk, 50, 99, 2);
    IndexView view = new IndexView(List.of(first, second), List.of());
    assertThat(view.tryLease()).isTrue();
    first.release();
    second.release();
    assertThat(drain(view.cursor(Query.category("kind1"), 0, 99, false))).isNotEmpty();
    view.release();
    assertThat(first.tryLease()).isFalse();
    assertThat(view.tryLease()).isFalse();
  }

  @Test
  void keepsNoLeaseIfAFileIsGone() throws IOException {
    SampleLog log = new SampleLog(24).grow(100, NAMES);
    IndexFile first = log.file(disk, 0, 49, 1);
    IndexFile second = log.file(disk, 50, 99, 2);
    second.release();
    assertThat(new IndexView(List.of(first, second), List.of()).tryLease()).isFalse();
    first.release();
    assertThat(first.tryLease()).isFalse();
  }

  /** From each position to each, so that ranges begin and end where tiers do. */
  @Test
  void keepsTheBoundsOfEachRange() throws IOException {
    SampleLog log = new SampleLog(25).grow(24, 3);
    List<IndexFile> files =
        List.of(
            keep(log.file(disk, 0, 5, 1)),
            keep(log.file(disk, 6, 6, 2)),
            keep(log.file(disk, 7, 14, 3)));
    IndexView view = new IndexView(files, List.of(log.index(15, 19), log.index(20, 23)));
    List<Query> queries = new ArrayList<>(List.of(Query.everything(), Query.tags("tag:0")));
    while (queries.size() < 6) {
      Query query = log.query(3);
      if (log.positions(query).count() > 3) {
        queries.add(query);
      }
    }
    log.names(Kind.STREAM, "kind", 23).forEach(stream -> queries.add(Query.stream(stream)));
    for (Query query : queries) {
      List<Long> all = log.positions(query).boxed().toList();
      for (long from = 0; from < 24; from++) {
        for (long to = from; to < 24; to++) {
          long first = from;
          long last = to;
          List<Long> expected = all.stream().filter(p -> p >= first && p <= last).toList();
          assertRange(view, query, from, to, expected);
        }
      }
    }
  }

  private static void assertRange(
      IndexView view, Query query, long from, long to, List<Long> expected) {
    List<Long> reversed = expected.reversed();
    assertThat(drain(view.cursor(query, from, to, false))).isEqualTo(expected);
    assertThat(drain(view.cursor(query, from, to, true))).isEqualTo(reversed);
    assertThat(fill(view.cursor(query, from, to, false), 4)).isEqualTo(expected);
    assertThat(fill(view.cursor(query, from, to, true), 4)).isEqualTo(reversed);
    assertThat(view.cursor(query, from, to, false).seek(0))
        .isEqualTo(expected.isEmpty() ? PositionCursor.END : expected.getFirst());
    assertThat(view.cursor(query, from, to, true).seek(100))
        .isEqualTo(expected.isEmpty() ? PositionCursor.END : expected.getLast());
  }

  @Test
  void knowsTheLastRevisionAtEachPosition() throws IOException {
    SampleLog log = new SampleLog(26).grow(60, 4);
    IndexFile first = keep(log.file(disk, 0, 19, 1));
    IndexFile second = keep(log.file(disk, 20, 39, 2));
    IndexView view = new IndexView(List.of(first, second), List.of(log.index(40, 59)));
    log.postings()
        .forEach((term, positions) -> {
          if (term.kind() == Kind.STREAM) {
            for (long position = -1; position <= 60; position++) {
              long to = position;
              assertThat(view.lastRevision(term.name(), to))
                  .isEqualTo(positions.stream().filter(p -> p <= to).count() - 1);
            }
          }
        });
  }

  /** No file says how many there were before. */
  @Test
  void answersFromMemoryAlone() {
    SampleLog log = new SampleLog(27).grow(100, NAMES);
    IndexView view = new IndexView(List.of(), List.of(log.index(0, 49), log.index(50, 99)));
    log.postings()
        .forEach((term, positions) -> assertThat(view.count(term)).isEqualTo(positions.size()));
    for (int position = 0; position < 100; position++) {
      UUID id = log.events().get(position).event().id();
      assertThat(view.findIdInMemory(id)).isEqualTo(position);
      assertThat(view.idCandidates(id)).isEmpty();
    }
    assertThat(view.findIdInMemory(new UUID(1, 1))).isEqualTo(-1);
  }

  /** Files of several sizes, some of them merged, a frozen index in memory and a current one. */
  private IndexView view(SampleLog log) throws IOException {
    List<IndexFile> files = new ArrayList<>();
    int end = log.size() * 3 / 4;
    int from = 0;
    while (from < end) {
      int to = Math.min(from + 30 + log.nextInt(400), end) - 1;
      files.add(keep(log.file(disk, from, to, ++generation)));
      from = to + 1;
    }
    List<IndexFile> tail = files.subList(1, files.size());
    IndexFile merged = keep(merge(tail.subList(0, Math.max(1, tail.size() / 2))));
    files.subList(1, 1 + Math.max(1, tail.size() / 2)).clear();
    files.add(1, merged);
    files.forEach(IndexFile::verify);
    int middle = (end + log.size()) / 2;
    return new IndexView(
        files, List.of(log.index(end, middle - 1), log.index(middle, log.size() - 1)));
  }

  private IndexFile merge(List<IndexFile> files) throws IOException {
    String name =
        IndexMerger.merge(
            disk, SampleLog.header(files.getFirst().from(), ++generation), files, _ -> {});
    return IndexFile.open(disk, name, SampleLog.STORE);
  }

  private IndexFile keep(IndexFile file) {
    opened.add(file);
    return file;
  }

  /** Whoever looks at this file gets an exception. */
  private void damageAllEntries(IndexFile file) throws IOException {
    byte[] zeros = new byte[(int) file.bytes() - 128 - IndexFooter.BYTES];
    try (var target = disk.open(file.name())) {
      target.write(64, zeros, 0, zeros.length);
    }
  }

  static List<Long> drain(PositionCursor cursor) {
    List<Long> all = new ArrayList<>();
    for (long p = cursor.next(); p != PositionCursor.END; p = cursor.next()) {
      all.add(p);
    }
    assertThat(cursor.next()).isEqualTo(PositionCursor.END);
    return all;
  }

  static List<String> drain(TermCursor cursor) {
    List<String> all = new ArrayList<>();
    for (String name = cursor.next(); name != null; name = cursor.next()) {
      all.add(name);
    }
    return all;
  }

  private static List<Long> fill(PositionCursor cursor, int size) {
    List<Long> all = new ArrayList<>();
    long[] target = new long[size];
    int count;
    do {
      count = cursor.fill(target);
      Arrays.stream(target, 0, count).forEach(all::add);
    } while (count == size);
    return all;
  }
}
