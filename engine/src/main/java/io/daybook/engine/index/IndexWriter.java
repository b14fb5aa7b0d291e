package io.daybook.engine.index;

import io.daybook.engine.index.IndexBuilder.Extremes;
import io.daybook.engine.index.IndexBuilder.IdTarget;
import io.daybook.engine.index.IndexBuilder.TermTarget;
import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.FileHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/** Writes an index in memory to an index file. */
public final class IndexWriter {
  private IndexWriter() {}

  /**
   * Writes the positions of an index in memory to a new file and syncs it; the folder is left to
   * the caller. More may be added to the index meanwhile. Nothing is left if it fails.
   *
   * @param header the header of the file, whose base is the first position of the index
   * @param memory the index
   * @param to the last position that is written; it and all before are durable, and it is the last
   *     of the index unless more was added since
   * @param countBefore how many positions a term has before this index; not asked of streams
   * @return the name of the file
   */
  public static String write(
      Disk disk, FileHeader header, MemoryIndex memory, long to, ToLongFunction<Term> countBefore)
      throws IOException {
    if (header.base() != memory.from() || to > memory.to()) {
      throw new IllegalStateException(
          "positions "
              + header.base()
              + " to "
              + to
              + " are not those in memory, "
              + memory.from()
              + " to "
              + memory.to());
    }
    return IndexBuilder.build(disk, header, to, new Source(memory, to, countBefore), _ -> {});
  }

  private static final class Named {
    private final byte[] name;
    private final BlockPostings postings;

    Named(byte[] name, BlockPostings postings) {
      this.name = name;
      this.postings = postings;
    }
  }

  private static final class Source implements IndexBuilder.Source {
    private final MemoryIndex memory;
    private final long to;
    private final ToLongFunction<Term> countBefore;

    Source(MemoryIndex memory, long to, ToLongFunction<Term> countBefore) {
      this.memory = memory;
      this.to = to;
      this.countBefore = countBefore;
    }

    @Override
    public int maxTerms() {
      return memory.terms();
    }

    @Override
    public void writeTerms(TermTarget target) throws IOException {
      for (Kind kind : Kind.values()) {
        List<Named> terms = new ArrayList<>();
        memory.forEach(
            kind,
            to,
            (name, postings) ->
                terms.add(new Named(name.getBytes(StandardCharsets.UTF_8), postings)));
        terms.sort((a, b) -> Arrays.compareUnsigned(a.name, b.name));
        for (Named term : terms) {
          writeTerm(kind, term, target);
        }
      }
    }

    private void writeTerm(Kind kind, Named term, TermTarget target) throws IOException {
      BlockPostings postings = term.postings;
      long ordinal = postings.ordinal();
      if (ordinal == Postings.UNKNOWN) {
        ordinal = countBefore.applyAsLong(new Term(kind, string(term.name)));
      }
      target.begin(kind, term.name, postings.count(), ordinal);
      int[] relatives = postings.block(0);
      for (int i = 0; i < postings.count(); i++) {
        target.posting(relatives[i]);
      }
      target.end();
    }

    private static String string(byte[] name) {
      return new String(name, StandardCharsets.UTF_8);
    }

    @Override
    public void writeIds(IdTarget target) throws IOException {
      MemoryIds ids = memory.ids();
      long[] hashes = new long[(int) (to - memory.from() + 1)];
      for (int i = 0; i < hashes.length; i++) {
        hashes[i] = HashedNumber.of(Term.hash(ids.high(i), ids.low(i)), i);
      }
      Arrays.sort(hashes);
      for (long hash : hashes) {
        target.id(HashedNumber.hash(hash), HashedNumber.number(hash));
      }
    }

    /** Wider than need be, if more was added since. */
    @Override
    public Extremes extremes() {
      return new Extremes(
          memory.firstRecordedMicros(),
          memory.lastRecordedMicros(),
          memory.minIdHigh(),
          memory.maxIdHigh());
    }
  }
}
