package io.daybook.engine.index;

import io.daybook.engine.io.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The search for a term in an index file, in steps of which each waits for memory once: so that
 * whoever asks many files takes each step in all of them, and waits for them together. Used by one
 * thread.
 */
final class TermSearch {
  private static final long[] NONE = {};

  private final IndexFile file;
  private final Term term;

  /** Where an earlier search led. */
  private final long known;

  /** The first block of the table in which the term may be; -1 if that need not be looked for. */
  private final int block;

  private long @Nullable [] entries;

  /** Asks what is known, the filter, and where in the table the term would be. */
  TermSearch(IndexFile file, Term term) {
    this.file = file;
    this.term = term;
    this.known = file.recentSearches().of(term.hash());
    this.block =
        known == RecentSearches.UNKNOWN && file.filter().mayContain(term.hash())
            ? file.termTable().firstBlock(term.hash())
            : -1;
  }

  /** Has the processor bring what the table says of the term; what is returned means nothing. */
  int touchTable() {
    return block < 0 ? 0 : file.termTable().touch(block);
  }

  /** Has the processor bring the entry; what is returned means nothing. */
  int touchEntry() {
    int sum = 0;
    for (long offset : entries()) {
      sum += file.content().touch(offset, Bytes.LINE_BYTES + 1);
    }
    return sum;
  }

  private long[] entries() {
    long[] found = entries;
    if (found == null) {
      found = known == RecentSearches.UNKNOWN ? search() : places(known);
      for (long offset : found) {
        file.content().bring(offset, Entry.USUAL_BYTES);
      }
      entries = found;
    }
    return found;
  }

  private long[] search() {
    long[] found = block < 0 ? NONE : file.termTable().find(term.hash(), block);
    if (found.length <= 1) {
      long place = found.length == 0 ? RecentSearches.NOWHERE : found[0];
      file.recentSearches().keep(term.hash(), place);
    }
    return found;
  }

  private static long[] places(long place) {
    return place == RecentSearches.NOWHERE ? NONE : new long[] {place};
  }

  /** The entry of the term; null if it has none. */
  @Nullable Entry entry() {
    for (long offset : entries()) {
      Entry entry = file.entry(offset);
      if (entry.is(term)) {
        return entry;
      }
    }
    return null;
  }

  /** The postings of the term; null if it has none. */
  @Nullable Postings postings() {
    Entry entry = entry();
    return entry == null ? null : file.postings(entry);
  }
}
