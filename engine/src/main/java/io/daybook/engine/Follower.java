package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.index.IndexView;
import io.daybook.engine.index.MemoryIndex;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.StoreKeys;
import io.daybook.engine.keys.KeySource;
import io.daybook.engine.keys.StoreKeyException;
import io.daybook.engine.log.DurablePoint;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.LogFollower;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.log.Micros;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a snapshot of a store that another process may be writing: looks how far the log is
 * durable, reads up to there, and indexes what no index file covers. Changes nothing on the disk.
 *
 * <p>Nothing runs in the background: whoever wants to read looks first, which costs next to nothing
 * where nothing has changed.
 */
final class Follower {
  private static final System.Logger LOG = System.getLogger(Follower.class.getName());
  private static final int PROGRESS_EVERY = 1 << 16;

  private final Disk disk;
  private final String name;
  private final @Nullable KeySource keySource;
  private final IndexLimits limits;
  private final ProgressListener progress;
  private final LogFollower log;
  private final EventReader reader = new EventReader();
  private final Published published;
  private final LogColumns columns;
  private Manifest manifest;
  private List<MemoryIndex> memory = new ArrayList<>();
  private boolean manifestIsAdopted;
  private final Set<String> avoided = new HashSet<>();

  /** The log files whose columns on the disk are not used. */
  private final Set<String> scanned = new HashSet<>();

  private volatile @Nullable DurablePoint durable;
  private volatile long seenSerial = -1;
  private volatile boolean closed;

  private Follower(Disk folder, String name, EngineOptions options) throws IOException {
    this.name = name;
    this.keySource = options.keySource();
    this.limits = options.indexLimits();
    this.progress = options.progress();
    this.manifest = Manifest.read(folder);
    this.disk = opened(folder);
    this.log = new LogFollower(disk);
    Version nothing = new Version(List.of(), new IndexView(List.of(), List.of()));
    this.published = new Published(new Snapshot(nothing, -1, Long.MIN_VALUE, StreamRules.NONE));
    this.columns = new LogColumns(published, full -> log.renewColumn(manifest, full));
  }

  /**
   * Opens the store in a folder.
   *
   * @throws EventStoreFailedException if there is none, or it cannot be read
   */
  static Follower open(Disk disk, String name, EngineOptions options) {
    if (!disk.exists(Manifest.NAME)) {
      throw Opening.nothingToOpenIn(disk, name);
    }
    try {
      var follower = new Follower(disk, name, options);
      boolean done = false;
      try {
        follower.follow(true);
        done = true;
        return follower;
      } finally {
        if (!done) {
          follower.close();
        }
      }
    } catch (IOException e) {
      throw Faults.failed("opening", name, e);
    }
  }

  /** The folder with the store's keys, which may be changed while they are looked for. */
  private Disk opened(Disk folder) throws IOException {
    while (true) {
      try {
        return Encryption.open(folder, name, manifest, keySource);
      } catch (StoreDamagedException e) {
        Manifest newer = Manifest.read(folder);
        if (newer.sequence() == manifest.sequence()) {
          throw e;
        }
        manifest = newer;
      }
    }
  }

  /**
   * Takes over keys that the writer has changed. Where its owner's key is another one now, those
   * that are known go on being used, as long as they are enough.
   */
  private void adoptKeys(Manifest next) throws IOException {
    StoreKeys keys = disk.keys();
    if (keys == null || next.keysGeneration() == manifest.keysGeneration()) {
      return;
    }
    try {
      keys.replaceBy(Encryption.keys(disk, name, next, keySource));
    } catch (StoreKeyException e) {
      LOG.log(Level.WARNING, "the key of the store was changed: {0}", e.getMessage());
    }
  }

  /** The folder, with the store's keys if it is encrypted. */
  Disk disk() {
    return disk;
  }

  String name() {
    return name;
  }

  UUID storeId() {
    return manifest.storeId();
  }

  long epoch() {
    return manifest.epoch();
  }

  Manifest manifest() {
    return manifest;
  }

  Published published() {
    return published;
  }

  /** Looks whether there is more to be read. */
  void refresh() {
    DurablePoint its = durable;
    DurablePoint.Point point = its == null || closed ? null : its.read();
    if (closed || (its != null && (point == null || point.serial() == seenSerial))) {
      return;
    }
    try {
      follow(false);
    } catch (IOException e) {
      throw Faults.failed("following", name, e);
    }
  }

  private synchronized void follow(boolean first) throws IOException {
    if (closed) {
      return;
    }
    if (durable == null) {
      durable = DurablePoint.forReading(disk, manifest);
      if (durable == null && !first && manifestIsAdopted) {
        return; // still no writer
      }
    }
    Manifest next = manifest;
    while (true) {
      // the point is read after the manifest, so that it is not behind the index files
      DurablePoint its = durable;
      DurablePoint.Point point = its == null ? null : its.read();
      boolean begins = first || !log.follows(next.logs().getLast());
      boolean untold = begins && point == null;
      if (point != null && point.manifestSequence() > next.sequence()) {
        Manifest newer = newerThan(next);
        if (newer != null) {
          next = newer;
          continue;
        }
        point = null; // it is not about this folder: somebody copied one file and not the other
      }
      try {
        if (adopt(next, point, first || (begins && point == null), untold)) {
          return;
        }
      } catch (NoSuchFileException | StoreDamagedException e) {
        if (untold && isToldNow(next)) {
          continue; // a writer came, and changed what was looked at
        }
        if (e instanceof StoreDamagedException damage
            && (isAvoidable(damage) || isOfColumns(damage, next))) {
          continue;
        }
        Manifest newer = newerThan(next);
        if (newer == null) {
          throw e instanceof StoreDamagedException damaged
              ? damaged
              : new StoreDamagedException(
                  String.valueOf(e.getMessage()), 0, "it is missing; restore it from a backup");
        }
        next = newer; // what is missing was replaced meanwhile
      }
    }
  }

  /** Whether a writer says how far the log is durable, who did not when this was last looked at. */
  private boolean isToldNow(Manifest next) throws IOException {
    if (durable == null) {
      durable = DurablePoint.forReading(disk, next);
    }
    DurablePoint its = durable;
    return its != null && its.read() != null;
  }

  /** The manifest that is on the disk, if it is another. */
  private @Nullable Manifest newerThan(Manifest known) throws IOException {
    Manifest newer = Manifest.read(disk);
    requireSameLife(newer);
    return newer.sequence() == known.sequence() ? null : newer;
  }

  /**
   * Does without an index file that was found damaged, and has what it covers and all behind in
   * memory, or without a location column, which it then has in memory: only a writer can make them
   * anew.
   *
   * @return whether what came upon the damage can be tried again
   */
  synchronized boolean avoid(StoreDamagedException damage) {
    if (closed) {
      return false;
    }
    try {
      if (!isAvoidable(damage)) {
        return renewColumn(damage);
      }
      follow(false);
      return true;
    } catch (IOException e) {
      throw Faults.failed("following", name, e);
    }
  }

  private boolean renewColumn(StoreDamagedException damage) throws IOException {
    try {
      return columns.renew(damage);
    } catch (StoreDamagedException e) {
      damage.addSuppressed(e);
      return false;
    }
  }

  private boolean isAvoidable(StoreDamagedException damage) {
    if (!damage.file().endsWith(".idx") || !avoided.add(damage.file())) {
      return false;
    }
    LOG.log(Level.WARNING, "an index file is not used: {0}", damage.getMessage());
    manifestIsAdopted = false;
    return true;
  }

  /**
   * Whether it may be a location column that is damaged, by which much was to be read: has the
   * columns of that log file, and of others where they are damaged, made in memory.
   *
   * @return whether what came upon the damage can be tried again
   */
  private boolean isOfColumns(StoreDamagedException damage, Manifest next) throws IOException {
    List<Manifest.LogEntry> full = next.logs().subList(0, next.logs().size() - 1);
    boolean isNew = false;
    for (Manifest.LogEntry entry : full) {
      boolean its = damage.file().equals(entry.name()) || damage.file().equals(entry.columnName());
      isNew |= its && scanned.add(entry.name());
    }
    if (!isNew) {
      return false;
    }
    LOG.log(Level.WARNING, "location columns are not used: {0}", damage.getMessage());
    manifestIsAdopted = false;
    for (Manifest.LogEntry entry : full) {
      if (LogFile.isColumnDamaged(disk, entry)) {
        scanned.add(entry.name());
      }
    }
    return true;
  }

  private void requireSameLife(Manifest next) {
    if (!next.storeId().equals(manifest.storeId()) || next.epoch() != manifest.epoch()) {
      throw new EventStoreFailedException(
          "the store in " + name + " was restored or repaired meanwhile; open it again", null);
    }
  }

  /**
   * Puts up what a manifest and a point say.
   *
   * @param toItsEnd whether the end of the log is looked for where the point does not tell it
   * @param untold whether nobody said how far the log is durable, so that its end was looked for
   * @return false if somebody says so now: what was found may go beyond it
   */
  private boolean adopt(
      Manifest next, DurablePoint.@Nullable Point point, boolean toItsEnd, boolean untold)
      throws IOException {
    Snapshot before = published.now();
    List<LogFile> oldLogs = before.version().logs();
    List<IndexFile> oldFiles = before.version().index().files();
    List<LogFile> logs = new ArrayList<>();
    List<IndexFile> files = new ArrayList<>();
    boolean sameFiles =
        manifestIsAdopted
            && next.sequence() == manifest.sequence()
            && log.follows(next.logs().getLast());
    boolean done = false;
    try {
      adoptKeys(next);
      if (sameFiles) {
        logs.addAll(oldLogs);
        files.addAll(oldFiles);
      } else {
        openFull(next, oldLogs, logs);
      }
      openActive(next, point, toItsEnd, logs);
      if (untold && isToldNow(next)) {
        return false;
      }
      long head = log.nextPosition() - 1;
      if (!sameFiles) {
        openIndexes(next, head, oldFiles, files);
      }
      publish(before, logs, files, head);
      manifest = next;
      manifestIsAdopted = true;
      seenSerial = point == null ? -1 : point.serial();
      done = true;
      return true;
    } finally {
      if (!done) {
        log.forget();
      }
      List<LogFile> unusedLogs = done ? oldLogs : logs;
      List<IndexFile> unusedFiles = done ? oldFiles : files;
      List<LogFile> usedLogs = done ? logs : oldLogs;
      List<IndexFile> usedFiles = done ? files : oldFiles;
      unusedLogs.stream().filter(file -> !usedLogs.contains(file)).forEach(LogFile::release);
      unusedFiles.stream().filter(file -> !usedFiles.contains(file)).forEach(IndexFile::release);
    }
  }

  /** All files but the active one. */
  private void openFull(Manifest next, List<LogFile> old, List<LogFile> logs) throws IOException {
    List<LogFile> oldFull = old.isEmpty() ? old : old.subList(0, old.size() - 1);
    for (int i = 0; i < next.logs().size() - 1; i++) {
      Manifest.LogEntry entry = next.logs().get(i);
      if (log.follows(entry)) {
        logs.add(log.advance(entry.usedBytes()));
      } else {
        LogFile same = named(oldFull, entry.name());
        boolean scan = scanned.contains(entry.name());
        boolean usable = same != null && !(scan && same.isSettled());
        logs.add(usable ? same : log.openFull(next, i, scan));
      }
    }
    if (log.follows(next.logs().getLast())) {
      logs.add(log.advance(0));
    }
  }

  private void openActive(
      Manifest next, DurablePoint.@Nullable Point point, boolean toItsEnd, List<LogFile> logs)
      throws IOException {
    Manifest.LogEntry active = next.logs().getLast();
    if (!log.follows(active)) {
      logs.add(log.openActive(next, logs.isEmpty() ? null : logs.getLast()));
    }
    if (point != null && point.generation() == active.generation()) {
      logs.set(logs.size() - 1, log.advance(point.offset()));
    } else if (toItsEnd && !isBefore(point, next)) {
      log.advanceToEnd();
    }
  }

  /** Whether the point is about the file before the active one: the log went on a moment ago. */
  private static boolean isBefore(DurablePoint.@Nullable Point point, Manifest manifest) {
    int count = manifest.logs().size();
    return point != null
        && count > 1
        && manifest.logs().get(count - 2).generation() == point.generation();
  }

  private static @Nullable LogFile named(List<LogFile> files, String name) {
    for (LogFile file : files.reversed()) {
      if (file.name().equals(name)) {
        return file;
      }
    }
    return null;
  }

  /** Opens index files up to the first that is missing, damaged, or tells of more than there is. */
  private void openIndexes(Manifest next, long head, List<IndexFile> old, List<IndexFile> files)
      throws IOException {
    for (Manifest.IndexEntry entry : next.indexes()) {
      long from = files.isEmpty() ? 0 : files.getLast().to() + 1;
      if (entry.from() != from || entry.to() > head || avoided.contains(entry.name())) {
        return;
      }
      IndexFile file = null;
      for (IndexFile candidate : old) {
        file = candidate.name().equals(entry.name()) ? candidate : file;
      }
      try {
        files.add(file != null ? file : IndexFile.open(disk, entry.name(), next.storeId()));
      } catch (NoSuchFileException e) {
        if (Manifest.read(disk).sequence() != next.sequence()) {
          throw e;
        }
        return;
      }
    }
  }

  private void publish(Snapshot before, List<LogFile> logs, List<IndexFile> files, long head) {
    List<MemoryIndex> tiers = tiersBehind(files.isEmpty() ? 0 : files.getLast().to() + 1);
    Version version = new Version(logs, new IndexView(files, List.of()));
    try {
      long start = tiers.getLast().to() + 1;
      for (long position = start; position <= head; position++) {
        if (limits.isFull(tiers.getLast(), 0)) {
          tiers.add(new MemoryIndex(position));
        }
        index(tiers.getLast(), version.read(reader, position));
        if ((position - start) % PROGRESS_EVERY == PROGRESS_EVERY - 1) {
          progress.progressed("index", position - start + 1, head - start + 1);
        }
      }
    } finally {
      version.release();
    }
    memory = tiers;
    Version whole = new Version(logs, new IndexView(files, tiers));
    Snapshot seen = new Snapshot(whole, head, log.recordedAtMicros(), before.rules());
    boolean done = false;
    try {
      published.replace(seen.withRules(rulesOf(seen, before.head())));
      done = true;
    } finally {
      if (!done) {
        whole.release();
      }
    }
  }

  /** The indexes in memory that go on behind the files. */
  private List<MemoryIndex> tiersBehind(long from) {
    for (int i = 0; i < memory.size(); i++) {
      if (memory.get(i).from() == from) {
        return new ArrayList<>(memory.subList(i, memory.size()));
      }
    }
    return new ArrayList<>(List.of(new MemoryIndex(from)));
  }

  private static void index(MemoryIndex tier, RecordedEvent event) {
    tier.add(
        event.position().value(),
        event.stream(),
        event.revision().value(),
        Micros.of(event.recordedAt()),
        event.event());
  }

  private StreamRules rulesOf(Snapshot seen, long knownHead) {
    if (seen.head() <= knownHead || !seen.version().tryLease()) {
      return seen.rules();
    }
    return Opening.rulesAfter(
        seen, knownHead, new IndexRepair(published, _ -> false)); // gives the lease back
  }

  synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    DurablePoint its = durable;
    if (its != null) {
      its.release();
    }
    published.close();
  }
}
