package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.engine.log.Manifest;
import io.daybook.eventstore.EventStoreFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Makes a manifest anew out of what the log files say, where they leave no doubt. A file that is
 * there may have been erased and not yet removed: so two files of the same positions are a doubt.
 */
final class ManifestRebuild {
  private final Disk disk;

  ManifestRebuild(Disk disk) {
    this.disk = disk;
  }

  /**
   * The manifest, without index files and without what is only known of full files when they are
   * read.
   *
   * @throws EventStoreFailedException if the files leave a doubt
   */
  Manifest manifest() throws IOException {
    TreeMap<Long, FileHeader> byBase = new TreeMap<>();
    long generation = 0;
    long epoch = 0;
    UUID storeId = null;
    String sealed = null;
    long keys = 0;
    for (String name : disk.list("log")) {
      if (name.matches("\\d{1,18}\\.keys")) {
        keys = Math.max(keys, Long.parseLong(name.substring(0, name.indexOf('.'))));
      }
      if (name.endsWith(".pack")) {
        throw doubt("log/" + name + " is compressed, and only the manifest knows where it belongs");
      }
      if (!name.endsWith(".log")) {
        continue;
      }
      FileHeader header = header("log/" + name);
      if (storeId == null) {
        storeId = header.storeId();
      }
      if (!storeId.equals(header.storeId())) {
        throw doubt("log/" + name + " belongs to another store than the other files");
      }
      FileHeader other = byBase.put(header.base(), header);
      if (other != null) {
        throw doubt("two log files begin with position " + header.base());
      }
      if (header.sealed()) {
        sealed = "log/" + name;
      }
      generation = Math.max(generation, header.generation());
      epoch = Math.max(epoch, header.epoch());
    }
    if (storeId == null || byBase.firstKey() != 0) {
      throw doubt("the first log file is missing");
    }
    if (sealed != null && keys == 0) {
      throw doubt(sealed + " is encrypted, and the file of its keys is missing");
    }
    if (sealed == null) {
      keys = 0;
    }
    long next = Math.max(generation, keys) + 1 + disk.list("index").size();
    List<Manifest.LogEntry> logs = new ArrayList<>();
    byBase
        .values()
        .forEach(header -> logs.add(Manifest.LogEntry.active(header.base(), header.generation())));
    // more replacements than there can have been, so that readers look at it again
    return new Manifest(storeId, epoch, 8 * next + 1_000, nextFree(next), keys, logs, List.of());
  }

  /** A generation above those in the names of index files. */
  private long nextFree(long atLeast) throws IOException {
    long next = atLeast;
    for (String name : disk.list("index")) {
      String number = name.replaceAll(".*-(\\d+)\\.\\w+$", "$1");
      if (number.matches("\\d{1,18}")) {
        next = Math.max(next, Long.parseLong(number) + 1);
      }
    }
    return next;
  }

  private FileHeader header(String name) throws IOException {
    Mapping mapping;
    try (DiskFile file = disk.open(name)) {
      mapping = file.mapWhole();
    }
    try {
      return FileHeader.decode(name, mapping.segment(), FileHeader.Kind.LOG);
    } catch (EventStoreFailedException e) {
      throw doubt(String.valueOf(e.getMessage()));
    } finally {
      mapping.release();
    }
  }

  private static EventStoreFailedException doubt(String why) {
    return new EventStoreFailedException(
        "the manifest is missing or damaged, and cannot be made anew without doubt: "
            + why
            + "; restore the store from a backup",
        null);
  }
}
