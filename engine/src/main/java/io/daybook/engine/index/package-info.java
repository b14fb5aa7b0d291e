/**
 * The inverted index: from a stream, a category, a type, a tag and an event id to positions.
 *
 * <p>Everything that can be looked up is a {@link io.daybook.engine.index.Term}, and a term has
 * {@link io.daybook.engine.index.Postings}: the positions of its events, ascending. The newest
 * positions are indexed in a {@link io.daybook.engine.index.MemoryIndex}, older ones in {@link
 * io.daybook.engine.index.IndexFile}s, which never change; each of these tiers covers a range of
 * positions of its own, and an {@link io.daybook.engine.index.IndexView} asks them one after
 * another. {@link io.daybook.engine.index.IndexWriter} turns memory into a file, {@link
 * io.daybook.engine.index.IndexMerger} adjacent files into one. The format is in {@code
 * docs/format.md}.
 *
 * <p>Files are derived from the log and can be deleted while the store is closed. Whatever is read
 * from one is checked each time before it is believed; a check that fails is a {@link
 * io.daybook.eventstore.StoreDamagedException}, never a missing or wrong answer; an open store then
 * makes the file anew. Event ids are found in files by a hash of 40 bits: what is found is a
 * candidate, to be compared with the log.
 */
@NullMarked
package io.daybook.engine.index;

import org.jspecify.annotations.NullMarked;
