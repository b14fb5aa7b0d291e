package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.EventStoreFailedException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Copies files of a store from one disk to another: each gets its name when its bytes are durable,
 * and none is copied that is there already. Used by one thread.
 */
final class StoreCopier {
  private static final String NEW = ".copy";
  private static final int AT_ONCE = 1 << 20;

  private final Disk source;
  private final Disk target;
  private final ProgressListener progress;
  private final String task;
  private int files;
  private long bytes;
  private int copiedFiles;
  private long copiedBytes;
  private long doneBytes;

  /** A file to be copied, up to that size, or to be linked, if it is never written again. */
  record Item(String name, long size, boolean link) {
    Item(String name, long size) {
      this(name, size, false);
    }
  }

  /** The task is what the listener is told. */
  StoreCopier(Disk source, Disk target, String task, ProgressListener progress) {
    this.source = source;
    this.target = target;
    this.task = task;
    this.progress = progress;
  }

  /** The size of a file of the source. */
  long size(String name) throws IOException {
    try (DiskFile file = source.open(name)) {
      return file.size();
    }
  }

  /**
   * Copies files. Those of the index may be missing.
   *
   * @throws NoSuchFileException if another is missing
   */
  void copy(List<Item> items) throws IOException {
    files = 0;
    bytes = 0;
    doneBytes = 0;
    List<Item> missing = new ArrayList<>();
    for (Item item : items) {
      files++;
      bytes += item.size();
      if (!isThere(item)) {
        missing.add(item);
      }
    }
    long total = missing.stream().mapToLong(Item::size).sum();
    for (Item item : missing) {
      if (item.link()) {
        link(item.name());
      } else {
        copy(item, total);
      }
    }
    for (String folder : List.of("log", "index")) {
      target.syncFolder(folder);
    }
  }

  /** A file of that name and size that begins as the source's does: the beginning is random. */
  private boolean isThere(Item item) throws IOException {
    if (!target.exists(item.name())) {
      return false;
    }
    try (DiskFile there = target.open(item.name());
        DiskFile here = source.open(item.name())) {
      return there.size() == item.size()
          && item.size() >= FileHeader.BYTES
          && Arrays.equals(start(there), start(here));
    }
  }

  private static byte[] start(DiskFile file) throws IOException {
    Mapping mapping = file.map(FileHeader.BYTES);
    try {
      return Faults.copy(file.name(), mapping.segment(), 0, FileHeader.BYTES);
    } finally {
      mapping.release();
    }
  }

  /** Links a file under its name at once: what an earlier backup has there is needed until then. */
  private void link(String name) throws IOException {
    String temporary = name + NEW;
    if (target.exists(temporary)) {
      target.delete(temporary);
    }
    try {
      source.link(name, target, temporary);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      throw notLinked(name, e);
    }
    target.rename(temporary, name);
  }

  /** Nothing is linked where the target is. */
  static EventStoreFailedException notLinked(String name, IOException cause) {
    return new EventStoreFailedException(
        name
            + " cannot be linked: "
            + Faults.reason(cause)
            + "; a snapshot must be on the store's file system: make a backup instead",
        cause);
  }

  private void copy(Item item, long total) throws IOException {
    String temporary = item.name() + NEW;
    if (target.exists(temporary)) {
      target.delete(temporary);
    }
    copy(
        source,
        item,
        target,
        temporary,
        length -> {
          doneBytes += length;
          progress.progressed(task, doneBytes, total);
        });
    target.rename(temporary, item.name());
    copiedFiles++;
    copiedBytes += item.size();
  }

  /** Copies one file to another name and syncs it; the consumer is told of each part. */
  static void copy(Disk source, Item item, Disk target, String name, IntConsumer copied)
      throws IOException {
    try (DiskFile from = source.open(item.name())) {
      Mapping mapping = from.map(item.size()); // its writer may cut zeros off behind
      try (DiskFile to = target.create(name)) {
        for (long at = 0; at < item.size(); at += AT_ONCE) {
          int length = (int) Math.min(AT_ONCE, item.size() - at);
          to.write(at, Faults.copy(item.name(), mapping.segment(), at, length), 0, length);
          copied.accept(length);
        }
        to.sync();
      } finally {
        mapping.release();
      }
    }
  }

  int files() {
    return files;
  }

  long bytes() {
    return bytes;
  }

  int copiedFiles() {
    return copiedFiles;
  }

  long copiedBytes() {
    return copiedBytes;
  }
}
