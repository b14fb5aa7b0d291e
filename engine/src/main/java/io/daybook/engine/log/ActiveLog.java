package io.daybook.engine.log;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FileSeal;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log, where frames are written. Used by one thread at a time, the leader of a
 * group, but for {@link #prepare}, which another thread calls to fill the file with zeros ahead of
 * need.
 */
public final class ActiveLog {
  private static final System.Logger LOG = System.getLogger(ActiveLog.class.getName());
  private static final String SPARE = "log/spare";
  private static final int ZEROS = 1 << 20;

  private final Disk disk;
  private final Manifests manifests;
  private final long maxFileBytes;
  private final int minStepBytes;
  private final int maxStepBytes;
  private final int frameBytes;
  private final boolean syncsEachGroup;
  private final Reserve reserve;
  private final FrameEncoder encoder = new FrameEncoder();
  private final List<GroupFrame> group = new ArrayList<>();

  private final DurablePoint durable;
  private DiskFile file;
  private LogFile view;
  private volatile long usedBytes;
  private int chain;
  private int groupChain;
  private long nextPosition;
  private boolean closeRecordIsLast;
  private boolean usesReserve;

  /**
   * Guards what {@link #prepare} shares with the leader: how far the zeros go, and the spare file.
   */
  private final ReentrantLock preparing = new ReentrantLock();

  /**
   * Guards what {@link #sync} shares with the leader where groups are not synced one by one: which
   * file is the active one, and up to where it is synced.
   */
  private final ReentrantLock syncing = new ReentrantLock();

  private volatile long syncedBytes;
  private volatile boolean syncFailed;

  private volatile long zeroedBytes;
  private volatile boolean spareReady;
  private volatile long nextPreparationBytes;

  /** A frame of the group. */
  private record GroupFrame(long firstPosition, int events, long offset) {}

  /** What happened to a group that could not be written. */
  public static final class WriteFailedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final boolean outcomeUnknown;

    WriteFailedException(boolean outcomeUnknown, IOException cause) {
      super(Faults.reason(cause), cause);
      this.outcomeUnknown = outcomeUnknown;
    }

    /** Whether the group may or may not be on the disk; then nothing can be written any more. */
    public boolean outcomeUnknown() {
      return outcomeUnknown;
    }
  }

  ActiveLog(
      Disk disk,
      Manifests manifests,
      LogSizes sizes,
      boolean syncsEachGroup,
      Reserve reserve,
      DiskFile file,
      LogFile view,
      LogRecovery.End end)
      throws IOException {
    this.disk = disk;
    this.manifests = manifests;
    this.syncsEachGroup = syncsEachGroup;
    this.reserve = reserve;
    this.maxFileBytes = sizes.maxFileBytes();
    this.minStepBytes = sizes.minStepBytes();
    this.maxStepBytes = sizes.maxStepBytes();
    this.frameBytes = sizes.frameBytes();
    this.file = file;
    this.view = view;
    encoder.sealingWith(view.seal());
    this.usedBytes = end.offset();
    this.syncedBytes = usedBytes;
    this.chain = end.check();
    this.groupChain = chain;
    this.nextPosition = end.nextPosition();
    this.closeRecordIsLast = end.closed();
    this.zeroedBytes = file.size();
    this.durable = DurablePoint.forWriting(disk, manifests.current());
    publishDurable();
  }

  /** Tells readers in other processes how far they may read. */
  private void publishDurable() {
    durable.publish(manifests.current().sequence(), view.header().generation(), syncedBytes);
  }

  /** The active file as a reader sees it. */
  public LogFile view() {
    return view;
  }

  /** The bytes of frames in the active file. */
  public long usedBytes() {
    return usedBytes;
  }

  /** Whether the append would still go into this file, behind what the group holds. */
  public boolean fits(DecidedAppend append) {
    long bytes = usedBytes + encoder.length();
    if (bytes == LogFile.FIRST_FRAME) {
      return true;
    }
    for (DecidedAppend frame : FrameSplit.of(append, frameBytes)) {
      bytes += encoder.bound(frame);
    }
    return bytes <= maxFileBytes;
  }

  /** Whether the coming groups may take of the reserve: they make room. */
  public void useReserve(boolean use) {
    usesReserve = use;
  }

  /** Whether the group is empty. */
  public boolean isGroupEmpty() {
    return group.isEmpty();
  }

  /** Adds the frames of an append to the group. */
  public void add(DecidedAppend append) {
    int seed = view.header().seed();
    List<DecidedAppend> frames = FrameSplit.of(append, frameBytes);
    for (int i = 0; i < frames.size(); i++) {
      DecidedAppend frame = frames.get(i);
      long offset = usedBytes + encoder.length();
      boolean goesOn = i + 1 < frames.size();
      group.add(new GroupFrame(frame.firstPosition(), frame.eventCount(), offset));
      groupChain = encoder.append(frame, goesOn, seed, offset, groupChain, syncedBytes);
    }
  }

  /** The bytes of the group so far. */
  public int groupBytes() {
    return encoder.length();
  }

  /**
   * Writes the group and makes it durable, unless that is left to {@link #sync}.
   *
   * @throws WriteFailedException if it could not; the group is gone
   */
  public void flush() throws WriteFailedException {
    int length = encoder.length();
    try {
      ensureZeroed(usedBytes + length);
      remapIfGrown();
    } catch (IOException e) {
      discard();
      throw new WriteFailedException(false, e);
    }
    write(length);
    long end = usedBytes + length;
    if (syncsEachGroup) {
      try {
        file.syncRange(usedBytes, length);
      } catch (IOException e) {
        throw new WriteFailedException(true, e);
      }
      syncedBytes = end;
    }
    usedBytes = end;
    chain = groupChain;
    closeRecordIsLast = false;
    for (GroupFrame frame : group) {
      view.locations().add((int) (frame.firstPosition() - view.base()), frame.offset());
      nextPosition = frame.firstPosition() + frame.events();
    }
    discard();
    if (syncsEachGroup) {
      publishDurable();
    }
  }

  /** Whether something is acknowledged that is not durable. */
  public boolean hasUnsynced() {
    return syncedBytes < usedBytes;
  }

  /**
   * Makes durable what was written. Called by any thread, while the leader writes on.
   *
   * @throws IOException if it failed, now or before: then nobody can say any more what is durable
   */
  public void sync() throws IOException {
    syncing.lock();
    try {
      if (syncFailed) {
        throw new IOException("an earlier sync failed");
      }
      long from = syncedBytes;
      long to = usedBytes;
      if (from < to) {
        syncFailed = true; // until it did not
        file.syncRange(from, to - from);
        syncFailed = false;
        syncedBytes = to;
        publishDurable();
      }
    } finally {
      syncing.unlock();
    }
  }

  private void write(int length) throws WriteFailedException {
    try {
      file.write(usedBytes, encoder.buffer(), 0, length);
    } catch (IOException e) {
      try {
        eraseGroup(length);
      } catch (IOException again) {
        e.addSuppressed(again);
        throw new WriteFailedException(true, e);
      }
      discard();
      throw new WriteFailedException(false, e);
    }
  }

  /**
   * What was written in part must not be found by a recovery after its callers were told that it
   * failed.
   */
  private void eraseGroup(int length) throws IOException {
    byte[] zeros = new byte[length];
    file.write(usedBytes, zeros, 0, length);
    syncing.lock();
    try {
      file.syncRange(usedBytes, length);
    } finally {
      syncing.unlock();
    }
  }

  /** Forgets the group. */
  public void discard() {
    encoder.clear();
    group.clear();
    groupChain = chain;
  }

  private void remapIfGrown() throws IOException {
    if (zeroedBytes > view.mapping().segment().byteSize()) {
      view = view.remapped(file.map(zeroedBytes));
    }
  }

  private void ensureZeroed(long bytes) throws IOException {
    if (bytes <= zeroedBytes) {
      return;
    }
    preparing.lock();
    try {
      while (bytes > zeroedBytes) {
        zeroedBytes = extend(file.name(), zeroedBytes, bytes, usesReserve);
      }
    } finally {
      preparing.unlock();
    }
  }

  /** Whether {@link #prepare} has something to do. */
  public boolean wantsPreparation() {
    if (usedBytes < nextPreparationBytes) {
      return false;
    }
    long zeroed = zeroedBytes;
    if (zeroed < maxFileBytes) {
      return usedBytes > zeroed - step(zeroed) / 2;
    }
    return !spareReady && usedBytes > maxFileBytes / 2;
  }

  /** Fills the file with zeros ahead of need, or makes the next file. Called by any thread. */
  public void prepare() throws IOException {
    preparing.lock();
    try {
      // where it fails, not every append is to try again: zeros are many
      nextPreparationBytes = usedBytes + minStepBytes;
      if (zeroedBytes < maxFileBytes) {
        if (usedBytes > zeroedBytes - step(zeroedBytes) / 2) {
          zeroedBytes = extend(file.name(), zeroedBytes, 0, false);
        }
      } else if (!spareReady) {
        makeSpare(false);
      }
      nextPreparationBytes = 0;
    } finally {
      preparing.unlock();
    }
  }

  private int step(long zeroed) {
    return Math.clamp(zeroed, minStepBytes, maxStepBytes);
  }

  /**
   * Returns how far the zeros go then. A handle of its own, because the leader writes through the
   * other.
   */
  private long extend(String name, long from, long atLeast, boolean ofReserve) throws IOException {
    long to = Math.max(Math.min(from + step(from), maxFileBytes), atLeast);
    if (!reserve.allows(to - from) && !ofReserve) {
      throw reserve.low();
    }
    try (DiskFile extended = disk.open(name)) {
      fill(extended, from, to);
      syncExtended(extended);
    }
    return to;
  }

  /**
   * A sync that fails may have been the one that acknowledged frames in the same file waited for,
   * and the next one would not tell.
   */
  private void syncExtended(DiskFile extended) throws IOException {
    try {
      extended.sync();
    } catch (IOException e) {
      if (hasUnsynced()) {
        syncFailed = true;
      }
      throw e;
    }
  }

  private static void fill(DiskFile target, long from, long to) throws IOException {
    byte[] zeros = new byte[(int) Math.min(ZEROS, to - from)];
    for (long at = from; at < to; at += zeros.length) {
      target.write(at, zeros, 0, Math.toIntExact(Math.min(zeros.length, to - at)));
    }
  }

  private void makeSpare(boolean ofReserve) throws IOException {
    if (!reserve.allows(step(maxFileBytes)) && !ofReserve) {
      throw reserve.low();
    }
    if (disk.exists(SPARE)) {
      disk.delete(SPARE);
    }
    try (DiskFile spare = disk.create(SPARE)) {
      fill(spare, 0, step(maxFileBytes));
      spare.sync();
      spareReady = true;
    } finally {
      if (!spareReady) {
        removeUnlisted(SPARE); // on a full disk a part of it would only be in the way
      }
    }
  }

  /**
   * Goes on in a new file. The group is empty; all before is made durable. Whatever can fail is
   * done before the manifest is replaced: from then on appends to the full file would be lost. A
   * file without a frame is not full: the new one takes its place.
   *
   * @return the full file, whose column is still in memory; null if it had no frame
   * @throws WriteFailedException if nobody can say what is durable, or whether the manifest was
   *     replaced; then nothing can be written any more
   * @throws IOException if it failed and nothing has changed
   */
  public @Nullable LogFile roll() throws IOException {
    try {
      sync(); // a manifest that lists the file as full says that all of it is there
    } catch (IOException e) {
      throw new WriteFailedException(true, e);
    }
    LogFile full = view;
    FileHeader before = full.header();
    FileHeader header =
        new FileHeader(
            FileHeader.Kind.LOG,
            ThreadLocalRandom.current().nextInt(),
            before.storeId(),
            nextPosition,
            manifests.takeGeneration(),
            before.epoch());
    FileSeal seal = FileSeal.forNew(disk);
    String name = LogFile.nameOf(header.base(), header.generation());
    boolean empty = usedBytes == LogFile.FIRST_FRAME;
    Manifest.LogEntry fullEntry =
        empty
            ? null
            : new Manifest.LogEntry(
                before.base(), before.generation(), false, chain, usedBytes, nextPosition - 1, 0);
    preparing.lock();
    syncing.lock();
    try {
      makeNext(name, header, seal);
      switchTo(name, header, seal, fullEntry);
    } catch (WriteFailedException e) {
      throw e;
    } catch (IOException e) {
      removeUnlisted(name);
      throw e;
    } finally {
      syncing.unlock();
      preparing.unlock();
    }
    if (empty) {
      removeUnlisted(full.name());
      return null;
    }
    return full;
  }

  /** Makes the spare file the next one; the manifest does not list it yet. */
  private void makeNext(String name, FileHeader header, @Nullable FileSeal seal)
      throws IOException {
    if (!spareReady) {
      makeSpare(usesReserve);
    }
    byte[] start = LogFile.encodeHeader(header, chain, seal);
    try (DiskFile spare = disk.open(SPARE)) {
      spare.write(0, start, 0, start.length);
      spare.sync();
    }
    spareReady = false;
    disk.rename(SPARE, name);
    disk.syncFolder("log");
  }

  private void switchTo(
      String name,
      FileHeader header,
      @Nullable FileSeal seal,
      Manifest.@Nullable LogEntry fullEntry)
      throws IOException {
    DiskFile next = disk.open(name);
    LogFile nextView = null;
    boolean switched = false;
    try {
      long size = next.size();
      nextView = new LogFile(name, header, next.map(size), seal);
      manifests.roll(fullEntry, Manifest.LogEntry.active(header.base(), header.generation()));
      switched = true;
      DiskFile old = file;
      file = next;
      view = nextView;
      encoder.sealingWith(seal);
      zeroedBytes = size;
      nextPreparationBytes = 0;
      usedBytes = LogFile.FIRST_FRAME;
      syncedBytes = usedBytes;
      closeRecordIsLast = false;
      publishDurable();
      closeQuietly(old);
    } catch (Manifest.UncertainException e) {
      throw new WriteFailedException(true, e);
    } finally {
      if (!switched) {
        closeQuietly(next);
        if (nextView != null) {
          nextView.release();
        }
      }
    }
  }

  /** A file that the manifest does not list is of no use; otherwise the next opening removes it. */
  private void removeUnlisted(String name) {
    try {
      if (disk.exists(name)) {
        disk.delete(name);
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "removing a log file that was not used failed", e);
    }
  }

  /** Closes a file of which all that counts is durable. */
  private static void closeQuietly(DiskFile file) {
    try {
      file.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing a log file failed", e);
    }
  }

  /** Writes a close record, cuts the zeros off and closes the file. */
  public void close(long nowMicros) throws IOException {
    preparing.lock();
    try {
      sync(); // the close record says that all before it is there
      if (!closeRecordIsLast && usedBytes > LogFile.FIRST_FRAME) {
        encoder.clear();
        encoder.close(nextPosition, nowMicros, view.header().seed(), usedBytes, chain);
        file.write(usedBytes, encoder.buffer(), 0, encoder.length());
        long end = usedBytes + encoder.length();
        usedBytes = end;
        file.sync();
        syncedBytes = usedBytes;
        publishDurable();
      }
      if (file.size() > usedBytes) {
        file.truncate(usedBytes);
        file.sync();
      }
      if (disk.exists(SPARE)) {
        disk.delete(SPARE);
      }
    } finally {
      preparing.unlock();
      abandon();
    }
  }

  /** Closes the file as it is. */
  public void abandon() throws IOException {
    durable.release();
    file.close();
  }
}
