package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.Faults;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.LogCut;
import io.daybook.engine.log.Manifest;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

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
    this.copier = new StoreCopier(backup, target, false, "restore", progress);
  }

  /** Restores what the backup held as of a moment: whole appends only. */
  BackupReport run(ReadRequest.AsOf moment) {
    try {
      target.createFolder("");
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
    Snapshot snapshot = follower.published().lease();
    try {
      long last = lastWhole(snapshot, moment, new IndexRepair(follower.published(), _ -> false));
      Manifest manifest = cut(follower.manifest(), last);
      int active = manifest.logs().size() - 1;
      Manifest.LogEntry cut = manifest.logs().get(active);
      copier.copy(items(manifest, cut));
      LogCut.write(snapshot.version().logs().get(active), last, target, cut, manifest.epoch());
      target.syncFolder("log");
      manifest.write(target);
      return new BackupReport(
          new Checkpoint(manifest.storeId(), manifest.epoch(), new Position(last)),
          copier.files() + 1,
          copier.bytes() + size(cut),
          copier.copiedFiles() + 1,
          copier.copiedBytes() + size(cut));
    } finally {
      snapshot.version().release();
    }
  }

  /** The last position of the last append that was whole at the moment. */
  private static long lastWhole(Snapshot snapshot, ReadRequest.AsOf moment, IndexRepair repair) {
    ReadRequest all = ReadRequest.of(Query.everything());
    ReadRequest request =
        switch (moment) {
          case ReadRequest.AsOf.Now _ -> all;
          case ReadRequest.AsOf.AtPosition(var position) -> all.asOf(position);
          case ReadRequest.AsOf.AtInstant(var instant) -> all.asOf(instant);
        };
    long last;
    if (!snapshot.version().tryLease()) {
      throw new IllegalStateException("the backup is closed");
    }
    try (var read =
        new EngineRead(snapshot, request, 0, repair, new Readers(new ColdReads(Runnable::run)))) {
      last = read.head().value();
    }
    if (last < 0) {
      return -1;
    }
    var reader = new EventReader();
    long first = snapshot.version().appendStart(reader, last);
    int count = snapshot.version().appendSize(reader, last);
    return first + count - 1 == last ? last : first - 1;
  }

  /** The manifest of the restored store: the file in which the end lies is active again. */
  private Manifest cut(Manifest whole, long last) {
    List<Manifest.LogEntry> logs = new ArrayList<>();
    for (Manifest.LogEntry log : whole.logs().subList(0, whole.logs().size() - 1)) {
      if (log.lastPosition() > last) {
        break;
      }
      logs.add(log);
    }
    long base = whole.logs().get(logs.size()).base();
    logs.add(Manifest.LogEntry.active(base, whole.nextGeneration()));
    List<Manifest.IndexEntry> indexes =
        whole.indexes().stream().takeWhile(index -> index.to() <= last).toList();
    Manifest next = whole.newEpoch(clock.instant().getEpochSecond());
    return new Manifest(
        next.storeId(),
        next.epoch(),
        next.sequence(),
        next.nextGeneration() + 1,
        next.keysGeneration(),
        logs,
        indexes);
  }

  private List<StoreCopier.Item> items(Manifest manifest, Manifest.LogEntry cut)
      throws IOException {
    List<StoreCopier.Item> items = new ArrayList<>();
    for (String name : manifest.fileNames()) {
      boolean made = name.equals(cut.name()) || name.equals(cut.columnName());
      if (!made && (!Manifest.isOptional(name) || backup.exists(name))) {
        items.add(new StoreCopier.Item(name, copier.size(name)));
      }
    }
    return items;
  }

  private long size(Manifest.LogEntry entry) throws IOException {
    try (var file = target.open(entry.name())) {
      return file.size();
    }
  }
}
