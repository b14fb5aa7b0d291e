package io.daybook.engine.index;

import io.daybook.engine.index.IndexFooter.Section;
import io.daybook.engine.index.IndexFooter.TableShape;
import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FileOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Writes an index file section by section. Needs memory for the tables of terms, about 18 bytes a
 * term; not for postings and ids.
 */
final class IndexBuilder {
  /** Where an index file's content comes from. */
  interface Source {
    /** No fewer than the terms there are. */
    int maxTerms();

    /** Gives all terms, in order. */
    void writeTerms(TermTarget target) throws IOException;

    /** Gives all event ids, in order of their hashes. */
    void writeIds(IdTarget target) throws IOException;

    /** What is known of the events as a whole. */
    Extremes extremes();
  }

  /** Takes the terms of an index file in order of kind and name. */
  interface TermTarget {
    /** Begins a term. */
    void begin(Kind kind, byte[] name, int count, long ordinal) throws IOException;

    /** Adds a posting of the term, counted from the file's first position. */
    void posting(int relative) throws IOException;

    /** Ends the term. */
    void end() throws IOException;
  }

  /** Takes the event ids of an index file. */
  interface IdTarget {
    /** Adds the event at a position, counted from the file's first one. */
    void id(long hash, int relative) throws IOException;
  }

  /**
   * When the first and last event was recorded, and the smallest and largest high half of an id.
   */
  record Extremes(
      long firstRecordedMicros, long lastRecordedMicros, long minIdHigh, long maxIdHigh) {}

  private final FileOutput out;
  private final int seed;

  /** Of each term: its hash and its rank in order of names; sorted in the end. */
  private final long[] hashes;

  /** Of each term, by rank. */
  private final long[] offsets;

  private int terms;
  private long events;

  private IndexBuilder(FileOutput out, int seed, int maxTerms) {
    this.out = out;
    this.seed = seed;
    if (maxTerms > HashedNumber.MAX_NUMBERS) {
      throw new IllegalStateException(maxTerms + " terms are too many for one index file");
    }
    this.hashes = new long[maxTerms];
    this.offsets = new long[maxTerms];
  }

  /**
   * Writes a file and makes it durable, but not its name in its folder. Nothing is left if it
   * fails.
   *
   * @return its name
   */
  static String build(Disk disk, FileHeader header, long to, Source source, LongConsumer progress)
      throws IOException {
    if (to < header.base() || to - header.base() >= MemoryIndex.MAX_POSITIONS) {
      throw new IllegalStateException(
          "an index file cannot cover positions " + header.base() + " to " + to);
    }
    String name = IndexFile.nameOf(header.base(), to, header.generation());
    try (FileOutput out = new FileOutput(disk, name, header, progress)) {
      new IndexBuilder(out, header.seed(), source.maxTerms()).write(source, header.base(), to);
      out.finish();
    }
    return name;
  }

  private void write(Source source, long from, long to) throws IOException {
    source.writeTerms(new Entries());
    long entriesEnd = out.offset();
    Section sparse = new Section(entriesEnd, writeSparse());
    Arrays.sort(hashes, 0, terms);
    TableShape termTable = writeTermTable(entriesEnd);
    HashTableWriter ids =
        new HashTableWriter(out, seed, IndexFile.ID_ENTRY_BYTES, Math.max(to - from, 1));
    source.writeIds((hash, relative) -> {
      ids.add(hash, relative);
      events++;
    });
    TableShape idTable = ids.finish();
    Section filter = new Section(out.offset(), writeFilter());
    Extremes extremes = source.extremes();
    IndexFooter footer =
        new IndexFooter(
            to,
            extremes.firstRecordedMicros,
            extremes.lastRecordedMicros,
            extremes.minIdHigh,
            extremes.maxIdHigh,
            terms,
            events,
            sparse,
            filter,
            termTable,
            idTable);
    out.write(footer.encode(seed), 0, IndexFooter.BYTES);
  }

  /** Writes the offset of each 64th entry; returns the check. */
  private int writeSparse() throws IOException {
    Checksum checksum = new Checksum().begin(seed, out.offset());
    byte[] bytes = new byte[Long.BYTES];
    for (int i = 0; i < terms; i += IndexFooter.SPARSE_STEP) {
      Bytes.putLong(bytes, 0, offsets[i]);
      checksum.update(bytes, 0, bytes.length);
      out.write(bytes, 0, bytes.length);
    }
    return checksum.value();
  }

  private TableShape writeTermTable(long entriesEnd) throws IOException {
    HashTableWriter table = new HashTableWriter(out, seed, IndexFile.TERM_ENTRY_BYTES, entriesEnd);
    for (int i = 0; i < terms; i++) {
      table.add(HashedNumber.hash(hashes[i]), offsets[HashedNumber.number(hashes[i])]);
    }
    return table.finish();
  }

  private int writeFilter() throws IOException {
    TermFilter filter = TermFilter.create(terms);
    for (int i = 0; i < terms; i++) {
      filter.add(HashedNumber.hash(hashes[i]));
    }
    byte[] bytes = filter.bytes();
    int check = new Checksum().begin(seed, out.offset()).update(bytes, 0, bytes.length).value();
    out.write(bytes, 0, bytes.length);
    return check;
  }

  /** Writes entries, and keeps where each begins. */
  private final class Entries implements TermTarget {
    private final EntryWriter writer = new EntryWriter(out, seed);

    @Override
    public void begin(Kind kind, byte[] name, int count, long ordinal) {
      hashes[terms] = HashedNumber.of(Term.hash(kind, name), terms);
      offsets[terms] = out.offset();
      terms++;
      writer.begin(kind, name, count, ordinal);
    }

    @Override
    public void posting(int relative) throws IOException {
      writer.posting(relative);
    }

    @Override
    public void end() throws IOException {
      writer.end();
    }
  }
}
