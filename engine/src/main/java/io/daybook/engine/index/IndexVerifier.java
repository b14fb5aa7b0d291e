package io.daybook.engine.index;

import io.daybook.engine.index.Term.Kind;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Reads all of an index file and compares its parts with each other. Needs memory for one bit per
 * event.
 */
final class IndexVerifier {
  private final IndexFile file;
  private final IndexBytes bytes;
  private final long positions;

  IndexVerifier(IndexFile file) {
    this.file = file;
    this.bytes = file.content();
    this.positions = file.to() - file.from() + 1;
  }

  /** Returns how many postings there are. */
  long verify() {
    long postings = verifyEntries();
    verifyTermTable();
    verifyIds();
    return postings;
  }

  /** Each entry is whole, behind the one before in order, and is found by its name. */
  private long verifyEntries() {
    long offset = IndexFooter.entriesOffset();
    long number = 0;
    long streamPostings = 0;
    long typePostings = 0;
    long postings = 0;
    Entry before = null;
    while (offset < file.entriesEnd()) {
      Entry entry = file.entry(offset);
      byte[] name = entry.name();
      if (before != null && before.compareTo(entry.kind(), name) >= 0) {
        throw bytes.damaged(offset, "an entry is out of order");
      }
      if (number % IndexFooter.SPARSE_STEP == 0
          && file.sparse((int) (number / IndexFooter.SPARSE_STEP)) != offset) {
        throw bytes.damaged(offset, "an entry is not where the sparse offsets say");
      }
      long hash = Term.hash(entry.kind(), name);
      long place = offset;
      if (!file.filter().mayContain(hash)
          || Arrays.stream(file.termTable().find(hash)).noneMatch(found -> found == place)) {
        throw bytes.damaged(offset, "an entry is not found by its name");
      }
      verifyPostings(entry);
      streamPostings += entry.kind() == Kind.STREAM ? entry.count() : 0;
      typePostings += entry.kind() == Kind.TYPE ? entry.count() : 0;
      postings += entry.count();
      before = entry;
      number++;
      offset = entry.end();
    }
    if (number != file.terms()
        || streamPostings != file.events()
        || typePostings != file.events()) {
      throw bytes.damaged(offset, "entries are missing");
    }
    return postings;
  }

  private void verifyPostings(Entry entry) {
    FilePostings postings = file.postings(entry);
    int blocks = entry.isChunked() ? entry.chunks() : 1;
    int before = -1;
    for (int i = 0; i < blocks; i++) {
      int[] values = postings.block(i);
      int count = postings.endIndex(i) - postings.firstIndex(i);
      for (int j = 0; j < count; j++) {
        if (values[j] <= before || values[j] >= positions) {
          throw bytes.damaged(entry.offset(), "positions are out of order");
        }
        before = values[j];
      }
    }
    if (postings.block(0)[0] != entry.first() || entry.ordinal() < 0) {
      throw bytes.damaged(entry.offset(), "an entry contradicts its chunks");
    }
  }

  private void verifyTermTable() {
    HashTable table = file.termTable();
    long entries = 0;
    for (int i = 0; i < table.blocks(); i++) {
      entries += table.block(i).count();
    }
    if (entries != file.terms()) {
      throw bytes.damaged(file.entriesEnd(), "the table of terms has " + entries + " entries");
    }
  }

  /** The hashes ascend, and each event has one. */
  private void verifyIds() {
    HashTable table = file.idTable();
    BitSet seen = new BitSet((int) positions);
    long before = -1;
    for (int i = 0; i < table.blocks(); i++) {
      HashTable.Block block = table.block(i);
      for (int j = 0; j < block.count(); j++) {
        long value = block.value(j);
        if (block.hash(j) < before || value >= positions || seen.get((int) value)) {
          throw bytes.damaged(table.offsetOf(i), "the table of event ids is out of order");
        }
        before = block.hash(j);
        seen.set((int) value);
      }
    }
    if (seen.cardinality() != file.events()) {
      throw bytes.damaged(table.offsetOf(0), "event ids are missing");
    }
  }
}
