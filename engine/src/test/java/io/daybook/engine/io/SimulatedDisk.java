package io.daybook.engine.io;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * A disk in memory that keeps no more promises than a real one, and breaks them by a seed: the same
 * seed and the same calls give the same faults.
 *
 * <p>What was written is seen by everybody at once, and is durable after a sync; that a file has
 * its name is durable after a sync of its folder. {@link #powerLoss} gives the disk as the machine
 * finds it in its next life, with anything between all and nothing of what was not synced; {@link
 * #kill} gives the disk as the next process finds it, which has lost nothing but the operation that
 * was under way. Both may be called at any time, and {@link #crashIn} makes the disk stop working
 * at a step, so that the one or the other can follow. Each operation that changes the disk is a
 * step.
 *
 * <p>Errors are switched on by {@link #failIn}, {@link #failNth}, {@link #failWithProbability}, by
 * a {@link #capacity}, by {@link #flipBit} and {@link #makeUnreadable}. A write that fails leaves a
 * part of its bytes. A sync that fails leaves some of the bytes on the medium and takes the others
 * for written, so that trying again succeeds and lies.
 *
 * <p>Misuse (a use of a closed file, a mapping beyond the end, a {@link DiskFile#syncRange} of what
 * was never synced) is an {@link AssertionError}; reading a mapping without a lease gives rubbish.
 * Any number of threads may use it; then the order of their calls is not the seed's.
 */
public final class SimulatedDisk extends SimulatedMedium implements Disk {
  /** What a disk writes as a whole or not at all. */
  public static final int SECTOR_BYTES = SimulatedBytes.SECTOR_BYTES;

  /** The capacity of a disk that is never full. */
  public static final long UNLIMITED = 1L << 60;

  private static final int TRACE_LENGTH = 200;

  private static final List<Loss> LOSSES = List.of(Loss.values());

  private record Traced(long step, DiskOperation operation, String name, String detail) {
    @Override
    public String toString() {
      return step + " " + operation + " " + name + " " + detail;
    }
  }

  private enum Fate {
    DONE,
    FAILS,
    CRASHES
  }

  private final long seed;
  private final int life;
  private final int boot;
  private final Random random;
  private final SimulatedFaults faults = new SimulatedFaults();
  private final Set<String> locks = new HashSet<>();
  private final Deque<Traced> trace = new ArrayDeque<>();
  private boolean foldersInOrder = true;
  private long capacityBytes = UNLIMITED;
  private long step;
  private final List<String> openFiles = new ArrayList<>();
  private final List<String> mappings = new ArrayList<>();
  private boolean dead;
  private boolean faulty;

  /** An empty disk. */
  public SimulatedDisk(long seed) {
    this(seed, 1, 1, new SimulatedNames());
  }

  private SimulatedDisk(long seed, int life, int boot, SimulatedNames names) {
    super(names);
    this.seed = seed;
    this.life = life;
    this.boot = boot;
    this.random = new Random(Bytes.mix(seed) + life);
  }

  /** Crashes at the n-th of the coming steps; 1 is the next. */
  public synchronized SimulatedDisk crashIn(long steps) {
    faults.crashAt(step + steps);
    return this;
  }

  /**
   * Whether changes of folders become durable in the order they were made in, as in a file system
   * with a journal; that is how it begins. Otherwise any of those that were not synced may be lost.
   */
  public synchronized SimulatedDisk foldersInOrder(boolean inOrder) {
    foldersInOrder = inOrder;
    return this;
  }

  /** How many steps were done, in all lives. */
  public synchronized long steps() {
    return step;
  }

  /** Whether the scheduled crash came, or the next life has begun. */
  public synchronized boolean isDead() {
    return dead;
  }

  /** Whether in this life anything failed, or the crash came. */
  public synchronized boolean faultsHappened() {
    return faulty || dead;
  }

  /** The disk after the power was lost, by the seed. This one is not to be used any more. */
  public synchronized SimulatedDisk powerLoss() {
    return powerLoss(LOSSES.get(random.nextInt(LOSSES.size())));
  }

  /** The disk after the power was lost. This one is not to be used any more. */
  public synchronized SimulatedDisk powerLoss(Loss loss) {
    dead = true;
    return nextLife(
        namesAfter(loss), boot + 1, "power loss, of what was not synced is lost: " + loss);
  }

  /**
   * The disk as it is found after the process was killed. This one is not to be used any more; what
   * was not synced still is not.
   */
  public synchronized SimulatedDisk kill() {
    dead = true;
    return nextLife(names.afterKill(), boot, "process killed");
  }

  /** A disk of its own with the same files, all durable. */
  public synchronized SimulatedDisk copy() {
    return nextLife(namesAfter(Loss.NONE), boot, "copied");
  }

  private SimulatedNames namesAfter(Loss loss) {
    long lastStep = step - random.nextInt((int) Math.min(step, 30) + 1);
    return names.afterPowerLoss(loss, foldersInOrder, lastStep, random);
  }

  private SimulatedDisk nextLife(SimulatedNames nextNames, int nextBoot, String why) {
    var next = new SimulatedDisk(seed, life + 1, nextBoot, nextNames);
    next.capacityBytes = capacityBytes;
    next.foldersInOrder = foldersInOrder;
    next.step = step;
    next.trace.addAll(trace);
    next.addTrace(DiskOperation.LOCK, "", "released: " + why);
    return next;
  }

  /** The n-th of the coming steps fails with an I/O error; 1 is the next. */
  public synchronized SimulatedDisk failIn(long steps) {
    faults.failAt(step + steps);
    return this;
  }

  /** The n-th of the coming operations fails, also if it changes nothing; 1 is the next. */
  public synchronized SimulatedDisk failOperationIn(long operations) {
    faults.failAtOperation(faults.operations() + operations);
    return this;
  }

  /**
   * There is no space when a file is about to grow for the n-th time from now, or from then on if
   * it stays full.
   */
  public synchronized SimulatedDisk fullAtAllocation(long allocations, boolean staysFull) {
    faults.fullAtAllocation(faults.allocations() + allocations, staysFull);
    return this;
  }

  /** How many operations there were in this life, also those that change nothing. */
  public synchronized long operations() {
    return faults.operations();
  }

  /** How often in this life a file grew, or was about to. */
  public synchronized long allocations() {
    return faults.allocations();
  }

  /** The n-th of the coming operations of that kind fails with an I/O error; 1 is the next. */
  public synchronized SimulatedDisk failNth(DiskOperation operation, int nth) {
    faults.failNth(operation, nth);
    return this;
  }

  /** From now on operations of that kind fail with an I/O error, with that probability. */
  public synchronized SimulatedDisk failWithProbability(
      DiskOperation operation, double probability) {
    faults.failWithProbability(operation, probability);
    return this;
  }

  /** How many bytes all files can have together; files that are larger stay as they are. */
  public synchronized SimulatedDisk capacity(long bytes) {
    capacityBytes = bytes;
    return this;
  }

  /** The names of the files that are open, as often as they are. */
  public synchronized List<String> openFiles() {
    return List.copyOf(openFiles);
  }

  /** The names of the files that are mapped, as often as they are. */
  public synchronized List<String> mappings() {
    return List.copyOf(mappings);
  }

  /** The seed and the last operations: what every report of a failed test should show. */
  public synchronized String describe() {
    var text = new StringBuilder(toString()).append(", its last operations:");
    trace.forEach(line -> text.append("\n  ").append(line));
    return text.toString();
  }

  @Override
  public synchronized String toString() {
    return "disk of seed " + seed + ", life " + life + ", step " + step;
  }

  @Override
  public synchronized void createFolder(String folder) throws IOException {
    requireAlive();
    if (names.hasFolder(folder)) {
      return;
    }
    Fate fate = begin(DiskOperation.CREATE_FOLDER, folder, "");
    if (happens(fate)) {
      names.addFolder(folder);
    }
    end(fate, DiskOperation.CREATE_FOLDER, folder);
  }

  @Override
  public synchronized List<String> list(String folder) throws IOException {
    end(begin(DiskOperation.LIST, folder, ""), DiskOperation.LIST, folder);
    int prefix = folder.isEmpty() ? 0 : folder.length() + 1;
    return names.all().stream()
        .filter(name -> SimulatedNames.folderOf(name).equals(folder))
        .map(name -> name.substring(prefix))
        .toList();
  }

  @Override
  public synchronized boolean exists(String name) {
    requireAlive();
    return names.get(name) != null || names.hasFolder(name);
  }

  @Override
  public synchronized DiskFile create(String name) throws IOException {
    requireAlive();
    if (names.get(name) != null) {
      throw new FileAlreadyExistsException(name);
    }
    names.requireFolder(SimulatedNames.folderOf(name));
    Fate fate = begin(DiskOperation.CREATE, name, "");
    var bytes = new SimulatedBytes();
    if (happens(fate)) {
      names.create(step, name, bytes);
    }
    end(fate, DiskOperation.CREATE, name);
    openFiles.add(name);
    return new SimulatedFile(name, bytes);
  }

  @Override
  public synchronized DiskFile open(String name) throws IOException {
    end(begin(DiskOperation.OPEN, name, ""), DiskOperation.OPEN, name);
    SimulatedBytes bytes = names.require(name);
    openFiles.add(name);
    return new SimulatedFile(name, bytes);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    requireAlive();
    SimulatedBytes bytes = names.require(from);
    names.requireFolder(SimulatedNames.folderOf(to));
    Fate fate = begin(DiskOperation.RENAME, from, "to " + to);
    if (happens(fate)) {
      names.rename(step, from, to, bytes);
      makeReadable(to); // it is another file now
    }
    end(fate, DiskOperation.RENAME, from);
  }

  /**
   * Within this disk, as within a file system: both names share the bytes, and the new one is
   * durable after a sync of its folder, as that of a file that is created.
   */
  @Override
  public synchronized void link(String name, Disk other, String otherName) throws IOException {
    requireAlive();
    String to = SimulatedFolder.nameOn(this, other, otherName);
    SimulatedBytes bytes = names.require(name);
    if (names.get(to) != null) {
      throw new FileAlreadyExistsException(to);
    }
    names.requireFolder(SimulatedNames.folderOf(to));
    Fate fate = begin(DiskOperation.LINK, name, "as " + to);
    if (happens(fate)) {
      names.create(step, to, bytes);
    }
    end(fate, DiskOperation.LINK, name);
  }

  @Override
  public void tryLink(String name, Disk other) throws IOException {
    var _ = SimulatedFolder.nameOn(this, other, name);
  }

  /** A folder of this disk as a disk of its own: files can be linked from here to there. */
  public Disk folder(String folder) {
    return new SimulatedFolder(this, folder);
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    requireAlive();
    SimulatedBytes bytes = names.require(name);
    Fate fate = begin(DiskOperation.DELETE, name, "");
    if (happens(fate)) {
      names.delete(step, name, bytes);
    }
    end(fate, DiskOperation.DELETE, name);
  }

  @Override
  public synchronized void syncFolder(String folder) throws IOException {
    requireAlive();
    names.requireFolder(folder);
    Fate fate = begin(DiskOperation.SYNC_FOLDER, folder, "");
    if (happens(fate)) {
      names.sync(folder);
    }
    end(fate, DiskOperation.SYNC_FOLDER, folder);
  }

  /** Another after each loss of power. */
  @Override
  public UUID bootId() {
    return new UUID(seed, boot);
  }

  @Override
  public synchronized long usableBytes() throws IOException {
    requireAlive();
    return Math.max(0, capacityBytes - usedBytes());
  }

  @Override
  public synchronized Lock lock(String name) throws IOException {
    end(begin(DiskOperation.LOCK, name, "taken"), DiskOperation.LOCK, name);
    names.requireFolder(SimulatedNames.folderOf(name));
    if (!locks.add(name)) {
      throw new LockedException("it is open in this process");
    }
    if (names.get(name) == null) {
      names.create(step, name, new SimulatedBytes());
    }
    return () -> release(name);
  }

  private synchronized void release(String name) {
    locks.remove(name);
  }

  private long usedBytes() {
    return names.files().stream().mapToLong(SimulatedBytes::size).sum();
  }

  private void requireAlive() {
    if (dead) {
      throw new SimulatedCrash("used after the crash of " + this);
    }
  }

  private Fate begin(DiskOperation operation, String name, String detail) {
    requireAlive();
    if (operation.isStep()) {
      step++;
    }
    Fate fate = Fate.DONE;
    if (faults.crashes(operation, step)) {
      fate = Fate.CRASHES;
    } else if (faults.fails(operation, step, random)) {
      fate = Fate.FAILS;
      faulty = true;
    }
    addTrace(operation, name, fate == Fate.DONE ? detail : detail + " " + fate);
    return fate;
  }

  private void addTrace(DiskOperation operation, String name, String detail) {
    trace.add(new Traced(step, operation, name, detail));
    if (trace.size() > TRACE_LENGTH) {
      trace.remove();
    }
  }

  /** Whether an operation that is done as a whole or not at all is done. */
  private boolean happens(Fate fate) {
    return fate == Fate.DONE || (fate == Fate.CRASHES && random.nextBoolean());
  }

  private void end(Fate fate, DiskOperation operation, String name) throws IOException {
    switch (fate) {
      case DONE -> {}
      case FAILS ->
          throw new IOException("simulated I/O error: " + operation + " " + name + ", " + this);
      case CRASHES -> {
        dead = true;
        throw new SimulatedCrash("simulated crash at " + operation + " " + name + ", " + this);
      }
    }
  }

  private final class SimulatedFile implements DiskFile {
    private final String name;
    private final SimulatedBytes bytes;
    private boolean closed;

    SimulatedFile(String name, SimulatedBytes bytes) {
      this.name = name;
      this.bytes = bytes;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long size() {
      synchronized (SimulatedDisk.this) {
        requireOpen();
        return bytes.size();
      }
    }

    @Override
    public void write(long offsetBytes, byte[] source, int from, int length) throws IOException {
      synchronized (SimulatedDisk.this) {
        requireOpen();
        int offset = Math.toIntExact(offsetBytes);
        Fate fate = begin(DiskOperation.WRITE, name, "at " + offset + ", " + length + " bytes");
        int written = fate == Fate.DONE ? length : random.nextInt(length + 1);
        int fitting = Math.clamp(room(offset, written), 0, written);
        bytes.write(step, offset, source, from, fitting);
        end(fate, DiskOperation.WRITE, name);
        if (fitting < length) {
          faulty = true;
          addTrace(DiskOperation.WRITE, name, "NO SPACE behind " + fitting + " bytes");
          throw new IOException("no space left on device (simulated), writing " + name);
        }
      }
    }

    /** How many bytes can be written there. */
    private long room(int offset, int length) {
      long inside = Math.max(0, bytes.size() - offset);
      if (length <= inside) {
        return inside;
      }
      long free = Math.max(0, capacityBytes - usedBytes());
      return bytes.size()
          - offset
          + (faults.isFullNow() ? Math.min(free, random.nextInt(512)) : free);
    }

    @Override
    public void sync() throws IOException {
      synchronized (SimulatedDisk.this) {
        requireOpen();
        Fate fate = begin(DiskOperation.SYNC, name, "");
        if (happens(fate)) {
          bytes.sync();
        } else if (fate == Fate.FAILS) {
          bytes.failSync(0, bytes.size(), random);
        }
        end(fate, DiskOperation.SYNC, name);
      }
    }

    @Override
    public void syncRange(long offsetBytes, long length) throws IOException {
      synchronized (SimulatedDisk.this) {
        requireOpen();
        String range = "at " + offsetBytes + ", " + length + " bytes";
        Fate fate = begin(DiskOperation.SYNC_RANGE, name, range);
        if (happens(fate)) {
          bytes.syncRange(name, offsetBytes, length);
        } else if (fate == Fate.FAILS) {
          bytes.failSync(offsetBytes, offsetBytes + length, random);
        }
        end(fate, DiskOperation.SYNC_RANGE, name);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (SimulatedDisk.this) {
        requireOpen();
        Fate fate = begin(DiskOperation.TRUNCATE, name, "to " + size);
        if (happens(fate)) {
          bytes.resize(step, Math.toIntExact(size));
        }
        end(fate, DiskOperation.TRUNCATE, name);
      }
    }

    @Override
    public Mapping map(long size) throws IOException {
      synchronized (SimulatedDisk.this) {
        requireOpen();
        end(begin(DiskOperation.MAP, name, size + " bytes"), DiskOperation.MAP, name);
        if (size > bytes.size()) {
          throw new AssertionError(
              "mapped beyond the end: " + name + " has " + bytes.size() + " bytes, not " + size);
        }
        SimulatedView view = view(name, bytes, (int) size);
        mappings.add(name);
        return new Mapping(view.segment(), () -> unmap(view));
      }
    }

    private void unmap(SimulatedView view) {
      synchronized (SimulatedDisk.this) {
        bytes.removeView(view);
        mappings.remove(name);
        view.unmap();
      }
    }

    private void requireOpen() {
      requireAlive();
      if (closed) {
        throw new AssertionError("used after it was closed: " + name);
      }
    }

    @Override
    public void close() {
      synchronized (SimulatedDisk.this) {
        if (!closed) {
          closed = true;
          openFiles.remove(name);
        }
      }
    }
  }
}
