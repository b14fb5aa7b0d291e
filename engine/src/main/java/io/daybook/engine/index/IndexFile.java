package io.daybook.engine.index;

import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.engine.io.SealedBlocks;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An index file that was opened. It never changes. May be used by any number of threads.
 *
 * <p>Whoever opened it owns a lease and {@link #release}s it in the end; everybody else takes one
 * before asking and as long as postings and cursors are used. Every question throws {@link
 * StoreDamagedException} if what it reads fails its check.
 */
public final class IndexFile implements Tier {
  /** The folder of index files. */
  public static final String FOLDER = "index";

  static final int TERM_ENTRY_BYTES = 8;
  static final int ID_ENTRY_BYTES = 6;

  private static final long[] NONE = {};

  private final IndexBytes bytes;
  private final FileHeader header;
  private final IndexFooter footer;
  private final HashTable termTable;
  private final HashTable idTable;
  private volatile @Nullable TermFilter filter;
  private volatile @Nullable RecentSearches recentSearches;
  private volatile byte @Nullable [] sparse;

  private IndexFile(IndexBytes bytes, FileHeader header, IndexFooter footer) {
    this.bytes = bytes;
    this.header = header;
    this.footer = footer;
    this.termTable = new HashTable(bytes, footer.termTable(), TERM_ENTRY_BYTES);
    this.idTable = new HashTable(bytes, footer.idTable(), ID_ENTRY_BYTES);
  }

  /** The name of an index file, with its folder. */
  public static String nameOf(long from, long to, long generation) {
    return String.format(Locale.ROOT, "%s/%020d-%020d-%d.idx", FOLDER, from, to, generation);
  }

  /** What the names of an index file and of the one that is made in its place share. */
  public static String withoutGeneration(String name) {
    return isName(name) ? name.substring(0, name.lastIndexOf('-')) : name;
  }

  /** Whether a file of that name, with its folder, is an index file. */
  public static boolean isName(String name) {
    return name.startsWith(FOLDER + "/") && name.endsWith(".idx");
  }

  /**
   * Opens an index file: reads its header and footer, and nothing else yet.
   *
   * @throws StoreDamagedException if it is not whole, or not the file that its name says
   * @throws io.daybook.eventstore.EventStoreFailedException if its format is newer than this code
   * @throws IOException if there is no such file, or it cannot be opened
   */
  public static IndexFile open(Disk disk, String name, UUID storeId) throws IOException {
    Mapping mapping;
    try (DiskFile file = disk.open(name)) {
      if (file.size() < FileHeader.BYTES + IndexFooter.BYTES) {
        throw IndexBytes.damaged(name, file.size(), "the file was cut off");
      }
      mapping = file.mapWhole();
    }
    boolean opened = false;
    try {
      IndexFile index = openChecked(disk, name, storeId, mapping);
      opened = true;
      return index;
    } finally {
      if (!opened) {
        mapping.release();
      }
    }
  }

  private static IndexFile openChecked(Disk disk, String name, UUID storeId, Mapping mapping) {
    try {
      return open(disk, name, storeId, mapping);
    } catch (StoreDamagedException e) {
      throw Faults.judged(e);
    } catch (InternalError e) {
      throw Faults.unreadable(name, 0, e);
    }
  }

  private static IndexFile open(Disk disk, String name, UUID storeId, Mapping mapping) {
    FileHeader header = FileHeader.decode(name, mapping.segment(), FileHeader.Kind.INDEX);
    if (!header.storeId().equals(storeId)) {
      throw IndexBytes.damaged(name, 0, "the file belongs to store " + header.storeId());
    }
    SealedBlocks sealed = SealedBlocks.of(name, header, mapping.segment(), disk, IndexBytes.REMEDY);
    IndexBytes bytes = new IndexBytes(name, header.seed(), mapping, sealed);
    if (bytes.size() < FileHeader.BYTES + IndexFooter.BYTES) {
      throw IndexBytes.damaged(name, bytes.size(), "the file was cut off");
    }
    long footerAt = bytes.size() - IndexFooter.BYTES;
    IndexFooter footer = IndexFooter.decode(bytes.copy(footerAt, IndexFooter.BYTES), header.seed());
    if (footer == null) {
      throw bytes.damaged(footerAt, "the file was cut off, or its footer is damaged");
    }
    if (!footer.fits(bytes.size())) {
      throw bytes.damaged(footerAt, "its sections do not fill it");
    }
    if (!nameOf(header.base(), footer.to(), header.generation()).equals(name)) {
      throw bytes.damaged(0, "the file is another than its name says");
    }
    return new IndexFile(bytes, header, footer);
  }

  /** Its name, with its folder. */
  public String name() {
    return bytes.file();
  }

  /** The first position that it covers. */
  @Override
  public long from() {
    return header.base();
  }

  /** The last position that it covers. */
  @Override
  public long to() {
    return footer.to();
  }

  /** The generation in its name. */
  public long generation() {
    return header.generation();
  }

  /** How many events it holds. */
  public long events() {
    return footer.events();
  }

  /** How many terms it holds. */
  public long terms() {
    return footer.terms();
  }

  /** Its size in bytes. */
  public long bytes() {
    return bytes.mapping().segment().byteSize();
  }

  /** Its bytes, to be brought into memory. */
  public Mapping mapping() {
    return bytes.mapping();
  }

  /** Whether it is encrypted, if at all, with the key that new files get. */
  public boolean isSealedAnew() {
    return bytes.isSealedAnew();
  }

  /** When its first event was recorded. */
  public long firstRecordedMicros() {
    return footer.firstRecordedMicros();
  }

  /** When its last event was recorded. */
  public long lastRecordedMicros() {
    return footer.lastRecordedMicros();
  }

  /** The smallest high half of an event id, unsigned. */
  public long minIdHigh() {
    return footer.minIdHigh();
  }

  /** The largest high half of an event id, unsigned. */
  public long maxIdHigh() {
    return footer.maxIdHigh();
  }

  /** Takes a lease; false if the file is closed already. */
  public boolean tryLease() {
    return bytes.mapping().tryLease();
  }

  /** Gives a lease back; the last one closes the file. */
  public void release() {
    bytes.mapping().release();
  }

  /** The postings of a term; null if it has none. */
  @Override
  public @Nullable Postings find(Term term) {
    return new TermSearch(this, term).postings();
  }

  /** The revision of the last event of a stream; -1 if it has none here. */
  public long lastRevision(String stream) {
    return lastRevision(new Term(Kind.STREAM, stream));
  }

  long lastRevision(Term stream) {
    Entry entry = new TermSearch(this, stream).entry();
    return entry == null ? -1 : entry.ordinal() + entry.count() - 1;
  }

  /**
   * The positions at which the event of that id may be; nothing if it is not here. To be compared
   * with the log.
   */
  public long[] findIdCandidates(UUID id) {
    long high = id.getMostSignificantBits();
    if (Long.compareUnsigned(high, footer.minIdHigh()) < 0
        || Long.compareUnsigned(high, footer.maxIdHigh()) > 0) {
      return NONE;
    }
    long[] positions = idTable.find(Term.hash(id));
    for (int i = 0; i < positions.length; i++) {
      positions[i] += from();
    }
    return positions;
  }

  /**
   * Reads all of the file and compares its parts with each other.
   *
   * @return how many postings there are, of all terms together
   * @throws StoreDamagedException at the first thing that is not right
   */
  public long verify() {
    return new IndexVerifier(this).verify();
  }

  /** The names of a kind that start with a prefix and have a position up to the given one. */
  NameSource names(Kind kind, String prefix, long toInclusive) {
    byte[] start = prefix.getBytes(StandardCharsets.UTF_8);
    long limit = toInclusive - from();
    return new NameSource() {
      private long offset = seek(kind, start);

      @Override
      public byte @Nullable [] next() {
        while (offset < entriesEnd()) {
          Entry entry = entry(offset);
          offset = entry.end();
          if (entry.kind() == kind && entry.startsWith(start)) {
            if (entry.first() <= limit) {
              return entry.name();
            }
          } else if (entry.compareTo(kind, start) > 0) {
            offset = entriesEnd();
          }
        }
        return null;
      }
    };
  }

  /** The offset of an entry at or, by less than a step of sparse, before that name. */
  private long seek(Kind kind, byte[] name) {
    int low = 0;
    int high = footer.sparseCount() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (entry(sparse(middle)).compareTo(kind, name) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return sparse(low);
  }

  /** Reads and checks the entry at an offset. */
  Entry entry(long offset) {
    return Entry.read(bytes, offset, entriesEnd());
  }

  long entriesEnd() {
    return footer.sparse().offset();
  }

  /** The offset of each 64th entry. */
  long sparse(int index) {
    byte[] offsets = sparse;
    if (offsets == null) {
      IndexFooter.Section section = footer.sparse();
      offsets = bytes.checked(section.offset(), footer.sparseCount() * Long.BYTES, section.check());
      sparse = offsets;
    }
    return Bytes.getLong(offsets, index * Long.BYTES);
  }

  TermFilter filter() {
    TermFilter loaded = filter;
    if (loaded == null) {
      IndexFooter.Section section = footer.filter();
      int length = (int) footer.filterBytes(bytes.size());
      loaded = new TermFilter(bytes.checked(section.offset(), length, section.check()));
      filter = loaded;
    }
    return loaded;
  }

  RecentSearches recentSearches() {
    RecentSearches made = recentSearches;
    if (made == null) {
      made = new RecentSearches(footer.terms());
      recentSearches = made;
    }
    return made;
  }

  HashTable termTable() {
    return termTable;
  }

  HashTable idTable() {
    return idTable;
  }

  IndexBytes content() {
    return bytes;
  }

  FilePostings postings(Entry entry) {
    return new FilePostings(bytes, from(), entry);
  }
}
