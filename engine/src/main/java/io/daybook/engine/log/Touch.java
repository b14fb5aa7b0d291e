package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Has the processor bring the beginnings of events from memory at once, instead of one after the
 * other as they are read: what is far apart is waited for together. It changes nothing, checks
 * nothing, and is only worth it for events in memory. Used by one thread, which holds a lease on
 * the files.
 */
final class Touch {
  /** More are not waited for at once. */
  static final int MOST = 32;

  private final MemorySegment[] segments = new MemorySegment[MOST];
  private final long[] frames = new long[MOST];
  private final long[] positions = new long[MOST];
  private final long[] bodies = new long[MOST];
  private int count;

  /** What was read, kept so that the reading is not left out as useless. */
  @SuppressWarnings("UnusedVariable")
  private long read;

  Touch() {
    Arrays.fill(segments, MemorySegment.NULL);
  }

  /** Touches the events at positions, of which the neighbours of others are left out. */
  void touch(LogFile[] files, long[] wanted, int wantedCount) {
    count = 0;
    for (int i = 0; i < Math.min(wantedCount, MOST); i++) {
      if (i == 0 || Math.abs(wanted[i] - wanted[i - 1]) > 1) {
        add(files[LogFile.indexOf(files, wanted[i])], wanted[i]);
      }
    }
    if (count > 1) {
      try {
        touchHeaders();
        touchEntries();
        touchBodies();
      } catch (IndexOutOfBoundsException _) {
        return; // a frame is damaged; whoever reads it says so
      }
    }
  }

  private void add(LogFile file, long position) {
    long frame = file.pack() == null && file.seal() == null ? file.placeOf(position) : -1;
    if (frame >= 0) {
      segments[count] = file.mapping().segment();
      frames[count] = frame;
      positions[count] = position;
      count++;
    }
  }

  private void touchHeaders() {
    for (int i = 0; i < count; i++) {
      read += Bytes.getInt(segments[i], frames[i] + Frame.STRING_BYTES);
    }
  }

  private void touchEntries() {
    for (int i = 0; i < count; i++) {
      MemorySegment segment = segments[i];
      long frame = frames[i];
      long index = positions[i] - Bytes.getLong(segment, frame + Frame.FIRST_POSITION);
      int events = Bytes.getInt(segment, frame + Frame.EVENTS);
      int runs = Bytes.getInt(segment, frame + Frame.RUNS);
      int strings = Bytes.getInt(segment, frame + Frame.STRINGS);
      int stringBytes = Bytes.getInt(segment, frame + Frame.STRING_BYTES);
      long runsAt = frame + Frame.HEADER_BYTES;
      long entries = runsAt + (long) Frame.RUN_BYTES * runs;
      bodies[i] = frame + Frame.metaBytes(runs, events, strings, stringBytes);
      read +=
          Bytes.getInt(segment, runsAt + Frame.RUN_BYTES * (index * runs / Math.max(events, 1)));
      positions[i] = index == 0 ? -1 : entries + Frame.EVENT_BYTES * (index - 1);
    }
  }

  private void touchBodies() {
    for (int i = 0; i < count; i++) {
      long entry = positions[i];
      long body = bodies[i] + (entry < 0 ? 0 : Bytes.getInt(segments[i], entry));
      read += Bytes.getInt(segments[i], body);
    }
  }
}
