package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.Faults;
import io.daybook.engine.log.DurablePoint;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.LogFollower;
import io.daybook.engine.log.Manifest;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies a store, which may be written meanwhile, to another folder, which is a store at every
 * moment from the first backup on: see "Backup" in {@code docs/format.md}.
 */
final class Backup {
  /** Says that a folder is a backup, and of which store; gone when it is opened to be written. */
  static final String MARKER = "BACKUP";

  private static final String NEW_MARKER = "BACKUP.new";

  private final Disk source;
  private final String sourceName;
  private final Disk target;
  private final String targetName;
  private final boolean links;
  private final StoreCopier copier;

  /** What the copy is to have, as of one moment. */
  private record Plan(Manifest manifest, long activeBytes, long head) {}

  Backup(
      Disk source,
      String sourceName,
      Disk target,
      String targetName,
      boolean links,
      ProgressListener progress) {
    this.source = source;
    this.sourceName = sourceName;
    this.target = target;
    this.targetName = targetName;
    this.links = links;
    this.copier = new StoreCopier(source, target, "backup", progress);
  }

  BackupReport run() {
    if (!source.exists(Manifest.NAME)) {
      throw Opening.nothingToOpenIn(source, sourceName);
    }
    try {
      requireOutside(source, target, targetName);
      if (links && !target.exists(MARKER)) {
        requireLinks();
      }
      Opening.createFolder(target, targetName);
      try (Disk.Lock _ = Opening.lock(target, targetName)) {
        return runLocked();
      }
    } catch (IOException e) {
      throw Faults.failed("backing up to", targetName, e);
    }
  }

  /**
   * Refuses to copy a folder into itself: the copy would be part of what is copied, and go when
   * that goes.
   */
  static void requireOutside(Disk source, Disk target, String targetName) throws IOException {
    if (source.contains(target)) {
      throw new EventStoreFailedException(
          "the folder "
              + targetName
              + " lies inside the folder of what is copied; name one outside of it",
          null);
    }
  }

  /** Finds out that nothing can be linked while nothing was made that would be left behind. */
  private void requireLinks() {
    try {
      source.tryLink(Manifest.NAME, target);
    } catch (AccessDeniedException | NoSuchFileException _) {
      // that is told by whatever else cannot be done there, in words of its own
    } catch (IOException e) {
      throw StoreCopier.notLinked(Manifest.NAME, e);
    }
  }

  private BackupReport runLocked() throws IOException {
    Manifest manifest = Manifest.read(source);
    requireOurs(manifest);
    for (String folder : List.of("log", "index")) {
      target.createFolder(folder);
    }
    while (true) {
      try {
        Plan plan = plan(manifest);
        copier.copy(items(plan));
        finish(plan.manifest());
        Manifest its = plan.manifest();
        return new BackupReport(
            new Checkpoint(its.storeId(), its.epoch(), new Position(plan.head())),
            copier.files(),
            copier.bytes(),
            copier.copiedFiles(),
            copier.copiedBytes());
      } catch (NoSuchFileException e) {
        Manifest newer = Manifest.read(source);
        if (newer.sequence() == manifest.sequence()) {
          throw new StoreDamagedException(
              String.valueOf(e.getMessage()), 0, "it is missing; restore it from a backup");
        }
        manifest = newer; // it was replaced by others meanwhile
      }
    }
  }

  private void requireOurs(Manifest manifest) throws IOException {
    String mark = mark(manifest);
    String there = readMark();
    if (there == null) {
      if (!isEmpty(target)) {
        throw new EventStoreFailedException(
            "the folder "
                + targetName
                + " is neither empty nor a backup; name another folder"
                + (target.exists(Manifest.NAME) ? ": it is a store of its own" : ""),
            null);
      }
    } else if (!there.equals(mark)) {
      throw new EventStoreFailedException(
          targetName
              + " is not a backup of this store in this life, but a "
              + there.strip()
              + "; name another folder",
          null);
    }
    writeMark(mark); // also where it is: it may have been renamed, and the sync behind it failed
  }

  static boolean isEmpty(Disk disk) throws IOException {
    for (String folder : List.of("", "log", "index")) {
      for (String file : disk.list(folder)) {
        if (!file.equals(Opening.LOCK) && !file.equals(NEW_MARKER)) {
          return false;
        }
      }
    }
    return true;
  }

  private static String mark(Manifest manifest) {
    return "backup of the Daybook store "
        + manifest.storeId()
        + ", epoch "
        + manifest.epoch()
        + "\n";
  }

  private @Nullable String readMark() throws IOException {
    if (!target.exists(MARKER)) {
      return null;
    }
    try (DiskFile file = target.open(MARKER)) {
      return new String(file.readAll(), StandardCharsets.UTF_8);
    }
  }

  private void writeMark(String mark) throws IOException {
    byte[] bytes = mark.getBytes(StandardCharsets.UTF_8);
    if (target.exists(NEW_MARKER)) {
      target.delete(NEW_MARKER); // of a backup that a crash cut short
    }
    try (DiskFile file = target.create(NEW_MARKER)) {
      file.write(0, bytes, 0, bytes.length);
      file.sync();
    }
    target.rename(NEW_MARKER, MARKER);
    target.syncFolder("");
  }

  /** Which files, and how much of the active one: as far as it is durable. */
  private Plan plan(Manifest manifest) throws IOException {
    if (isTold(manifest)) {
      return planAsTold(manifest);
    }
    try {
      Plan found = plan(manifest, null);
      if (!isTold(manifest)) {
        return found;
      }
    } catch (StoreDamagedException e) {
      if (!isTold(manifest)) {
        throw e;
      }
    }
    return planAsTold(manifest); // a writer came, and what was found is not what is durable
  }

  /** Whether a writer says how far the log is durable. */
  private boolean isTold(Manifest manifest) throws IOException {
    DurablePoint durable = DurablePoint.forReading(source, manifest);
    if (durable == null) {
      return false;
    }
    try {
      return durable.read() != null;
    } finally {
      durable.release();
    }
  }

  private Plan planAsTold(Manifest first) throws IOException {
    Manifest manifest = first;
    DurablePoint durable = DurablePoint.forReading(source, manifest);
    try {
      while (true) {
        DurablePoint.Point point = durable == null ? null : durable.read();
        if (point == null || point.manifestSequence() <= manifest.sequence()) {
          return plan(manifest, point);
        }
        Manifest newer = Manifest.read(source);
        if (newer.sequence() == manifest.sequence()) {
          return plan(manifest, null);
        }
        manifest = newer;
      }
    } finally {
      if (durable != null) {
        durable.release();
      }
    }
  }

  private Plan plan(Manifest manifest, DurablePoint.@Nullable Point point) throws IOException {
    var log = new LogFollower(source);
    LogFile active = log.openActive(manifest, null);
    try {
      if (point == null || !isOf(point, manifest)) {
        log.advanceToEnd();
      } else if (point.generation() == manifest.logs().getLast().generation()) {
        active = log.advance(point.offset(), active);
      }
      return new Plan(manifest, log.offset(), log.nextPosition() - 1);
    } finally {
      active.release();
    }
  }

  /** Whether the point is about the active file, or the one before: the log went on just now. */
  private static boolean isOf(DurablePoint.Point point, Manifest manifest) {
    List<Manifest.LogEntry> logs = manifest.logs();
    return logs.subList(Math.max(0, logs.size() - 2), logs.size()).stream()
        .anyMatch(log -> log.generation() == point.generation());
  }

  private List<StoreCopier.Item> items(Plan plan) throws IOException {
    List<StoreCopier.Item> items = new ArrayList<>();
    String active = plan.manifest().logs().getLast().name();
    Set<String> damaged = damagedColumns(plan.manifest());
    for (String name : plan.manifest().fileNames()) {
      if (name.equals(active)) {
        // never linked: the store goes on in it, and so may who opens the copy
        items.add(new StoreCopier.Item(name, plan.activeBytes()));
      } else if (!Manifest.isOptional(name) || (source.exists(name) && !damaged.contains(name))) {
        items.add(new StoreCopier.Item(name, copier.size(name), links));
      } else if (Manifest.isOfLeaves(name)
          && Manifest.read(source).sequence() != plan.manifest().sequence()) {
        throw new NoSuchFileException(name); // others took its place, and are to be copied
      }
    }
    return items;
  }

  /**
   * The location columns that are not in the backup and should not be: they are made anew. The
   * store makes them anew under the same names, which would not be copied a second time.
   */
  private Set<String> damagedColumns(Manifest manifest) throws IOException {
    Set<String> damaged = new HashSet<>();
    for (Manifest.LogEntry log : manifest.logs()) {
      String name = log.columnName();
      if (!target.exists(name) && LogFile.isColumnDamaged(source, log)) {
        damaged.add(name);
      }
    }
    return damaged;
  }

  /** Puts the manifest in place, and removes what it doesn't list. */
  private void finish(Manifest manifest) throws IOException {
    manifest.write(target);
    Set<String> alive = new HashSet<>(manifest.fileNames());
    for (String folder : List.of("log", "index")) {
      for (String file : target.list(folder)) {
        if (!alive.contains(folder + "/" + file)) {
          target.delete(folder + "/" + file);
        }
      }
    }
  }
}
