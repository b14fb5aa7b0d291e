package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Has the processor bring events from memory at once, instead of one after the other as they are
 * read: what is far apart is waited for together. It changes nothing, checks nothing, and is only
 * worth it for events in memory. Used by one thread, which holds a lease on the files.
 */
final class Touch {
  /** More places are not waited for at once. */
  private static final int MOST = 32;

  private final Place[] places = new Place[MOST];
  private int count;

  /** Up to here places were asked for. */
  private int asked;

  /** What was read, kept so that the reading is not left out as useless. */
  @SuppressWarnings("UnusedVariable")
  private long read;

  Touch() {
    Arrays.setAll(places, _ -> new Place());
  }

  /**
   * Touches the first of the events at positions.
   *
   * @return how many of them
   */
  int touch(LogFile[] files, long[] wanted, int from, int to) {
    count = 0;
    asked = 0;
    int next = from;
    while (next < to && count < MOST) {
      int first = next++;
      while (next < to && Math.abs(wanted[next] - wanted[next - 1]) == 1) {
        next++; // neighbours, as a rule in one frame
      }
      add(files, Math.min(wanted[first], wanted[next - 1]), next - first);
    }
    try {
      touchPlaces();
    } catch (IndexOutOfBoundsException _) {
      // a frame is damaged; whoever reads it says so
    }
    return next - from;
  }

  private void add(LogFile[] files, long position, int events) {
    LogFile file = files[LogFile.indexOf(files, position)];
    long frame = file.pack() == null && file.seal() == null ? file.placeOf(position) : -1;
    if (frame >= 0) {
      places[count++].set(file, frame, position, events);
    }
  }

  /**
   * Where the frame stands that holds an event that was touched, so that it need not be looked for
   * again; -1 if it is not known. Events are asked for in the order in which they were touched.
   */
  long frameOf(LogFile file, long position) {
    for (int i = asked; i < count; i++) {
      Place place = places[i];
      if (place.position == position && place.file == file) {
        asked = i + 1;
        return place.frame;
      }
    }
    return -1;
  }

  /** Forgets where frames stand. */
  void forget() {
    count = 0;
  }

  /** Each step needs what the one before has brought. */
  private void touchPlaces() {
    for (int i = 0; i < count; i++) {
      read += places[i].header();
    }
    for (int i = 0; i < count; i++) {
      read += places[i].entries();
    }
    for (int i = 0; i < count; i++) {
      read += places[i].bodies();
    }
    for (int i = 0; i < count; i++) {
      read += places[i].stringEnds();
    }
    for (int i = 0; i < count; i++) {
      read += places[i].strings();
    }
  }

  /** Events that follow each other. */
  private static final class Place {
    /** What follows, the processor foresees. */
    private static final int MOST_BYTES = 4_096;

    private @Nullable LogFile file;
    private MemorySegment segment = MemorySegment.NULL;
    private long frame;
    private long position;
    private int events;

    private long runAt;
    private long entryAt;
    private boolean atStart;
    private int stringCount;
    private long stringEndsAt;
    private long stringsAt;
    private long bodiesAt;
    private long bodyAt;
    private int streamNumber;
    private int typeNumber;
    private int tagNumber;

    void set(LogFile itsFile, long itsFrame, long itsPosition, int itsEvents) {
      file = itsFile;
      segment = itsFile.mapping().segment();
      frame = itsFrame;
      position = itsPosition;
      events = itsEvents;
    }

    private int intAt(long offset) {
      return Bytes.getInt(segment, offset);
    }

    private byte byteAt(long offset) {
      return segment.get(ValueLayout.JAVA_BYTE, offset);
    }

    int header() {
      return intAt(frame) + intAt(frame + Frame.STRING_BYTES);
    }

    int entries() {
      int all = intAt(frame + Frame.EVENTS);
      int runs = intAt(frame + Frame.RUNS);
      stringCount = intAt(frame + Frame.STRINGS);
      long index = position - Bytes.getLong(segment, frame + Frame.FIRST_POSITION);
      long runsAt = frame + Frame.HEADER_BYTES;
      long entriesAt = runsAt + (long) Frame.RUN_BYTES * runs;
      runAt = runsAt + Frame.RUN_BYTES * (index * runs / Math.max(all, 1));
      atStart = index == 0;
      entryAt = entriesAt + Frame.EVENT_BYTES * (index - 1);
      events = (int) Math.min(events, all - index);
      stringEndsAt = entriesAt + (long) Frame.EVENT_BYTES * all;
      stringsAt = stringEndsAt + (long) Frame.STRING_END_BYTES * stringCount;
      bodiesAt = stringsAt + intAt(frame + Frame.STRING_BYTES);
      return intAt(runAt) + intAt(entryAt + (long) Frame.EVENT_BYTES * events);
    }

    int bodies() {
      long start = atStart ? 0 : intAt(entryAt);
      long end = intAt(entryAt + (long) Frame.EVENT_BYTES * events);
      bodyAt = bodiesAt + start;
      streamNumber = known(intAt(runAt));
      int sum = intAt(endOf(streamNumber));
      for (long at = 0; at < Math.min(end - start, MOST_BYTES); at += Bytes.LINE_BYTES) {
        sum += byteAt(bodyAt + at);
      }
      return sum;
    }

    /** The names of the first event stand near those of the others. */
    int stringEnds() {
      int head = byteAt(bodyAt);
      long idAt = bodyAt + 1;
      long typeAt =
          Long.BYTES + ((head & Frame.SHORT_ID) != 0 ? afterVarint(idAt) : idAt + Long.BYTES);
      typeNumber = known((int) varint(typeAt));
      tagNumber = known((int) varint(afterVarint(typeAt))); // or what is there if it has no tag
      return intAt(endOf(typeNumber)) + intAt(endOf(tagNumber));
    }

    int strings() {
      return string(streamNumber) + string(typeNumber) + string(tagNumber);
    }

    private int string(int number) {
      return byteAt(stringsAt + intAt(endOf(number)) - 1);
    }

    private int known(int number) {
      return number < 0 || number >= stringCount ? 0 : number;
    }

    private long endOf(int number) {
      return stringEndsAt + (long) Frame.STRING_END_BYTES * number;
    }

    private long afterVarint(long offset) {
      long at = offset;
      while (at < offset + Long.BYTES && byteAt(at) < 0) {
        at++;
      }
      return at + 1;
    }

    private long varint(long offset) {
      long value = 0;
      long at = offset;
      for (int shift = 0; shift < Integer.SIZE; shift += 7) {
        byte next = byteAt(at++);
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          break;
        }
      }
      return value;
    }
  }
}
