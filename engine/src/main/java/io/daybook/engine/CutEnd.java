package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.log.LogCut;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.tree.LeafFiles;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of a log that was cut within a log file: the beginning of that file, which is appended to
 * from now on. Where events of it were scavenged, nothing but their leaves is left to prove by;
 * only a full file can have leaves, so that the beginning is one then, and an empty file follows.
 *
 * @param logs the log files, in order; the last one is active
 * @param nextGeneration the generation of the next file
 */
record CutEnd(List<Manifest.LogEntry> logs, long nextGeneration) {
  private static final System.Logger LOG = System.getLogger(CutEnd.class.getName());

  /** Writes the beginning of the file. */
  interface Beginning {
    LogCut.Written write(Manifest.LogEntry entry) throws IOException;
  }

  /** Copies the list. */
  CutEnd {
    logs = List.copyOf(logs);
  }

  /**
   * Writes the files of the end, and syncs them, but not their names.
   *
   * @param source where the file is that is cut, and its leaves
   * @param whole the file, as its manifest lists it
   * @param target the disk of the log that is cut
   * @param next says the store's id, its epoch from now on, and the generation of the next file
   * @param last the last position before the cut
   */
  static CutEnd write(
      Disk source,
      Manifest.LogEntry whole,
      Disk target,
      Manifest next,
      long last,
      Beginning beginning)
      throws IOException {
    long generation = next.nextGeneration();
    var cut = Manifest.LogEntry.active(whole.base(), generation);
    remove(target, cut.name());
    LogCut.Written written = beginning.write(cut);
    if (!written.holdsStubs() || whole.leavesGeneration() == 0) {
      return new CutEnd(List.of(cut), generation + 1);
    }
    Manifest.LogEntry full =
        cut.full(written.check(), written.bytes(), last).withLeaves(generation + 1);
    try {
      LeafFiles.copyFirst(source, whole, target, full, next.storeId(), next.epoch());
    } catch (StoreDamagedException e) {
      LOG.log(
          Level.WARNING,
          "the hashes of what was scavenged from {0} are lost: {1}",
          whole.name(),
          e.getMessage());
      return new CutEnd(List.of(cut), generation + 1);
    }
    var active = Manifest.LogEntry.active(last + 1, generation + 2);
    remove(target, active.name());
    var _ = LogCut.writeEmpty(target, next.storeId(), written.check(), active, next.epoch());
    return new CutEnd(List.of(full, active), generation + 3);
  }

  /** One that a repair left which a crash cut short. */
  private static void remove(Disk target, String name) throws IOException {
    if (target.exists(name)) {
      target.delete(name);
    }
  }

  /** The names of the files that were written. */
  List<String> files() {
    List<String> files = new ArrayList<>();
    for (Manifest.LogEntry log : logs) {
      files.add(log.name());
      if (log.leavesGeneration() != 0) {
        files.add(log.leavesName());
      }
    }
    return files;
  }
}
