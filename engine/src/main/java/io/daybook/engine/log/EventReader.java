package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileSeal;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads single events out of log files: one verified copy each. Used by one thread at a time, which
 * holds a lease on the files.
 *
 * <p>Nothing that the file says is believed before the event's check, which covers all that is
 * returned, has passed; until then places and counts are only kept within the frame. So one event
 * of a large frame costs what one event costs.
 */
public final class EventReader {
  private static final int NAMES = 64;

  private final Checksum checksum = new Checksum();
  private byte[] scratch = new byte[1_024];
  private byte[] nameBytes = new byte[128];

  /** Which of the files held the event before. */
  private int fileNumber;

  // the frame last read from
  private @Nullable LogFile file;
  private MemorySegment segment = MemorySegment.NULL;
  private long segmentStart;
  private long frameAt;
  private FetchedFrames fetched = FetchedFrames.NONE;
  private Pack.@Nullable Block block;
  private @Nullable SealedFrame sealed;
  private long firstPosition;
  private int eventCount;
  private boolean goesOn;
  private int runCount;
  private long idBase;
  private long recordedAtMicros;
  private Instant recordedAt = Instant.EPOCH;
  private long entriesAt;
  private long stringEndsAt;
  private long stringsAt;
  private int stringBytes;
  private long bodiesAt;
  private int bodyBytes;

  // made when it is needed first
  private @Nullable Touch touch;

  // the stream to which all events are said to belong; null if nothing is said of it
  private @Nullable String expectedStream;
  private int expectedCheck;

  // the run last read from
  private int runFrom;
  private int runTo;
  private long runRevision;
  private String stream = "";
  private int streamCheck;

  // names seen lately in this frame, by number
  private long frameSerial;
  private final long[] numberedKeys = new long[NAMES];
  private final String[] numberedTexts = new String[NAMES];
  private final int[] numberedChecks = new int[NAMES];

  // names seen more than once in any frame, by check; and the checks of those seen lately
  private final @Nullable Name[] known = new @Nullable Name[NAMES];
  private final int[] seen = new int[NAMES];

  // where decoding stands in the scratch bytes
  private int at;
  private int end;
  private long cover;

  /**
   * The event at a position of one of the files, which stand in order; as a rule it is the one that
   * held the event before.
   */
  public RecordedEvent read(LogFile[] files, long position) {
    int number = fileNumber;
    if (!LogFile.holds(files, number, position)) {
      number = LogFile.indexOf(files, position);
    }
    LogFile its = files[number];
    fileNumber = number;
    return read(its, position);
  }

  /**
   * The event at a position.
   *
   * @throws StoreDamagedException if its bytes are not what was written
   */
  public RecordedEvent read(LogFile from, long position) {
    try {
      return decode(from, position, locate(from, position));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      String why = "the event at position " + position + " cannot be read";
      throw judged(from, damaged(from, why + " (" + e.getMessage() + ")"));
    } catch (StoreDamagedException e) {
      throw judged(from, e);
    } catch (InternalError e) {
      throw unreadable(from, e);
    }
  }

  /**
   * Says that all events to be read belong to this stream, unless it is null, so that its name need
   * not be read with each frame; an event of another stream is read all the same.
   */
  public void expectStream(@Nullable String name) {
    expectedStream = name;
    expectedCheck = name == null ? 0 : Name.of(name).check;
    forgetFrame();
  }

  /** Has frames decoded from what was fetched of them, until others are. */
  public void useFetched(FetchedFrames frames) {
    if (fetched != FetchedFrames.NONE) {
      forgetFrame(); // it may be one of those
    }
    fetched = frames;
  }

  /**
   * Has events at positions brought from memory together.
   *
   * @return how many of them, from the first on
   */
  public int touch(LogFile[] files, long[] positions, int from, int to) {
    Touch its = touch;
    if (its == null) {
      its = new Touch();
      touch = its;
    }
    return its.touch(files, positions, from, to);
  }

  /** Looks whether what seems damaged could not be read. */
  private StoreDamagedException judged(LogFile from, StoreDamagedException damage) {
    forgetFrame(); // what was read of it may not be what it holds
    try {
      Faults.await();
      return damage;
    } catch (InternalError e) {
      return unreadable(from, e);
    }
  }

  private void forgetFrame() {
    file = null;
    if (touch != null) {
      touch.forget();
    }
  }

  private StoreDamagedException unreadable(LogFile from, InternalError error) {
    forgetFrame();
    StoreDamagedException ofColumn = from.locations().unreadable(error);
    return ofColumn != null
        ? ofColumn
        : Faults.unreadable(from.name(), segmentStart + frameAt, error);
  }

  /**
   * The first position of the append that holds a position.
   *
   * @throws StoreDamagedException if the check of a frame fails that says so
   */
  public long appendStart(LogFile from, long position) {
    checkedHeader(from, position);
    long first = firstPosition;
    while (first > from.base() && goesOn(from, first - 1)) {
      first = firstPosition;
    }
    return first;
  }

  /**
   * The position behind the append that holds a position.
   *
   * @throws StoreDamagedException if the check of a frame fails that says so
   */
  public long appendEnd(LogFile from, long position) {
    long next = position;
    boolean more = true;
    while (more) {
      more = goesOn(from, next);
      next = firstPosition + eventCount;
    }
    return next;
  }

  /** How many events the frame holds that holds a position. */
  int frameSize(LogFile from, long position) {
    header(from, position);
    return eventCount;
  }

  /**
   * Whether the append goes on behind the frame that holds a position.
   *
   * @throws StoreDamagedException if the frame's check fails: that of no event covers this
   */
  boolean goesOn(LogFile from, long position) {
    checkedHeader(from, position);
    return goesOn;
  }

  /** The recorded time of the frame that holds a position, in microseconds; not verified. */
  long recordedAtMicros(LogFile from, long position) {
    header(from, position);
    return recordedAtMicros;
  }

  /** Reads a frame's header; what comes of a pack was checked with its block. */
  private void checkedHeader(LogFile from, long position) {
    useFetched(FetchedFrames.NONE); // a frame's check is looked at in its place
    header(from, position);
    if (from.pack() == null) {
      var scanner = new FrameScanner(from.name(), segment, from.header().seed(), frameAt, 0);
      if (!scanner.search(frameAt, frameAt)) {
        throw damaged(from, "the check of the frame of position " + position + " fails");
      }
    }
  }

  /** Reads a frame's header, which no check confirms here. */
  private void header(LogFile from, long position) {
    try {
      locate(from, position);
      Faults.await();
    } catch (StoreDamagedException e) {
      throw judged(from, e);
    } catch (InternalError e) {
      throw unreadable(from, e);
    }
  }

  /**
   * Makes the frame that holds the position the current one, and says which of its events is at the
   * position.
   */
  private int locate(LogFile from, long position) {
    if (from != file || position < firstPosition || position - firstPosition >= eventCount) {
      try {
        openFrame(from, position);
      } catch (IndexOutOfBoundsException _) {
        throw damaged(from, "the place of position " + position + " is wrong");
      }
    }
    return (int) (position - firstPosition);
  }

  private void openFrame(LogFile from, long position) {
    file = null; // until all is in place
    segmentStart = 0;
    frameAt = 0;
    long known = touch == null ? -1 : touch.frameOf(from, position);
    frameAt = known < 0 ? from.locations().offsetOf((int) (position - from.base())) : known;
    MemorySegment bytes = segmentOf(from);
    segment = bytes;
    FileSeal seal = from.frameSeal();
    sealed = seal == null ? null : SealedFrame.at(from.name(), bytes, seal, frameAt);
    int length = Bytes.getInt(bytes, frameAt + Frame.LENGTH);
    firstPosition = Bytes.getLong(bytes, frameAt + Frame.FIRST_POSITION);
    recordedAtMicros = Bytes.getLong(bytes, frameAt + Frame.RECORDED_AT);
    idBase = Bytes.getLong(bytes, frameAt + Frame.ID_BASE);
    eventCount = Bytes.getInt(bytes, frameAt + Frame.EVENTS);
    goesOn = bytes.get(ValueLayout.JAVA_BYTE, frameAt + Frame.GOES_ON) != 0;
    runCount = Bytes.getInt(bytes, frameAt + Frame.RUNS);
    int stringCount = Bytes.getInt(bytes, frameAt + Frame.STRINGS);
    stringBytes = Bytes.getInt(bytes, frameAt + Frame.STRING_BYTES);
    long metaBytes = Frame.metaBytes(runCount, eventCount, stringCount, stringBytes);
    if ((eventCount | runCount | stringCount | stringBytes) < 0
        || metaBytes > length
        || frameAt + length > bytes.byteSize()
        || position < firstPosition
        || position - firstPosition >= eventCount) {
      throw new IndexOutOfBoundsException();
    }
    file = from;
    entriesAt = frameAt + Frame.HEADER_BYTES + (long) Frame.RUN_BYTES * runCount;
    stringEndsAt = entriesAt + (long) Frame.EVENT_BYTES * eventCount;
    stringsAt = stringEndsAt + (long) Frame.STRING_END_BYTES * stringCount;
    bodiesAt = frameAt + metaBytes;
    bodyBytes = (int) (length - metaBytes);
    recordedAt = Micros.toInstant(recordedAtMicros);
    frameSerial++;
    runFrom = 0;
    runTo = 0;
  }

  /** The bytes that hold the frame, whose place is counted from their start from now on. */
  private MemorySegment segmentOf(LogFile from) {
    LogFile.Fetched its = fetched.at(from, frameAt);
    if (its != null) {
      return startingAt(its.start(), its.bytes());
    }
    Pack pack = from.pack();
    if (pack == null) {
      return from.mapping().segment();
    }
    Pack.Block near = pack.blockAt(frameAt, block);
    block = near;
    return startingAt(near.start(), near.frames());
  }

  private MemorySegment startingAt(long place, MemorySegment bytes) {
    segmentStart = place;
    frameAt -= place;
    return bytes;
  }

  private RecordedEvent decode(LogFile from, long position, int index) {
    if (index < runFrom || index >= runTo) {
      openRun(index);
    }
    long revision = runRevision + (index - runFrom);
    int bodyStart = index == 0 ? 0 : intAt(entriesAt + Frame.EVENT_BYTES * (index - 1L));
    int bodyEnd = intAt(entriesAt + (long) Frame.EVENT_BYTES * index);
    int expected = intAt(entriesAt + (long) Frame.EVENT_BYTES * index + 4);
    end = bodyEnd - bodyStart;
    if (bodyStart < 0 || bodyEnd < bodyStart || bodyEnd > bodyBytes) {
      throw new IndexOutOfBoundsException("length " + end);
    }
    if (scratch.length < end) {
      scratch = new byte[end + end / 2];
    }
    copy(bodiesAt + bodyStart, scratch, end);
    int actual = checksum.begin().update(scratch, 0, end).value();
    cover = Frame.cover(0, position);
    cover = Frame.cover(cover, revision);
    cover = Frame.cover(cover, recordedAtMicros);
    cover = Frame.cover(cover, streamCheck);

    int head = scratch[0];
    at = 1;
    long high = (head & Frame.SHORT_ID) != 0 ? idBase + unzigzag(varint()) : fixed();
    cover = Frame.cover(cover, high);
    long low = fixed();
    String type = name();
    boolean stub = ((head >>> Frame.TAGS_SHIFT) & 15) == Frame.SCAVENGED;
    List<String> tags = stub ? List.of() : tags(head);
    String dataType = (head & Frame.DATA_NOT_JSON) != 0 ? name() : Payload.JSON;
    String metadataType = (head & Frame.METADATA_NOT_JSON) != 0 ? name() : Payload.JSON;
    int metadataBytes = (head & Frame.HAS_METADATA) != 0 ? (int) varint() : 0;
    if ((actual ^ Frame.fold(cover)) != expected) {
      if (expectedStream != null) {
        expectStream(null); // perhaps it is just another stream's
        return decode(from, position, locate(from, position));
      }
      throw damaged(from, "the check of the event at position " + position + " fails");
    }
    Payload metadata = Payload.of(scratch, at, metadataBytes, metadataType);
    Payload data =
        stub
            ? Stub.DATA
            : Payload.of(scratch, at + metadataBytes, end - at - metadataBytes, dataType);
    Event event = new Event(new UUID(high, low), type, tags, data, metadata);
    return new RecordedEvent(
        new Position(position), stream, new Revision(revision), recordedAt, event);
  }

  /** 4 bytes behind the frame's header. */
  private int intAt(long offset) {
    return sealed == null ? Bytes.getInt(segment, offset) : sealed.getInt(offset);
  }

  /** 8 bytes behind the frame's header. */
  private long longAt(long offset) {
    return sealed == null ? Bytes.getLong(segment, offset) : sealed.getLong(offset);
  }

  /** Copies bytes behind the frame's header to the start of the target. */
  private void copy(long offset, byte[] target, int length) {
    if (sealed == null) {
      Bytes.copy(segment, offset, target, 0, length);
    } else {
      sealed.copy(offset, target, 0, length);
    }
  }

  private List<String> tags(int head) {
    int count = (head >>> Frame.TAGS_SHIFT) & 15;
    if (count == Frame.MANY_TAGS) {
      count = (int) varint();
    }
    if (count == 0) {
      return List.of();
    }
    if (count == 1) {
      return List.of(name());
    }
    if (count < 0 || count > end) {
      throw new IndexOutOfBoundsException("tags " + count);
    }
    String[] tags = new String[count];
    for (int i = 0; i < count; i++) {
      tags[i] = name();
    }
    return List.of(tags);
  }

  private void openRun(int index) {
    // runs are often of like length, so that a proportional guess is right
    int run = (int) ((long) index * runCount / eventCount);
    int first = firstOfRun(run);
    int next = firstOfRun(run + 1);
    if (first > index || next <= index) {
      run = findRun(index);
      first = firstOfRun(run);
      next = firstOfRun(run + 1);
    }
    String expected = expectedStream;
    if (expected == null) {
      int slot = slotOf(intAt(runAt(run)));
      stream = numberedTexts[slot];
      streamCheck = numberedChecks[slot];
    } else {
      stream = expected;
      streamCheck = expectedCheck;
    }
    runRevision = longAt(runAt(run) + 8);
    runFrom = first;
    runTo = next;
  }

  private int findRun(int index) {
    int low = 0;
    int high = runCount - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (firstOfRun(middle) <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private int firstOfRun(int run) {
    return run == runCount ? eventCount : intAt(runAt(run) + 4);
  }

  private long runAt(int run) {
    return frameAt + Frame.HEADER_BYTES + (long) Frame.RUN_BYTES * run;
  }

  /** The name that is referred to next. */
  private String name() {
    int slot = slotOf((int) varint());
    cover = Frame.cover(cover, numberedChecks[slot]);
    return numberedTexts[slot];
  }

  /** Where the name of that number is found, which is loaded if it is not. */
  private int slotOf(int number) {
    long key = (frameSerial << 32) | number;
    int slot = number & (NAMES - 1);
    if (numberedKeys[slot] != key) {
      load(number, slot);
      numberedKeys[slot] = key;
    }
    return slot;
  }

  private void load(int number, int slot) {
    long endAt = stringEndsAt + (long) Frame.STRING_END_BYTES * number;
    int start = number == 0 ? 0 : intAt(endAt - Frame.STRING_END_BYTES);
    int length = intAt(endAt) - start;
    if (start < 0 || length > stringBytes - start) {
      throw new IndexOutOfBoundsException("string " + number);
    }
    if (nameBytes.length < length + Long.BYTES) {
      nameBytes = new byte[2 * length + Long.BYTES];
    }
    copyName(stringsAt + start, length);
    int check = checksum.begin().update(nameBytes, 0, length).value();
    numberedKeys[slot] = 0; // until both are there
    numberedChecks[slot] = check;
    numberedTexts[slot] = text(check, length);
  }

  /** By 8 bytes at a time, maybe some too many: a bulk copy takes longer for what is so short. */
  private void copyName(long from, int length) {
    if (sealed == null && from + length + Long.BYTES <= segment.byteSize()) {
      for (int i = 0; i < length; i += Long.BYTES) {
        Bytes.putLong(nameBytes, i, Bytes.getLong(segment, from + i));
      }
    } else {
      copy(from, nameBytes, length);
    }
  }

  /** The text of a name's bytes: where it was met before, the same string. */
  private String text(int check, int length) {
    int slot = (check ^ (check >>> 16)) & (NAMES - 1);
    Name name = known[slot];
    if (name != null && name.check == check && name.hasBytes(nameBytes, 0, length)) {
      return name.text;
    }
    if (seen[slot] != check) { // most tags are met once
      seen[slot] = check;
      return new String(nameBytes, 0, length, StandardCharsets.UTF_8);
    }
    name = Name.of(nameBytes, 0, length, check);
    known[slot] = name;
    return name.text;
  }

  private long fixed() {
    if (at + Long.BYTES > end) {
      throw new IndexOutOfBoundsException("id");
    }
    long value = Bytes.getLong(scratch, at);
    at += Long.BYTES;
    return value;
  }

  private long varint() {
    if (at < end && scratch[at] >= 0) {
      return scratch[at++];
    }
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && at < end; shift += 7) {
      byte next = scratch[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IndexOutOfBoundsException("varint");
  }

  private static long unzigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }

  private StoreDamagedException damaged(LogFile from, String what) {
    return new StoreDamagedException(
        from.name(),
        Math.max(segmentStart + frameAt, 0),
        what + "; run verify, and restore the file from a backup");
  }
}
