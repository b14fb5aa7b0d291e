package io.daybook.engine.index;

import io.daybook.engine.index.IndexBuilder.Extremes;
import io.daybook.engine.index.IndexBuilder.IdTarget;
import io.daybook.engine.index.IndexBuilder.TermTarget;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.FileHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Merges adjacent index files into one. Reads and writes each in order, and needs memory for the
 * table of terms only.
 */
public final class IndexMerger {
  private IndexMerger() {}

  /** Merges files of which nothing is to be left out. */
  public static String merge(
      Disk disk, FileHeader header, List<IndexFile> files, LongConsumer progress)
      throws IOException {
    return merge(disk, header, files, _ -> false, progress);
  }

  /**
   * Writes what the files hold to a new file and syncs it; the folder is left to the caller, who
   * holds a lease of each file. Nothing is left if it fails.
   *
   * @param header the header of the file, whose base is that of the oldest file
   * @param files at least one, oldest first
   * @param stubs whether an event was scavenged that had a position; its tags are left out
   * @param progress is told how many bytes are written, now and then; what it throws ends the merge
   * @return the name of the file
   * @throws io.daybook.eventstore.StoreDamagedException if a file turns out to be damaged
   */
  public static String merge(
      Disk disk,
      FileHeader header,
      List<IndexFile> files,
      LongPredicate stubs,
      LongConsumer progress)
      throws IOException {
    if (header.base() != files.getFirst().from()) {
      throw new IllegalStateException("the first file begins at " + files.getFirst().from());
    }
    for (int i = 1; i < files.size(); i++) {
      if (files.get(i).from() != files.get(i - 1).to() + 1) {
        throw new IllegalStateException(
            files.get(i).name() + " does not follow " + files.get(i - 1).name());
      }
    }
    return IndexBuilder.build(
        disk, header, files.getLast().to(), new Source(files, stubs), progress);
  }

  private static final class Source implements IndexBuilder.Source {
    private final List<IndexFile> files;
    private final LongPredicate stubs;
    private final long from;

    Source(List<IndexFile> files, LongPredicate stubs) {
      this.files = files;
      this.stubs = stubs;
      this.from = files.getFirst().from();
    }

    @Override
    public int maxTerms() {
      return Math.toIntExact(files.stream().mapToLong(IndexFile::terms).sum());
    }

    @Override
    public void writeTerms(TermTarget target) throws IOException {
      List<EntryScan> scans = new ArrayList<>();
      for (IndexFile file : files) {
        scans.add(new EntryScan(file));
      }
      List<EntryScan> same = new ArrayList<>();
      while (true) {
        same.clear();
        for (EntryScan scan : scans) {
          Entry entry = scan.entry;
          if (entry != null) {
            int order = same.isEmpty() ? 0 : same.getFirst().compareTo(scan);
            if (order > 0) {
              same.clear();
            }
            if (order >= 0) {
              same.add(scan);
            }
          }
        }
        if (same.isEmpty()) {
          return;
        }
        writeTerm(same, target);
      }
    }

    /** Writes a term that these files have, oldest first, unless nothing is left of it. */
    private void writeTerm(List<EntryScan> scans, TermTarget target) throws IOException {
      Entry oldest = scans.getFirst().current();
      boolean tag = oldest.kind() == Term.Kind.TAG;
      long next = oldest.ordinal();
      int count = 0;
      for (EntryScan scan : scans) {
        Entry entry = scan.current();
        if (tag ? entry.ordinal() < next : entry.ordinal() != next) {
          throw scan.file.content().damaged(entry.offset(), "a term does not go on where it ended");
        }
        next = entry.ordinal() + entry.count();
        count += tag ? left(scan) : entry.count();
      }
      if (count > 0) {
        target.begin(oldest.kind(), oldest.name(), count, oldest.ordinal());
        for (EntryScan scan : scans) {
          int shift = (int) (scan.file.from() - from);
          forEach(
              scan,
              relative -> {
                if (!tag || !stubs.test(scan.file.from() + relative)) {
                  target.posting(relative + shift);
                }
              });
        }
        target.end();
      }
      for (EntryScan scan : scans) {
        scan.advance();
      }
    }

    /** How many postings of a tag are not of stubs. */
    private int left(EntryScan scan) throws IOException {
      int[] left = {0};
      forEach(scan, relative -> left[0] += stubs.test(scan.file.from() + relative) ? 0 : 1);
      return left[0];
    }

    private interface Posting {
      void at(int relative) throws IOException;
    }

    private static void forEach(EntryScan scan, Posting action) throws IOException {
      FilePostings postings = scan.file.postings(scan.current());
      int blocks = scan.current().isChunked() ? scan.current().chunks() : 1;
      for (int i = 0; i < blocks; i++) {
        int[] values = postings.block(i);
        int count = postings.endIndex(i) - postings.firstIndex(i);
        for (int j = 0; j < count; j++) {
          action.at(values[j]);
        }
      }
    }

    @Override
    public void writeIds(IdTarget target) throws IOException {
      List<IdScan> scans = new ArrayList<>();
      for (IndexFile file : files) {
        scans.add(new IdScan(file, (int) (file.from() - from)));
      }
      while (true) {
        IdScan least = null;
        for (IdScan scan : scans) {
          if (!scan.ended && (least == null || scan.hash < least.hash)) {
            least = scan;
          }
        }
        if (least == null) {
          return;
        }
        target.id(least.hash, least.relative);
        least.advance();
      }
    }

    @Override
    public Extremes extremes() {
      long min = -1;
      long max = 0;
      for (IndexFile file : files) {
        min = Long.compareUnsigned(file.minIdHigh(), min) < 0 ? file.minIdHigh() : min;
        max = Long.compareUnsigned(file.maxIdHigh(), max) > 0 ? file.maxIdHigh() : max;
      }
      return new Extremes(
          files.getFirst().firstRecordedMicros(), files.getLast().lastRecordedMicros(), min, max);
    }
  }

  /** The entries of a file one after another. */
  private static final class EntryScan {
    private final IndexFile file;
    private @Nullable Entry entry;
    private byte[] name = {};

    EntryScan(IndexFile file) {
      this.file = file;
      moveTo(IndexFooter.entriesOffset());
    }

    Entry current() {
      Entry current = entry;
      if (current == null) {
        throw new IllegalStateException("the entries have ended");
      }
      return current;
    }

    void advance() {
      moveTo(current().end());
    }

    int compareTo(EntryScan other) {
      return current().compareTo(other.current().kind(), other.name);
    }

    private void moveTo(long offset) {
      if (offset >= file.entriesEnd()) {
        entry = null;
      } else {
        Entry next = file.entry(offset);
        entry = next;
        name = next.name();
      }
    }
  }

  /** The ids of a file in order of their hashes. */
  private static final class IdScan {
    private final HashTable table;
    private final int shift;
    private HashTable.Block block;
    private int blockIndex;
    private int index = -1;
    private boolean ended;
    private long hash;
    private int relative;

    IdScan(IndexFile file, int shift) {
      this.table = file.idTable();
      this.shift = shift;
      this.block = table.block(0);
      advance();
    }

    void advance() {
      index++;
      if (index == block.count()) {
        blockIndex++;
        if (blockIndex == table.blocks()) {
          ended = true;
          return;
        }
        block = table.block(blockIndex);
        index = 0;
      }
      hash = block.hash(index);
      relative = (int) block.value(index) + shift;
    }
  }
}
