package io.daybook.engine.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one simulated file, twice: as programs see them (the page cache) and as they are on
 * the medium; and for each sector what it held after each write since the last sync.
 *
 * <p>Used under the lock of its disk.
 */
final class SimulatedBytes {
  /** What a disk writes as a whole or not at all. */
  static final int SECTOR_BYTES = 512;

  /** A sector as one step left it; {@code cut} if that step shortened the file. */
  private static final class Version {
    final long step;
    final byte[] bytes;
    final boolean cut;

    Version(long step, byte[] bytes, boolean cut) {
      this.step = step;
      this.bytes = bytes;
      this.cut = cut;
    }
  }

  /** A size as one step left it. */
  private record Resize(long step, int size) {}

  private byte[] cached = new byte[0];
  private int cachedSize;
  private int lastWriteStart;
  private int lastWriteEnd;
  private byte[] durable = new byte[0];
  private int durableSize;

  private final NavigableMap<Integer, List<Version>> unsynced = new TreeMap<>();
  private final List<Resize> resizes = new ArrayList<>();
  private final List<SimulatedView> views = new ArrayList<>();

  /** What all who map the file share, if it is written through mappings; outlives processes. */
  private @Nullable SimulatedView shared;

  int size() {
    return cachedSize;
  }

  byte[] contents() {
    byte[] contents = Arrays.copyOf(cached, cachedSize);
    if (shared != null) {
      shared.copyTo(contents);
    }
    return contents;
  }

  byte[] durableContents() {
    return Arrays.copyOf(durable, durableSize);
  }

  void write(long step, int offset, byte[] bytes, int from, int length) {
    if (length == 0) {
      return;
    }
    int end = Math.addExact(offset, length);
    grow(step, end);
    System.arraycopy(bytes, from, cached, offset, length);
    show(offset, end);
    addVersions(step, offset, end, false);
    for (int i = 0; i < length; i++) {
      if (bytes[from + i] != 0) {
        lastWriteStart = offset;
        lastWriteEnd = end;
        return;
      }
    }
  }

  /** Where the last write began that was not all zeros. */
  int lastWriteStart() {
    return lastWriteStart;
  }

  /** Where the last write ended that was not all zeros. */
  int lastWriteEnd() {
    return lastWriteEnd;
  }

  void resize(long step, int size) {
    if (size >= cachedSize) {
      grow(step, size);
      return;
    }
    int before = cachedSize;
    Arrays.fill(cached, size, before, (byte) 0);
    show(size, before);
    cachedSize = size;
    resizes.add(new Resize(step, size));
    addVersions(step, size, before, true);
  }

  private void grow(long step, int size) {
    if (size <= cachedSize) {
      return;
    }
    if (size > cached.length) {
      cached = Arrays.copyOf(cached, sectors(Math.max(size, cached.length * 2)) * SECTOR_BYTES);
    }
    cachedSize = size;
    resizes.add(new Resize(step, size));
  }

  private void addVersions(long step, int start, int end, boolean cut) {
    for (int sector = start / SECTOR_BYTES; sector < sectors(end); sector++) {
      int at = sector * SECTOR_BYTES;
      unsynced
          .computeIfAbsent(sector, _ -> new ArrayList<>())
          .add(new Version(step, Arrays.copyOfRange(cached, at, at + SECTOR_BYTES), cut));
    }
  }

  /** Makes everything durable. */
  void sync() {
    resizes.clear();
    durableSize = cachedSize;
    reserveDurable(cachedSize);
    unsynced.forEach((sector, versions) -> store(durable, sector, versions.getLast().bytes));
    unsynced.clear();
  }

  /**
   * Makes the sectors of a range durable.
   *
   * @throws AssertionError if the range was not there at the last sync, which is misuse: nothing
   *     says then that its blocks would be found again
   */
  void syncRange(String name, long offset, long length) {
    long end = offset + length;
    if (offset < 0 || length < 0 || end > durableSize) {
      throw new AssertionError(
          "syncRange of bytes that were never synced: "
              + name
              + " "
              + offset
              + " to "
              + end
              + ", but only "
              + durableSize
              + " bytes are durable");
    }
    reserveDurable(durableSize);
    var range = range(offset, end);
    range.forEach((sector, versions) -> store(durable, sector, versions.getLast().bytes));
    range.clear();
  }

  /**
   * A sync of the range fails: some of its sectors reach the medium, some do not, and all are taken
   * for clean, so that no later sync writes them again.
   */
  void failSync(long offset, long end, Random random) {
    reserveDurable(Math.max(durableSize, cachedSize));
    double written = random.nextInt(3) / 2.0;
    var range = range(offset, end);
    range.forEach((sector, versions) -> {
      if (random.nextDouble() < written) {
        store(durable, sector, versions.getLast().bytes);
      }
    });
    range.clear();
  }

  private NavigableMap<Integer, List<Version>> range(long offset, long end) {
    return unsynced.subMap(
        (int) (offset / SECTOR_BYTES), true, sectors((int) Math.min(end, cachedSize)), false);
  }

  /** What is found after the power was lost. */
  SimulatedBytes afterPowerLoss(Loss loss, long lastStep, Random random) {
    int applied =
        switch (loss) {
          case ALL -> 0;
          case NONE -> resizes.size();
          case SUFFIX -> (int) resizes.stream().filter(r -> r.step() <= lastStep).count();
          case WRITES, SECTORS -> random.nextInt(resizes.size() + 1);
        };
    int size = applied == 0 ? durableSize : resizes.get(applied - 1).size();
    long lastResize = applied == 0 ? -1 : resizes.get(applied - 1).step();
    var found = new SimulatedBytes();
    byte[] bytes = Arrays.copyOf(durable, sectors(Math.max(size, durable.length)) * SECTOR_BYTES);
    Map<Long, Boolean> kept = new HashMap<>();
    unsynced.forEach((sector, versions) -> {
      int chosen = choose(versions, loss, lastStep, lastResize, kept, random);
      if (chosen > 0 && sector * SECTOR_BYTES < bytes.length) {
        store(bytes, sector, versions.get(chosen - 1).bytes);
      }
    });
    if (shared != null && random.nextBoolean()) {
      shared.copyTo(bytes); // the system wrote it, unasked
    }
    Arrays.fill(bytes, size, bytes.length, (byte) 0);
    found.cached = bytes;
    found.cachedSize = size;
    found.durable = bytes.clone();
    found.durableSize = size;
    return found;
  }

  /**
   * How many of the versions of a sector reached the medium. A cut counts exactly if the size that
   * it made does.
   */
  private static int choose(
      List<Version> versions,
      Loss loss,
      long lastStep,
      long lastResize,
      Map<Long, Boolean> kept,
      Random random) {
    int least = 0;
    int most = versions.size();
    for (int i = 0; i < versions.size(); i++) {
      Version version = versions.get(i);
      if (version.cut && version.step <= lastResize) {
        least = i + 1;
      } else if (version.cut) {
        most = i;
        break;
      }
    }
    int chosen = least;
    switch (loss) {
      case ALL -> chosen = least;
      case NONE -> chosen = most;
      case SUFFIX -> {
        while (chosen < most && versions.get(chosen).step <= lastStep) {
          chosen++;
        }
      }
      case WRITES -> {
        for (int i = least; i < most; i++) {
          if (kept.computeIfAbsent(versions.get(i).step, _ -> random.nextBoolean())) {
            chosen = i + 1;
          }
        }
      }
      case SECTORS -> chosen = least + random.nextInt(most - least + 1);
    }
    return chosen;
  }

  /** The process is gone: nobody looks at its mappings any more. */
  void forgetViews() {
    views.clear();
  }

  void flipBit(int offset, int bit) {
    if (offset >= cachedSize) {
      throw new AssertionError("no byte " + offset + " in " + cachedSize + " bytes");
    }
    int mask = 1 << bit;
    cached[offset] ^= (byte) mask;
    show(offset, offset + 1);
    if (offset < durableSize) {
      durable[offset] ^= (byte) mask;
    }
    for (Version version : unsynced.getOrDefault(offset / SECTOR_BYTES, List.of())) {
      version.bytes[offset % SECTOR_BYTES] ^= (byte) mask;
    }
  }

  /** A new view of the first bytes. */
  void addView(SimulatedView view) {
    view.show(cached, 0, cachedSize);
    views.add(view);
  }

  /** The view of the first bytes that all processes share. */
  SimulatedView sharedView(int size) {
    if (shared == null) {
      shared = SimulatedView.sharedOfSize(size);
      shared.show(cached, 0, cachedSize);
    }
    return shared;
  }

  void removeView(SimulatedView view) {
    views.remove(view);
  }

  private void show(int start, int end) {
    for (SimulatedView view : views) {
      view.show(cached, start, end);
    }
    if (shared != null) {
      shared.show(cached, start, end);
    }
  }

  private void reserveDurable(int size) {
    if (sectors(size) * SECTOR_BYTES > durable.length) {
      durable = Arrays.copyOf(durable, cached.length);
    }
  }

  private static void store(byte[] target, int sector, byte[] bytes) {
    int at = sector * SECTOR_BYTES;
    if (at < target.length) {
      System.arraycopy(bytes, 0, target, at, SECTOR_BYTES);
    }
  }

  private static int sectors(int size) {
    return Math.ceilDiv(size, SECTOR_BYTES);
  }
}
