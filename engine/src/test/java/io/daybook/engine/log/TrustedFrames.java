package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.ForwardingDisk;
import io.daybook.engine.io.ForwardingFile;
import io.daybook.engine.io.Mapping;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The bug of a recovery that trusts a torn frame. It remembers what is written to log files, and
 * when one is opened in which the header of a frame is there and something else is not, it makes
 * all checks of that frame right: those of its events, and its own. That is what a recovery without
 * these checks would take for whole.
 */
public final class TrustedFrames {
  private final Map<String, NavigableMap<Integer, byte[]>> written = new HashMap<>();
  private int trusted;

  /** How many torn frames were made to look whole. */
  public int trusted() {
    return trusted;
  }

  /** A disk that shows torn frames as whole ones. */
  public Disk on(Disk disk) {
    return new TrustingDisk(disk);
  }

  private void remember(String name, int offset, byte[] bytes) {
    boolean erased = true;
    for (byte b : bytes) {
      erased &= b == 0;
    }
    NavigableMap<Integer, byte[]> its = written.computeIfAbsent(name, _ -> new TreeMap<>());
    if (erased) {
      its.tailMap(offset, true).clear();
    } else if (offset >= LogFile.FIRST_FRAME) {
      its.put(offset, bytes);
    }
  }

  private void trust(DiskFile file) throws IOException {
    NavigableMap<Integer, byte[]> its = written.get(file.name());
    if (its == null) {
      return;
    }
    Mapping mapping = file.map(file.size());
    byte[] found = Bytes.copy(mapping.segment(), 0, (int) file.size());
    mapping.release();
    for (Map.Entry<Integer, byte[]> group : its.entrySet()) {
      byte[] bytes = group.getValue();
      int length;
      for (int at = 0; at < bytes.length; at += length) {
        length = Bytes.getInt(bytes, at + Frame.LENGTH);
        int offset = group.getKey() + at;
        if (offset + length <= found.length && isTorn(bytes, at, found, offset, length)) {
          byte[] frame = Arrays.copyOfRange(bytes, at, at + length);
          mend(frame, found, offset);
          file.write(offset, frame, 0, length);
          trusted++;
        }
      }
    }
    its.clear();
  }

  private static boolean isTorn(byte[] bytes, int at, byte[] found, int offset, int length) {
    return Arrays.equals(
            bytes, at, at + Frame.HEADER_BYTES, found, offset, offset + Frame.HEADER_BYTES)
        && !Arrays.equals(bytes, at, at + length, found, offset, offset + length);
  }

  /** Gives a frame the bodies that were found, and checks that are right for them. */
  private static void mend(byte[] frame, byte[] found, int offset) {
    int runs = Bytes.getInt(frame, Frame.RUNS);
    int events = Bytes.getInt(frame, Frame.EVENTS);
    int strings = Bytes.getInt(frame, Frame.STRINGS);
    int meta =
        (int) Frame.metaBytes(runs, events, strings, Bytes.getInt(frame, Frame.STRING_BYTES));
    int entries = Frame.HEADER_BYTES + Frame.RUN_BYTES * runs;
    int start = meta;
    for (int i = 0; i < events; i++) {
      int entry = entries + Frame.EVENT_BYTES * i;
      int end = meta + Bytes.getInt(frame, entry);
      int before = Checksum.of(frame, start, end - start);
      System.arraycopy(found, offset + start, frame, start, end - start);
      int after = Checksum.of(frame, start, end - start);
      Bytes.putInt(frame, entry + 4, Bytes.getInt(frame, entry + 4) ^ before ^ after);
      start = end;
    }
    int check =
        new Checksum()
            .begin(Bytes.getInt(found, 12), offset, Bytes.getInt(frame, Frame.CHAIN))
            .update(frame, 0, 4)
            .update(frame, Frame.CHAIN, meta - Frame.CHAIN)
            .value();
    Bytes.putInt(frame, Frame.CHECK, check);
  }

  private final class TrustingDisk extends ForwardingDisk {

    TrustingDisk(Disk disk) {
      super(disk);
    }

    @Override
    public DiskFile create(String name) throws IOException {
      return new TrustingFile(disk().create(name));
    }

    @Override
    public DiskFile open(String name) throws IOException {
      DiskFile file = disk().open(name);
      try {
        trust(file);
      } catch (IOException e) {
        file.close();
        throw e;
      }
      return new TrustingFile(file);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      disk().rename(from, to);
      written.remove(from);
    }

    @Override
    public void delete(String name) throws IOException {
      disk().delete(name);
      written.remove(name);
    }
  }

  private final class TrustingFile extends ForwardingFile {

    TrustingFile(DiskFile file) {
      super(file);
    }

    @Override
    public void write(long offsetBytes, byte[] bytes, int from, int length) throws IOException {
      if (name().endsWith(".log")) {
        remember(name(), (int) offsetBytes, Arrays.copyOfRange(bytes, from, from + length));
      }
      file().write(offsetBytes, bytes, from, length);
    }
  }
}
