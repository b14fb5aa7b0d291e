package io.daybook.engine.io;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated disk holds, seen and changed behind the back of the program that uses it: files
 * at rest, and what of them is read wrong or cannot be read. Its monitor guards it all.
 */
abstract sealed class SimulatedMedium permits SimulatedDisk {
  /** A bit that is read wrong. */
  private record Misread(String name, int offset, int bit) {}

  final SimulatedNames names;

  private final Map<String, Long> unreadable = new HashMap<>();
  private @Nullable Misread misread;

  SimulatedMedium(SimulatedNames names) {
    this.names = names;
  }

  /** Flips a bit of a file at rest: in what programs see and on the medium. */
  public synchronized void flipBit(String name, int offset, int bit) {
    existing(name).flipBit(offset, bit);
  }

  /** New mappings of the file fault from the page of that offset on. */
  public synchronized void makeUnreadable(String name, long offset) {
    unreadable.put(name, offset);
  }

  /** New mappings of the file can be read again. */
  public synchronized void makeReadable(String name) {
    unreadable.remove(name);
  }

  /** New mappings of the file show a flipped bit; what is on the medium is right. */
  public synchronized void flipOnRead(String name, int offset, int bit) {
    misread = new Misread(name, offset, bit);
  }

  /** New mappings show what is on the medium. */
  public synchronized void readWell() {
    misread = null;
  }

  /**
   * Writes a sector of a file over a place of this or another at rest, as far as that goes: a write
   * that went astray.
   */
  public synchronized void misdirect(String from, int fromSector, String to, int toSector) {
    byte[] source = existing(from).contents();
    int start = fromSector * SimulatedBytes.SECTOR_BYTES;
    replaceSector(
        to, toSector, Arrays.copyOfRange(source, start, start + SimulatedBytes.SECTOR_BYTES));
  }

  /** Replaces a sector of a file at rest, as far as the file goes. */
  public synchronized void replaceSector(String name, int sector, byte[] sectorBytes) {
    SimulatedBytes bytes = existing(name);
    byte[] contents = bytes.contents();
    int start = sector * SimulatedBytes.SECTOR_BYTES;
    int length = Math.min(SimulatedBytes.SECTOR_BYTES, contents.length - start);
    System.arraycopy(sectorBytes, 0, contents, start, length);
    bytes.write(0, 0, contents, 0, contents.length);
    bytes.sync();
  }

  /** All files that are there, for programs. */
  public synchronized List<String> files() {
    return names.all();
  }

  /** What a file holds, for programs. */
  public synchronized byte[] contents(String name) {
    return existing(name).contents();
  }

  /** Where in a file the last write began that was not all zeros. */
  public synchronized int lastWriteStart(String name) {
    return existing(name).lastWriteStart();
  }

  /** Where in a file the last write ended that was not all zeros. */
  public synchronized int lastWriteEnd(String name) {
    return existing(name).lastWriteEnd();
  }

  /** Removes a file at rest. */
  public synchronized void remove(String name) {
    existing(name);
    names.remove(name);
  }

  /** Removes a folder with its files at rest. */
  public synchronized void removeFolder(String folder) {
    names.removeFolder(folder);
  }

  /** Replaces or adds a file at rest. */
  public synchronized void put(String name, byte[] contents) {
    var bytes = new SimulatedBytes();
    bytes.write(0, 0, contents, 0, contents.length);
    bytes.sync();
    names.put(name, bytes);
  }

  /** What a new mapping of a file shows. Only with the lock of the disk. */
  final SimulatedView view(String name, SimulatedBytes bytes, int size) throws IOException {
    if (isWrittenAsMapped(name)) {
      return bytes.sharedView(size);
    }
    Long fault = unreadable.get(name);
    SimulatedView view =
        fault == null ? SimulatedView.ofSize(size) : SimulatedView.unreadableFrom(fault, size);
    bytes.addView(view);
    Misread wrong = misread;
    if (wrong != null && wrong.name().equals(name) && wrong.offset() < size) {
      view.flipBit(wrong.offset(), wrong.bit());
    }
    return view;
  }

  /** Whether programs write the file through their mappings, which they share. */
  private static boolean isWrittenAsMapped(String name) {
    return name.equals("DURABLE") || name.endsWith("/DURABLE");
  }

  private SimulatedBytes existing(String name) {
    SimulatedBytes bytes = names.get(name);
    if (bytes == null) {
      throw new AssertionError("no file " + name + " among " + names.all());
    }
    return bytes;
  }
}
