package io.daybook.engine.index;

import io.daybook.engine.index.Term.Kind;
import io.daybook.eventstore.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.LongPredicate;

/**
 * All tiers of an index at one moment, oldest first: files, then memory. They cover adjacent ranges
 * of positions. May be used by any number of threads.
 *
 * <p>Whoever asks a view must hold its lease, as long as cursors that it gave are used. What it
 * finds in memory may be newer than what a reader may see: readers name the last position, where
 * there is a parameter for it, and the caller compares positions and revisions where there is none.
 *
 * @param files the files, oldest first
 * @param memory the indexes in memory, oldest first
 */
public record IndexView(List<IndexFile> files, List<MemoryIndex> memory) {
  private static final long[] NONE = {};

  /** Copies the lists. */
  public IndexView {
    files = List.copyOf(files);
    memory = List.copyOf(memory);
  }

  /** Takes a lease of each file; false, and no lease, if one is gone already. */
  public boolean tryLease() {
    for (int i = 0; i < files.size(); i++) {
      if (!files.get(i).tryLease()) {
        files.subList(0, i).forEach(IndexFile::release);
        return false;
      }
    }
    return true;
  }

  /** Gives the leases back. */
  public void release() {
    files.forEach(IndexFile::release);
  }

  /**
   * The positions that match a query, from one to another, in one direction. Tiers are asked when
   * the cursor gets there, so the memory that is needed does not grow with them.
   */
  public PositionCursor cursor(
      Query query, long fromInclusive, long toInclusive, boolean backwards) {
    return switch (query) {
      case Query.Everything _ -> PositionCursor.range(fromInclusive, toInclusive, backwards);
      case Query.AnyOf any -> cursor(QueryPlan.of(any), fromInclusive, toInclusive, backwards);
    };
  }

  private PositionCursor cursor(QueryPlan plan, long from, long to, boolean backwards) {
    if (from > to) {
      return PositionCursor.empty();
    }
    Term only = plan.rareTerm();
    return only == null
        ? new TieredCursor(this, plan, from, to, backwards)
        : new TermTiersCursor(this, only, from, to, backwards);
  }

  /**
   * A position in a range that matches a query and is accepted, searched from the newest backwards;
   * -1 if there is none. Files that lie before the range are not touched.
   */
  public long anyMatch(Query query, long afterExclusive, long toInclusive, LongPredicate accepted) {
    PositionCursor cursor = cursor(query, afterExclusive + 1, toInclusive, true);
    while (true) {
      long position = cursor.next();
      if (position == PositionCursor.END || accepted.test(position)) {
        return position;
      }
    }
  }

  /** The revision of the last event of a stream, the newest included; -1 if it never had one. */
  public long lastRevision(String stream) {
    for (int i = memory.size() - 1; i >= 0; i--) {
      long revision = memory.get(i).lastRevision(stream);
      if (revision >= 0) {
        return revision;
      }
    }
    return files.isEmpty() ? -1 : lastRevisionInFiles(stream);
  }

  private long lastRevisionInFiles(String stream) {
    Term term = new Term(Kind.STREAM, stream);
    for (int i = files.size() - 1; i >= 0; i--) {
      long revision = files.get(i).lastRevision(term);
      if (revision >= 0) {
        return revision;
      }
    }
    return -1;
  }

  /**
   * The revision of the last event of a stream up to a position, included; -1 if it has none up to
   * there.
   */
  public long lastRevision(String stream, long toInclusive) {
    Term term = new Term(Kind.STREAM, stream);
    for (int i = size() - 1; i >= 0; i--) {
      Tier tier = tier(i);
      Postings postings = tier.from() > toInclusive ? null : tier.find(term);
      if (postings != null) {
        int count =
            toInclusive == Long.MAX_VALUE || (tier instanceof IndexFile && tier.to() <= toInclusive)
                ? postings.count()
                : postings.indexOf(toInclusive + 1);
        return postings.ordinal() + count - 1; // of the last one before this tier, if none is here
      }
    }
    return -1;
  }

  /**
   * The position of the event of a stream with that revision. If there is none: forwards of the
   * first with a higher revision, backwards of the last with a lower one, or -1.
   */
  public long revisionToPosition(String stream, long revision, boolean backwards) {
    Term term = new Term(Kind.STREAM, stream);
    long above = -1;
    for (int i = size() - 1; i >= 0; i--) {
      Postings postings = tier(i).find(term);
      if (postings == null) {
        continue;
      }
      long index = revision - postings.ordinal();
      if (index >= postings.count()) {
        return backwards ? postings.positionAt(postings.count() - 1) : above;
      }
      if (index >= 0) {
        return postings.positionAt((int) index);
      }
      above = postings.positionAt(0);
      if (postings.ordinal() == 0) {
        break;
      }
    }
    return backwards ? -1 : above;
  }

  /** The position of the event of that id, if it is in memory; -1 if it is not. */
  public long findIdInMemory(UUID id) {
    for (int i = memory.size() - 1; i >= 0; i--) {
      long position = memory.get(i).findId(id);
      if (position >= 0) {
        return position;
      }
    }
    return -1;
  }

  /**
   * Positions in files at which the event of that id may be, newest first: the id is there or
   * nowhere in the files. To be compared with the log.
   */
  public long[] idCandidates(UUID id) {
    long[] all = NONE;
    for (int i = files.size() - 1; i >= 0; i--) {
      long[] some = files.get(i).findIdCandidates(id);
      if (some.length > 0) {
        int before = all.length;
        all = Arrays.copyOf(all, before + some.length);
        System.arraycopy(some, 0, all, before, some.length);
      }
    }
    return all;
  }

  /** How many positions a term has, the newest included; of a tag, perhaps fewer than this. */
  public long count(Term term) {
    long count = 0;
    for (int i = size() - 1; i >= 0; i--) {
      Postings postings = tier(i).find(term);
      if (postings != null) {
        count += postings.count();
        if (postings.ordinal() != Postings.UNKNOWN) {
          return count + postings.ordinal();
        }
      }
    }
    return count;
  }

  /**
   * The names of a kind that start with a prefix and have a position up to the given one, each
   * once, in the order of their UTF-8 bytes.
   */
  public TermCursor terms(Kind kind, String prefix, long toInclusive) {
    List<NameSource> sources = new ArrayList<>();
    for (IndexFile file : files) {
      if (file.from() <= toInclusive) {
        sources.add(file.names(kind, prefix, toInclusive));
      }
    }
    for (MemoryIndex index : memory) {
      sources.add(NameSource.of(index, kind, prefix, toInclusive));
    }
    return new TermCursor(sources);
  }

  /** How many tiers there are. */
  int size() {
    return files.size() + memory.size();
  }

  /** A tier, oldest first. */
  Tier tier(int index) {
    return index < files.size() ? files.get(index) : memory.get(index - files.size());
  }
}
