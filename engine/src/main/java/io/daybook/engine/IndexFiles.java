package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.index.IndexMerger;
import io.daybook.engine.index.IndexView;
import io.daybook.engine.index.IndexWriter;
import io.daybook.engine.index.MemoryIndex;
import io.daybook.engine.index.MergePolicy;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.log.Manifests;
import io.daybook.engine.log.Reserve;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The index files of an open store: writes those that are full in memory, merges, and makes anew
 * from the log what turns out to be damaged. Used by one thread at a time.
 */
final class IndexFiles {
  private static final System.Logger LOG = System.getLogger(IndexFiles.class.getName());

  /** About what an index file takes. */
  private static final int BYTES_PER_EVENT = 64;

  private final Disk disk;
  private final Manifests manifests;
  private final Reserve reserve;
  private final Published published;
  private final LogColumns columns;
  private final IndexLimits limits;

  IndexFiles(
      Disk disk,
      Manifests manifests,
      Reserve reserve,
      Published published,
      LogColumns columns,
      IndexLimits limits) {
    this.disk = disk;
    this.manifests = manifests;
    this.reserve = reserve;
    this.published = published;
    this.columns = columns;
    this.limits = limits;
  }

  /** Writes the indexes in memory that are full, and merges files. */
  void writeFull() throws IOException {
    while (mending(() -> writeOldest() || mergeOnce())) {
      // until there is nothing left to do
    }
  }

  /** Writes all indexes in memory, the newest too. Called while no group is committed. */
  void writeAll() throws IOException {
    MemoryIndex newest = published.now().version().index().memory().getLast();
    if (newest.events() > 0) {
      published.addMemory(new MemoryIndex(newest.to() + 1));
    }
    while (mending(this::writeOldest)) {
      // until only the empty one is left
    }
  }

  private boolean mending(IndexRepair.Work<Boolean, IOException> step) throws IOException {
    return IndexRepair.mending(published, step, e -> rebuild(e) || columns.renew(e));
  }

  private boolean writeOldest() throws IOException {
    IndexView index = published.now().version().index();
    if (index.memory().size() < 2) {
      return false;
    }
    // may be taken of the reserve, but then nothing more is appended that needs an index
    reserve.allows((long) BYTES_PER_EVENT * index.memory().getFirst().events());
    published.memoryWritten(list(write(index.memory().getFirst(), index.files()), List.of()));
    return true;
  }

  private boolean mergeOnce() throws IOException {
    List<IndexFile> files = published.now().version().index().files();
    List<IndexFile> old = MergePolicy.next(files);
    if (old.isEmpty() || !reserve.allows(old.stream().mapToLong(IndexFile::bytes).sum())) {
      return false; // merging can wait for room
    }
    replace(old, merge(old, stubFilter().stubsOf(old)));
    return true;
  }

  /**
   * Writes the first index file anew that may know tags of scavenged events, without these; changes
   * nothing if there is none.
   */
  Scavenger.Change scavengeOne() throws IOException {
    var change = new AtomicReference<>(Scavenger.Change.NONE);
    mending(() -> {
      StubFilter filter = stubFilter();
      for (IndexFile file : published.now().version().index().files()) {
        if (filter.concerns(file)) {
          long before = file.bytes();
          List<IndexFile> old = List.of(file);
          IndexFile fresh = replace(old, merge(old, filter.stubsOf(old)));
          change.set(new Scavenger.Change(0, 1, before, fresh.bytes()));
          return true;
        }
      }
      return false;
    });
    return change.get();
  }

  /** How many index files may know tags of scavenged events. */
  int toScavenge() {
    StubFilter filter = stubFilter();
    List<IndexFile> files = published.now().version().index().files();
    return (int) files.stream().filter(filter::concerns).count();
  }

  /** How many index files are not encrypted with the key that new files get. */
  int toSealAnew() {
    List<IndexFile> files = published.now().version().index().files();
    return (int) files.stream().filter(file -> !file.isSealedAnew()).count();
  }

  /**
   * Writes the first index file anew that is not encrypted with the key that new files get.
   *
   * @return false if there is none
   */
  boolean sealOneAnew() throws IOException {
    return mending(() -> {
      for (IndexFile file : published.now().version().index().files()) {
        if (!file.isSealedAnew()) {
          List<IndexFile> old = List.of(file);
          replace(old, merge(old, stubFilter().stubsOf(old)));
          return true;
        }
      }
      return false;
    });
  }

  private StubFilter stubFilter() {
    List<LogFile> logs = published.now().version().logs();
    return new StubFilter(logs.subList(0, logs.size() - 1), logs.getLast().base());
  }

  /**
   * Makes an index file that was found damaged anew from the log, in as much memory as an index in
   * memory takes; the other files stay.
   *
   * @return whether it was one of the store's, until now
   * @throws StoreDamagedException if the log is damaged, too
   */
  boolean rebuild(StoreDamagedException damage) throws IOException {
    IndexFile damaged = find(damage.file());
    if (damaged == null) {
      return false;
    }
    LOG.log(Level.WARNING, "an index file is made anew from the log: {0}", damage.getMessage());
    mending(() -> {
      replace(List.of(damaged), written(damaged));
      return true;
    });
    return true;
  }

  private @Nullable IndexFile find(String name) {
    return published.now().version().index().files().stream()
        .filter(file -> file.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** The name of a file with what the log says of the positions of another. */
  private String written(IndexFile damaged) throws IOException {
    Snapshot snapshot = published.lease();
    List<IndexFile> parts = new ArrayList<>();
    try {
      List<IndexFile> before = new ArrayList<>(snapshot.version().index().files());
      before.removeIf(file -> file.from() >= damaged.from());
      for (long next = damaged.from(); next <= damaged.to(); next = parts.getLast().to() + 1) {
        var memory = new MemoryIndex(next);
        limits.fill(memory, snapshot.version(), damaged.to(), _ -> {});
        IndexFile part = open(write(memory, before));
        parts.add(part);
        before.add(part);
      }
      return merge(parts, _ -> false); // into one, so that a file is replaced by a file
    } finally {
      parts.forEach(IndexFile::release);
      parts.forEach(part -> removeUnlisted(part.name()));
      snapshot.version().release();
    }
  }

  private String write(MemoryIndex memory, List<IndexFile> files) throws IOException {
    var before = new IndexView(files, List.of());
    return IndexWriter.write(disk, header(memory.from()), memory, memory.to(), before::count);
  }

  private String merge(List<IndexFile> files, LongPredicate stubs) throws IOException {
    return IndexMerger.merge(disk, header(files.getFirst().from()), files, stubs, _ -> {});
  }

  private FileHeader header(long from) {
    Manifest manifest = manifests.current();
    return new FileHeader(
        FileHeader.Kind.INDEX,
        ThreadLocalRandom.current().nextInt(),
        manifest.storeId(),
        from,
        manifests.takeGeneration(),
        manifest.epoch());
  }

  private IndexFile open(String name) throws IOException {
    return IndexFile.open(disk, name, manifests.current().storeId());
  }

  /** Puts a written file in the place of others, which are adjacent, and removes these. */
  private IndexFile replace(List<IndexFile> old, String name) throws IOException {
    List<Manifest.IndexEntry> oldEntries =
        manifests.current().indexes().stream()
            .filter(e -> e.from() >= old.getFirst().from() && e.to() <= old.getLast().to())
            .toList();
    IndexFile fresh = list(name, oldEntries);
    published.replaceIndexes(old, fresh);
    for (IndexFile replaced : old) {
      removeUnlisted(replaced.name());
    }
    return fresh;
  }

  /** Makes a written index file part of the store. */
  private IndexFile list(String name, List<Manifest.IndexEntry> oldEntries) throws IOException {
    disk.syncFolder(IndexFile.FOLDER);
    IndexFile file = open(name);
    boolean done = false;
    try {
      var listed = new Manifest.IndexEntry(file.from(), file.to(), file.generation(), file.bytes());
      manifests.replaceIndexes(oldEntries, List.of(listed));
      done = true;
      return file;
    } finally {
      if (!done) {
        file.release();
      }
    }
  }

  /** A file that is left is removed by the next opening. */
  private void removeUnlisted(String name) {
    try {
      disk.delete(name);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "removing an index file that is not used any more failed", e);
    }
  }
}
