package io.daybook.engine.verify;

import io.daybook.engine.io.Disk;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.log.Stub;
import io.daybook.engine.tree.LeafFile;
import io.daybook.engine.tree.LeafFiles;
import io.daybook.engine.tree.TreeHash;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Checks the leaves of one log file, and compares them with its events. A log file without leaves
 * costs nothing.
 */
final class LeafCheck implements AutoCloseable {
  private final Manifest.LogEntry entry;
  private final List<String> notes;
  private final List<StoreDamagedException> damages;
  private final TreeHash hash = new TreeHash();
  private final byte[] kept = new byte[TreeHash.BYTES];
  private @Nullable LeafFile file;
  private boolean missing;
  private long events;

  LeafCheck(
      Disk disk,
      Manifest.LogEntry entry,
      UUID storeId,
      List<String> notes,
      List<StoreDamagedException> damages)
      throws IOException {
    this.entry = entry;
    this.notes = notes;
    this.damages = damages;
    if (entry.leavesGeneration() == 0) {
      return;
    }
    if (!disk.exists(entry.leavesName())) {
      missing = true;
      return;
    }
    try {
      file = LeafFile.open(disk, entry, storeId);
      file.verify(hash);
    } catch (StoreDamagedException e) {
      damages.add(e);
      close();
    }
  }

  /** The size of the file of leaves, if there is one that is whole. */
  long bytes() {
    return file == null ? 0 : file.bytes();
  }

  void compare(RecordedEvent event) {
    if (Stub.is(event)) {
      return; // its leaf is all that is left of it
    }
    events++;
    if (file == null) {
      return;
    }
    file.copy(event.position().value(), 1, kept, 0);
    if (!Arrays.equals(kept, hash.leaf(event))) {
      damages.add(LeafFiles.differs(entry, event.position().value()));
      close(); // the first thing of each file
    }
  }

  /** All events of the log file were read. */
  void finish() {
    if (!missing) {
      return;
    }
    if (events == entry.lastPosition() + 1 - entry.base()) {
      notes.add(entry.leavesName() + " is missing and is made anew at the next head or proof");
    } else {
      damages.add(
          new StoreDamagedException(
              entry.leavesName(),
              0,
              "it is missing, and events of it were scavenged; restore it from a backup"));
    }
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
