package io.daybook.engine.io;

import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The names of a simulated disk, twice: as programs see them and as they are on the medium; and the
 * changes of folders since they were synced. Folders themselves are durable at once.
 *
 * <p>Used under the lock of its disk.
 */
final class SimulatedNames {
  /** A change that is not durable yet. {@code to} is null if a name was removed. */
  private record Change(
      long step, String folder, String from, @Nullable String to, SimulatedBytes bytes) {
    void applyTo(Map<String, SimulatedBytes> names) {
      names.remove(from);
      if (to != null) {
        names.put(to, bytes);
      }
    }
  }

  private final NavigableMap<String, SimulatedBytes> cached = new TreeMap<>();
  private final NavigableMap<String, SimulatedBytes> durable = new TreeMap<>();
  private final List<Change> unsynced = new ArrayList<>();
  private final Set<String> folders = new HashSet<>(Set.of(""));

  static String folderOf(String name) {
    int slash = name.lastIndexOf('/');
    return slash < 0 ? "" : name.substring(0, slash);
  }

  boolean hasFolder(String folder) {
    return folders.contains(folder);
  }

  void requireFolder(String folder) throws NoSuchFileException {
    if (!folders.contains(folder)) {
      throw new NoSuchFileException(folder);
    }
  }

  void addFolder(String folder) {
    for (String parent = folder; !parent.isEmpty(); parent = folderOf(parent)) {
      folders.add(parent);
    }
  }

  @Nullable SimulatedBytes get(String name) {
    return cached.get(name);
  }

  SimulatedBytes require(String name) throws NoSuchFileException {
    SimulatedBytes bytes = cached.get(name);
    if (bytes == null) {
      throw new NoSuchFileException(name);
    }
    return bytes;
  }

  List<String> all() {
    return List.copyOf(cached.keySet());
  }

  /** The files, each once, however many names it has. */
  Collection<SimulatedBytes> files() {
    Set<SimulatedBytes> files = Collections.newSetFromMap(new IdentityHashMap<>());
    files.addAll(cached.values());
    return files;
  }

  void create(long step, String name, SimulatedBytes bytes) {
    change(new Change(step, folderOf(name), name, name, bytes));
  }

  void rename(long step, String from, String to, SimulatedBytes bytes) {
    change(new Change(step, folderOf(to), from, to, bytes));
  }

  void delete(long step, String name, SimulatedBytes bytes) {
    change(new Change(step, folderOf(name), name, null, bytes));
  }

  private void change(Change change) {
    change.applyTo(cached);
    unsynced.add(change);
  }

  void sync(String folder) {
    for (Change change : unsynced) {
      if (change.folder().equals(folder)) {
        change.applyTo(durable);
      }
    }
    unsynced.removeIf(change -> change.folder().equals(folder));
  }

  /** Puts a file there, durably. */
  void put(String name, SimulatedBytes bytes) {
    cached.put(name, bytes);
    durable.put(name, bytes);
  }

  /** Removes a file, durably. */
  void remove(String name) {
    cached.remove(name);
    durable.remove(name);
  }

  /** Removes a folder and its files, durably. */
  void removeFolder(String folder) {
    all().stream().filter(name -> folderOf(name).equals(folder)).forEach(this::remove);
    folders.remove(folder);
  }

  /** What the next process finds. */
  SimulatedNames afterKill() {
    var next = new SimulatedNames();
    next.folders.addAll(folders);
    next.cached.putAll(cached);
    next.durable.putAll(durable);
    next.unsynced.addAll(unsynced);
    cached.values().forEach(SimulatedBytes::forgetViews);
    return next;
  }

  /** What is found after the power was lost, with the bytes that are left. */
  SimulatedNames afterPowerLoss(Loss loss, boolean inOrder, long lastStep, Random random) {
    var surviving = new TreeMap<>(durable);
    boolean kept = true;
    for (Change change : unsynced) {
      boolean keep =
          switch (loss) {
            case ALL -> false;
            case NONE -> true;
            case SUFFIX -> change.step() <= lastStep;
            case WRITES, SECTORS -> random.nextInt(4) > 0;
          };
      kept = keep && (kept || !inOrder);
      if (kept) {
        change.applyTo(surviving);
      }
    }
    var next = new SimulatedNames();
    next.folders.addAll(folders);
    var found = new IdentityHashMap<SimulatedBytes, SimulatedBytes>();
    surviving.forEach((name, bytes) ->
        next.put(
            name, found.computeIfAbsent(bytes, b -> b.afterPowerLoss(loss, lastStep, random))));
    return next;
  }
}
