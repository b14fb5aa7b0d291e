package io.daybook.engine.index;

import org.jspecify.annotations.Nullable;

/** What indexes a range of positions of its own. */
sealed interface Tier permits MemoryIndex, IndexFile {
  /** The first position that it covers. */
  long from();

  /** The last position that it covers; before {@link #from} if there is none. */
  long to();

  /** The postings of a term; null if it has none here. */
  @Nullable Postings find(Term term);
}
