package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.SealedDisk;
import io.daybook.engine.io.StoreKeys;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.LogCut;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.Manifest;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes a new store out of a backup: all of it, or what it was at a moment in the past. */
final class Restore {
  private final Disk backup;
  private final String backupName;
  private final Disk target;
  private final String targetName;
  private final InstantSource clock;
  private final EngineOptions options;
  private final StoreCopier copier;

  Restore(
      Disk backup,
      String backupName,
      Disk target,
      String targetName,
      InstantSource clock,
      EngineOptions options,
      ProgressListener progress) {
    this.backup = backup;
    this.backupName = backupName;
    this.target = target;
    this.targetName = targetName;
    this.clock = clock;
    this.options = options;
    this.copier = new StoreCopier(backup, target, "restore", progress);
  }

  /** Restores what the backup held as of a moment: whole appends only. */
  BackupReport run(ReadRequest.AsOf moment) {
    try {
      Backup.requireOutside(backup, target, targetName);
      Opening.createFolder(target, targetName);
      if (!Backup.isEmpty(target)) {
        throw new EventStoreFailedException(
            "the folder " + targetName + " is not empty; restore to another folder", null);
      }
      try (Disk.Lock _ = Opening.lock(target, targetName)) {
        Follower follower = Follower.open(backup, backupName, options);
        try {
          return restore(follower, moment);
        } finally {
          follower.close();
        }
      }
    } catch (IOException e) {
      throw Faults.failed("restoring to", targetName, e);
    }
  }

  private BackupReport restore(Follower follower, ReadRequest.AsOf moment) throws IOException {
    for (String folder : List.of("log", "index")) {
      target.createFolder(folder);
    }
    var repair = new IndexRepair(follower.published(), follower::avoid);
    long last = repair.answer(() -> lastWhole(follower, moment, repair));
    Snapshot snapshot = follower.published().lease();
    try {
      Manifest whole = follower.manifest();
      Manifest next = whole.newEpoch(clock.instant().getEpochSecond());
      List<Manifest.LogEntry> logs = new ArrayList<>(fullLogs(whole, last));
      LogFile cut = snapshot.version().logs().get(logs.size());
      Manifest.LogEntry old = whole.logs().get(logs.size());
      copier.copy(items(restored(next, next.nextGeneration(), logs, last), snapshot));
      Disk sealed = sealed(follower.disk());
      CutEnd end =
          CutEnd.write(
              follower.disk(),
              old,
              sealed,
              next,
              last,
              entry -> LogCut.write(cut, last, sealed, entry, next.epoch()));
      logs.addAll(end.logs());
      target.syncFolder("log");
      restored(next, end.nextGeneration(), logs, last).write(target);
      long bytes = 0;
      for (String name : end.files()) {
        bytes += size(name);
      }
      int files = end.files().size();
      return new BackupReport(
          new Checkpoint(next.storeId(), next.epoch(), new Position(last)),
          copier.files() + files,
          copier.bytes() + bytes,
          copier.copiedFiles() + files,
          copier.copiedBytes() + bytes);
    } finally {
      snapshot.version().release();
    }
  }

  /** The last position of the last append that was whole at the moment. */
  private static long lastWhole(Follower follower, ReadRequest.AsOf moment, IndexRepair repair) {
    ReadRequest all = ReadRequest.of(Query.everything());
    ReadRequest request =
        switch (moment) {
          case ReadRequest.AsOf.Now _ -> all;
          case ReadRequest.AsOf.AtPosition(var position) -> all.asOf(position);
          case ReadRequest.AsOf.AtInstant(var instant) -> all.asOf(instant);
        };
    Snapshot snapshot = follower.published().lease();
    var readers = new Readers(new ColdReads(Runnable::run));
    try (var read = new EngineRead(snapshot, request, 0, repair, readers)) {
      long last = read.head().value();
      if (last < 0) {
        return -1;
      }
      var reader = new EventReader();
      long first = snapshot.version().appendStart(reader, last);
      long end = snapshot.version().appendEnd(reader, last);
      return end - 1 == last ? last : first - 1;
    }
  }

  /** The full log files that end before the cut. */
  private static List<Manifest.LogEntry> fullLogs(Manifest whole, long last) {
    List<Manifest.LogEntry> logs = whole.logs();
    return logs.subList(0, logs.size() - 1).stream()
        .takeWhile(log -> log.lastPosition() <= last)
        .toList();
  }

  /** The manifest of the restored store. */
  private static Manifest restored(
      Manifest next, long generation, List<Manifest.LogEntry> logs, long last) {
    return new Manifest(
        next.storeId(),
        next.epoch(),
        next.sequence(),
        generation,
        next.keysGeneration(),
        logs,
        next.indexes().stream().takeWhile(index -> index.to() <= last).toList());
  }

  /** What is copied as it is; location columns that are damaged are made anew by an opening. */
  private List<StoreCopier.Item> items(Manifest kept, Snapshot snapshot) throws IOException {
    List<StoreCopier.Item> items = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>(kept.fileNames());
    for (int i = 0; i < kept.logs().size(); i++) {
      if (!snapshot.version().logs().get(i).isColumnWhole()) {
        names.remove(kept.logs().get(i).columnName());
      }
    }
    for (String name : names) {
      if (!Manifest.isOptional(name) || backup.exists(name)) {
        items.add(new StoreCopier.Item(name, copier.size(name)));
      }
    }
    return items;
  }

  /** The target, with the keys that the backup has. */
  private Disk sealed(Disk of) {
    StoreKeys keys = of.keys();
    return keys == null ? target : new SealedDisk(target, keys);
  }

  private long size(String name) throws IOException {
    try (var file = target.open(name)) {
      return file.size();
    }
  }
}
