package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.engine.log.Manifest;
import io.daybook.eventstore.EventStoreFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a manifest anew out of what the log files say, where they leave no doubt. A file that is
 * there may have been erased and not yet removed: so two files of the same positions are a doubt.
 */
final class ManifestRebuild {
  private static final Pattern LEAVES = Pattern.compile("0*(\\d{1,18})-(\\d{1,18})\\.leaves");

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
    Map<Long, Long> leaves = leaves();
    generation = leaves.values().stream().reduce(generation, Math::max);
    long next = Math.max(generation, keys) + 1 + disk.list("index").size();
    List<Manifest.LogEntry> logs = new ArrayList<>();
    for (FileHeader header : byBase.values()) {
      boolean full = header.base() < byBase.lastKey();
      logs.add(
          Manifest.LogEntry.active(header.base(), header.generation())
              .withLeaves(full ? leaves.getOrDefault(header.base(), 0L) : 0));
    }
    // more replacements than there can have been, so that readers look at it again
    return new Manifest(storeId, epoch, 8 * next + 1_000, nextFree(next), keys, logs, List.of());
  }

  /**
   * The generations of files of leaves by their first positions. Where there are two of the same
   * positions, both hold the same: one was about to be removed.
   */
  private Map<Long, Long> leaves() throws IOException {
    Map<Long, Long> leaves = new HashMap<>();
    for (String name : disk.list("log")) {
      Matcher matcher = LEAVES.matcher(name);
      if (matcher.matches()) {
        long generation = Long.parseLong(matcher.group(2));
        leaves.merge(Long.parseLong(matcher.group(1)), generation, Math::max);
      }
    }
    return leaves;
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
