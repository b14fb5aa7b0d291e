package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.index.IndexView;
import io.daybook.engine.index.MemoryIndex;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.KeysFile;
import io.daybook.engine.io.SealedDisk;
import io.daybook.engine.io.StoreKeys;
import io.daybook.engine.keys.KeySource;
import io.daybook.engine.log.ActiveLog;
import io.daybook.engine.log.BlockCodec;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.LogRecovery;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.log.Manifests;
import io.daybook.engine.log.Reserve;
import io.daybook.engine.tree.LeafFiles;
import io.daybook.eventstore.EventStoreException;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.eventstore.SystemEvents;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;

/** Opens a store: see "Order of recovery" in {@code docs/format.md}. */
final class Opening {
  private static final System.Logger LOG = System.getLogger(Opening.class.getName());
  static final String LOCK = "LOCK";
  private static final int PROGRESS_EVERY = 1 << 16;
  private static final long FIRST_KEYS = 1;

  private final Disk folder;
  private final String name;
  private final EngineOptions options;
  private final Reserve reserve;

  /** The folder, with the store's keys if it is encrypted: known when the store is. */
  private Disk disk;

  private LogRecovery recovery;

  Opening(Disk disk, String name, EngineOptions options) {
    this.folder = disk;
    this.disk = disk;
    this.name = name;
    this.options = options;
    this.reserve = new Reserve(disk, options.reserveBytes());
    this.recovery = recovery(disk);
  }

  private LogRecovery recovery(Disk of) {
    boolean syncsEachGroup = options.durability().interval() == null;
    return new LogRecovery(of, options.logSizes(), syncsEachGroup, reserve);
  }

  OpenedStore open() {
    if (options.isCompressed()) {
      BlockCodec.require();
    }
    try {
      if (!disk.exists(Manifest.NAME)) {
        if (!options.createIfMissing()) {
          throw nothingToOpenIn(disk, name);
        }
        createFolder(disk, name);
      }
      Disk.Lock lock = lock(disk, name);
      boolean opened = false;
      try {
        OpenedStore store = openLocked(lock);
        opened = true;
        return store;
      } finally {
        if (!opened) {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw Faults.failed("opening", name, e);
    }
  }

  /** Creates the folder of a store, or says why there can be none. */
  static void createFolder(Disk disk, String name) throws IOException {
    try {
      disk.createFolder("");
    } catch (FileSystemException e) {
      String why =
          switch (e) {
            case AccessDeniedException _ -> "it may not be made by you";
            case FileAlreadyExistsException _ -> e.getFile() + " is a file";
            case NoSuchFileException _ -> "no folder can be made there";
            default -> e.getReason() == null ? Faults.reason(e) : e.getReason();
          };
      throw new EventStoreFailedException(
          "a store cannot be made in the folder " + name + ": " + why + "; choose another folder",
          e);
    }
  }

  /** Something to do with a store that nobody has open. */
  interface Task<T> {
    T run() throws IOException;
  }

  /** Does something while nobody has the store open. */
  static <T> T locked(Disk disk, String name, Task<T> task) {
    if (!disk.exists(Manifest.NAME)) {
      throw nothingToOpenIn(disk, name);
    }
    try (Disk.Lock _ = lock(disk, name)) {
      return task.run();
    } catch (IOException e) {
      throw Faults.failed("reading", name, e);
    }
  }

  static Disk.Lock lock(Disk disk, String name) throws IOException {
    try {
      return disk.lock(LOCK);
    } catch (Disk.LockedException e) {
      throw new EventStoreFailedException(
          "the store in "
              + name
              + " is in use: "
              + e.getMessage()
              + "; close it there, or connect to that process",
          e);
    }
  }

  /** Why a folder without a manifest cannot be opened: there is no store, or it lost that file. */
  static EventStoreException nothingToOpenIn(Disk disk, String name) {
    try {
      return hasLogFiles(disk) ? manifestIsMissing() : noStoreIn(name);
    } catch (IOException e) {
      return Faults.failed("opening", name, e);
    }
  }

  /** Whether there is a store, or what is left of one that lost its manifest. */
  static boolean isStoreIn(Disk disk, String name) {
    try {
      return disk.exists(Manifest.NAME) || hasLogFiles(disk);
    } catch (IOException e) {
      throw Faults.failed("reading", name, e);
    }
  }

  private static boolean hasLogFiles(Disk disk) throws IOException {
    for (String file : disk.list("log")) {
      if (file.endsWith(".log") || file.endsWith(".pack")) {
        return true;
      }
    }
    return false;
  }

  private static StoreDamagedException manifestIsMissing() {
    return new StoreDamagedException(
        Manifest.NAME,
        0,
        "it is missing, but there are log files; restore it from a backup, or repair the store");
  }

  static EventStoreFailedException noStoreIn(String name) {
    return new EventStoreFailedException(
        "there is no store in " + name + "; append something first, or name another folder", null);
  }

  private OpenedStore openLocked(Disk.Lock lock) throws IOException {
    Manifest manifest = disk.exists(Manifest.NAME) ? opened() : createIn();
    if (disk.exists(Backup.MARKER)) {
      manifest = restored(manifest);
    }
    disk.createFolder("index"); // may have been deleted as a whole
    // what a killed process renamed can be seen, and yet be lost with the machine's power
    for (String folder : List.of("", "log", "index")) {
      disk.syncFolder(folder);
    }
    removeStrangers(manifest);
    var manifests = new Manifests(disk, manifest);
    LogRecovery.OpenLog log = recovery.open(manifests);
    LogRecovery.End end = log.end();
    if (end.discardedBytes() > 0) {
      LOG.log(
          Level.WARNING,
          "{0}: {1} bytes of an append that was never acknowledged were rolled back",
          name,
          end.discardedBytes());
    }
    List<LogFile> logs = new ArrayList<>(log.full());
    logs.add(log.active().view());
    List<IndexFile> indexes = new ArrayList<>();
    Published published = null;
    boolean opened = false;
    try {
      openIndexes(manifests, end.nextPosition(), indexes);
      published = new Published(snapshot(logs, indexes, end));
      OpenedStore store = open(lock, manifests, log.active(), published);
      opened = true;
      return store;
    } finally {
      if (!opened) {
        if (published != null) {
          published.close();
        } else {
          logs.forEach(LogFile::release);
          indexes.forEach(IndexFile::release);
        }
        log.active().abandon();
      }
    }
  }

  private static Snapshot snapshot(
      List<LogFile> logs, List<IndexFile> indexes, LogRecovery.End end) {
    long indexed = indexes.isEmpty() ? -1 : indexes.getLast().to();
    var memory = new MemoryIndex(indexed + 1);
    var version = new Version(logs, new IndexView(indexes, List.of(memory)));
    return new Snapshot(version, end.nextPosition() - 1, end.recordedAtMicros(), StreamRules.NONE);
  }

  private OpenedStore open(
      Disk.Lock lock, Manifests manifests, ActiveLog active, Published published)
      throws IOException {
    var leaves = new LeafFiles(disk, manifests);
    var maintenance =
        new Maintenance(disk, manifests, recovery, reserve, published, leaves, options);
    var repair = new IndexRepair(published, maintenance::rebuild);
    long unindexedBytes = indexRest(published, maintenance, repair);
    repair.answer(() -> {
      foldRules(published, repair);
      return published;
    });
    var signal = new HeadSignal();
    var committer =
        new Committer(published, active, reserve, maintenance, signal, options, unindexedBytes);
    maintenance.writeIndexes();
    maintenance.pack();
    preload(published);
    var tree = new StoreTree(leaves, published);
    return new OpenedStore(
        disk,
        name,
        manifests.current(),
        lock,
        published,
        signal,
        active,
        maintenance,
        committer,
        tree,
        manifests,
        options);
  }

  private void preload(Published published) {
    if (options.preloadBytes() > 0) {
      options
          .newExecutor("daybook-preload")
          .execute(new IndexPreload(published, options.preloadBytes()));
    }
  }

  /**
   * A backup that is opened to be written begins another life: what was appended to the store since
   * is not in it, and the same positions will hold other events.
   */
  private Manifest restored(Manifest backup) throws IOException {
    Manifest manifest = backup.newEpoch(options.clock().instant().getEpochSecond());
    manifest.write(disk);
    disk.delete(Backup.MARKER);
    disk.syncFolder("");
    return manifest;
  }

  private Manifest opened() throws IOException {
    Manifest manifest = Manifest.read(folder);
    unlocked(Encryption.open(folder, name, manifest, options.keySource()));
    return manifest;
  }

  private void unlocked(Disk withKeys) {
    disk = withKeys;
    recovery = recovery(withKeys);
  }

  private Manifest createIn() throws IOException {
    for (String file : disk.list("log")) {
      boolean log = file.endsWith(".log") || file.endsWith(".pack");
      if (log && !file.startsWith("00000000000000000000-0.")) {
        throw manifestIsMissing();
      }
    }
    UUID storeId = UUID.randomUUID();
    KeySource source = options.keySource();
    if (source == null) {
      return recovery.create(storeId, 0);
    }
    StoreKeys keys = StoreKeys.create(storeId);
    folder.createFolder("log");
    KeysFile.write(folder, FIRST_KEYS, 0, keys, source); // durable with the folder, see create
    unlocked(new SealedDisk(folder, keys));
    return recovery.create(storeId, FIRST_KEYS);
  }

  /**
   * What the manifest does not list was cut short by a crash, or is erased and was about to be
   * removed.
   */
  private void removeStrangers(Manifest manifest) throws IOException {
    Set<String> alive = new HashSet<>(manifest.fileNames());
    for (String folder : List.of("log", "index")) {
      for (String file : disk.list(folder)) {
        if (!alive.contains(folder + "/" + file)) {
          disk.delete(folder + "/" + file);
        }
      }
    }
  }

  /**
   * Opens index files, and adds them to the list, up to the first that is missing or damaged; the
   * rest is dropped and made anew.
   */
  private void openIndexes(Manifests manifests, long nextPosition, List<IndexFile> files)
      throws IOException {
    List<Manifest.IndexEntry> entries = manifests.current().indexes();
    long next = 0;
    for (Manifest.IndexEntry entry : entries) {
      if (entry.from() != next || entry.to() >= nextPosition || !disk.exists(entry.name())) {
        break;
      }
      try {
        files.add(IndexFile.open(disk, entry.name(), manifests.current().storeId()));
      } catch (StoreDamagedException e) {
        LOG.log(Level.WARNING, "an index file is made anew: {0}", e.getMessage());
        break;
      }
      next = entry.to() + 1;
    }
    if (files.size() < entries.size()) {
      List<Manifest.IndexEntry> dropped = entries.subList(files.size(), entries.size());
      manifests.replaceIndexes(dropped, List.of());
      for (Manifest.IndexEntry entry : dropped) {
        if (disk.exists(entry.name())) {
          disk.delete(entry.name());
        }
      }
    }
  }

  /**
   * Indexes in memory what follows the last index file; where that is much, as files, so that
   * memory stays bounded.
   *
   * @return about how many bytes of log are indexed in memory only
   */
  private long indexRest(Published published, Maintenance maintenance, IndexRepair repair)
      throws IOException {
    MemoryIndex memory = published.now().version().index().memory().getLast();
    long head = published.now().head();
    long first = memory.from();
    LongConsumer progress =
        position -> {
          if (position % PROGRESS_EVERY == PROGRESS_EVERY - 1) {
            options.progress().progressed("index", position - first + 1, head - first + 1);
          }
        };
    long bytes = fill(memory, published, repair, progress);
    while (memory.to() < head) {
      memory = new MemoryIndex(memory.to() + 1);
      published.addMemory(memory);
      maintenance.writeIndexesNow();
      bytes = fill(memory, published, repair, progress);
    }
    return bytes;
  }

  private long fill(
      MemoryIndex memory, Published published, IndexRepair repair, LongConsumer progress) {
    return repair.answer(() -> {
      Snapshot now = published.now();
      return options.indexLimits().fill(memory, now.version(), now.head(), progress);
    });
  }

  private static void foldRules(Published published, IndexRepair repair) {
    Snapshot snapshot = published.lease();
    published.publish(
        snapshot.version().activeLog(),
        snapshot.head(),
        snapshot.recordedAtMicros(),
        rulesAfter(snapshot, -1, repair));
  }

  /** The rules of a snapshot with what was said after a position. Gives the lease back. */
  static StreamRules rulesAfter(Snapshot snapshot, long position, IndexRepair repair) {
    Query all =
        Query.types(
            SystemEvents.STREAM_SETTINGS_CHANGED,
            SystemEvents.STREAM_DELETED,
            SystemEvents.STREAM_TOMBSTONED);
    ReadRequest request = ReadRequest.of(all).from(new Position(position + 1)).withSystemEvents();
    StreamRules rules = snapshot.rules();
    try (var read =
        new EngineRead(snapshot, request, 0, repair, new Readers(new ColdReads(Runnable::run)))) {
      while (read.hasNext()) {
        rules = rules.after(read.next(), snapshot.version().index());
      }
    }
    return rules;
  }
}
