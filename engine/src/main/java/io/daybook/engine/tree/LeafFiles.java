package io.daybook.engine.tree;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.log.Manifests;
import io.daybook.engine.log.Stub;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * Makes the files of leaves of full log files. Any thread may call; files are made one at a time.
 */
public final class LeafFiles {
  /** What to do about a damaged file. */
  static final String REMEDY =
      "; it is made anew at the next head or proof, unless events of it were scavenged: then"
          + " restore it from a backup";

  private static final System.Logger LOG = System.getLogger(LeafFiles.class.getName());

  private final Disk disk;
  private final Manifests manifests;
  private final ReentrantLock lock = new ReentrantLock();

  /** For the store on a disk. */
  public LeafFiles(Disk disk, Manifests manifests) {
    this.disk = disk;
    this.manifests = manifests;
  }

  /**
   * Makes sure that the leaves of a full log file are on the disk, durable, whole, and those of the
   * events that are there. To be called before events are dropped from the file: from then on they
   * are the truth.
   *
   * @param base the log file's first position
   * @param events of the log file as it is, before anything is dropped
   * @param progress is told how many events were read since it was told before
   * @return what the manifest says of the log file now; its {@code leavesGeneration} must be taken
   *     over by whatever takes the file's place
   * @throws StoreDamagedException if an event is not the one whose leaf was kept: nothing may be
   *     dropped then
   */
  public Manifest.LogEntry keep(long base, EventSource events, LongConsumer progress)
      throws IOException {
    lock.lock();
    try {
      Manifest.LogEntry entry = manifests.fullLog(base);
      if (entry.leavesGeneration() != 0) {
        try (LeafFile file = open(entry)) {
          file.verify(new TreeHash());
          compare(file, entry, events, progress);
          return entry;
        } catch (StoreDamagedException e) {
          if (!e.file().equals(entry.leavesName())) {
            throw e;
          }
          return makeAnew(entry, events, progress, e);
        }
      }
      return isWhole(entry, events) ? make(entry, events, progress) : entry;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether no event of a log file was scavenged. If one was, and there are no leaves, they were
   * damaged when the file was cut, and so the proofs were lost.
   */
  private static boolean isWhole(Manifest.LogEntry entry, EventSource events) {
    for (long position = entry.base(); position <= entry.lastPosition(); position++) {
      if (events.at(position) == null) {
        return false;
      }
    }
    return true;
  }

  /** Makes sure that the leaves of a full log file are kept, before events are dropped from it. */
  public void keep(LogFile log) throws IOException {
    var reader = new EventReader();
    keep(log.base(), position -> Stub.unless(reader.read(log, position)), _ -> {});
  }

  private static void compare(
      LeafFile file, Manifest.LogEntry entry, EventSource events, LongConsumer progress) {
    var hash = new TreeHash();
    byte[] kept = new byte[TreeHash.BYTES];
    for (long position = entry.base(); position <= entry.lastPosition(); position++) {
      RecordedEvent event = events.at(position);
      file.copy(position, 1, kept, 0);
      if (event != null && !Arrays.equals(kept, hash.leaf(event))) {
        throw differs(entry, position);
      }
      if (position % Leaves.BLOCK == Leaves.BLOCK - 1) {
        progress.accept(Leaves.BLOCK);
      }
    }
  }

  /** An event is not the one that was stored, although its check holds. */
  public static StoreDamagedException differs(Manifest.LogEntry entry, long position) {
    return new StoreDamagedException(
        entry.name(),
        0,
        "the event at position "
            + position
            + " is not the one whose hash was kept in "
            + entry.leavesName()
            + ": one of them was changed; compare both with a backup");
  }

  /**
   * Opens the leaves of a full log file, and makes them first if there are none.
   *
   * @throws StoreDamagedException if they are damaged, or missing and cannot be made
   */
  public LeafFile openOrMake(long base, EventSource events, LongConsumer progress)
      throws IOException {
    lock.lock();
    try {
      Manifest.LogEntry entry = manifests.fullLog(base);
      if (entry.leavesGeneration() == 0) {
        entry = make(entry, events, progress);
      }
      try {
        return open(entry);
      } catch (StoreDamagedException e) {
        return open(makeAnew(entry, events, progress, e));
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes leaves anew that were found to be damaged.
   *
   * @param damage what was found
   * @return whether they were some that this can make anew
   * @throws StoreDamagedException the damage, if events were scavenged, so that it cannot
   */
  public boolean mend(
      long base, EventSource events, LongConsumer progress, StoreDamagedException damage)
      throws IOException {
    lock.lock();
    try {
      Manifest.LogEntry entry = manifests.fullLog(base);
      if (!damage.file().equals(entry.leavesName())) {
        return false;
      }
      makeAnew(entry, events, progress, damage);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether {@link #sealAnew} has nothing to write for a full log file. */
  public boolean isSealedAnew(long base) throws IOException {
    lock.lock();
    try {
      Manifest.LogEntry entry = manifests.fullLog(base);
      if (entry.leavesGeneration() == 0 || !disk.exists(entry.leavesName())) {
        return true;
      }
      try (LeafFile file = open(entry)) {
        return file.isSealedAnew();
      } catch (StoreDamagedException _) {
        return false; // told when they are to be written
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes the leaves of a full log file anew, as they are, if they are not encrypted with the key
   * that new files get.
   *
   * @return whether they were
   */
  public boolean sealAnew(long base) throws IOException {
    lock.lock();
    try {
      Manifest.LogEntry entry = manifests.fullLog(base);
      if (entry.leavesGeneration() == 0 || !disk.exists(entry.leavesName())) {
        return false; // where they are missing, it is told when somebody wants them
      }
      Manifest.LogEntry made;
      try (LeafFile file = open(entry)) {
        if (file.isSealedAnew()) {
          return false;
        }
        made = entry.withLeaves(manifests.takeGeneration());
        file.verify(new TreeHash());
        LeafFileWriter.copy(disk, made.leavesName(), file, made.leavesGeneration());
      }
      manifests.setLeaves(base, made.leavesGeneration());
      removeUnlisted(entry.leavesName());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes the leaves of the beginning of a full log file: where its events were scavenged, nothing
   * can make them anew.
   *
   * @param source where the file is, and its leaves
   * @param whole the file
   * @param target where the beginning is to be a full log file
   * @param cut the beginning, and the generation of its leaves
   * @throws StoreDamagedException if the file has no leaves that can be read
   */
  public static void copyFirst(
      Disk source,
      Manifest.LogEntry whole,
      Disk target,
      Manifest.LogEntry cut,
      UUID storeId,
      long epoch)
      throws IOException {
    try (LeafFile leaves = LeafFile.open(source, whole, storeId)) {
      var header =
          new FileHeader(
              FileHeader.Kind.LEAVES,
              ThreadLocalRandom.current().nextInt(),
              storeId,
              cut.base(),
              cut.leavesGeneration(),
              epoch);
      LeafFileWriter.write(target, cut.leavesName(), header, layout(cut), leaves);
    }
  }

  private static LeafLayout layout(Manifest.LogEntry entry) {
    return new LeafLayout(entry.base(), (int) (entry.lastPosition() + 1 - entry.base()));
  }

  private LeafFile open(Manifest.LogEntry entry) throws IOException {
    return LeafFile.open(disk, entry, manifests.current().storeId());
  }

  private Manifest.LogEntry makeAnew(
      Manifest.LogEntry entry,
      EventSource events,
      LongConsumer progress,
      StoreDamagedException damage)
      throws IOException {
    if (!isWhole(entry, events)) {
      throw damage; // what is left of it is better than nothing
    }
    LOG.log(Level.WARNING, "leaves are made anew: {0}", damage.getMessage());
    return make(entry, events, progress);
  }

  private Manifest.LogEntry make(Manifest.LogEntry entry, EventSource events, LongConsumer progress)
      throws IOException {
    Manifest manifest = manifests.current();
    Manifest.LogEntry made = entry.withLeaves(manifests.takeGeneration());
    var header =
        new FileHeader(
            FileHeader.Kind.LEAVES,
            ThreadLocalRandom.current().nextInt(),
            manifest.storeId(),
            entry.base(),
            made.leavesGeneration(),
            manifest.epoch());
    LeafFileWriter.write(disk, made.leavesName(), header, layout(entry), events, progress);
    made = manifests.setLeaves(entry.base(), made.leavesGeneration());
    if (entry.leavesGeneration() != 0) {
      removeUnlisted(entry.leavesName());
    }
    return made;
  }

  /** A file that is left is removed by the next opening. */
  private void removeUnlisted(String name) {
    try {
      if (disk.exists(name)) {
        disk.delete(name);
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "removing a file of leaves failed", e);
    }
  }
}
