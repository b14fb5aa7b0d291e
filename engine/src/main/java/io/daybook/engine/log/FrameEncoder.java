package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.FileSeal;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes frames one after another into the buffer of a group. Used by one thread at a time. */
final class FrameEncoder {
  private static final int SMALL = 16;
  private static final int REMEMBERED = 1 << 12;

  private final Checksum checksum = new Checksum();
  private final @Nullable Name[] remembered = new @Nullable Name[REMEMBERED];
  private byte[] buffer = new byte[1 << 16];
  private int length;
  private @Nullable FrameSealer sealer;

  // the strings of the frame under way
  private Name[] strings = new Name[SMALL];
  private int stringCount;
  private int stringBytes;

  /** Numbers of strings by their hash, each with the serial of the frame that it belongs to. */
  private long[] numbers = new long[4 * SMALL];

  private int frameSerial;
  private int[] uses = new int[SMALL];
  private int usedRefs;
  private int nextRef;

  // what the check of the event under way covers besides its body
  private long cover;

  /** Seals the appends that come, or not. */
  FrameEncoder sealingWith(@Nullable FileSeal seal) {
    sealer = seal == null ? null : new FrameSealer(seal);
    return this;
  }

  /** The bytes encoded so far. */
  byte[] buffer() {
    return buffer;
  }

  /** How many bytes are encoded. */
  int length() {
    return length;
  }

  /** Forgets the bytes encoded so far. */
  void clear() {
    length = 0;
    if (buffer.length > 8 << 20) {
      buffer = new byte[1 << 16];
    }
  }

  /** A number of bytes that the frame will not exceed. */
  long bound(DecidedAppend frame) {
    long bytes = upperBound(frame);
    return sealer == null ? bytes : bytes + FrameSealer.trailerBound(bytes);
  }

  private static long upperBound(DecidedAppend frame) {
    long bytes = Frame.HEADER_BYTES + 8;
    for (DecidedAppend.Run run : frame.runs()) {
      bytes += Frame.RUN_BYTES + 3L * run.stream().length() + Frame.STRING_END_BYTES;
      for (Event event : run.events()) {
        bytes += Frame.EVENT_BYTES + 48 + event.data().size() + event.metadata().size();
        bytes += 3L * (event.type().length() + event.data().contentType().length());
        bytes += 3L * event.metadata().contentType().length() + 3L * Frame.STRING_END_BYTES;
        for (String tag : event.tags()) {
          bytes += 3L * tag.length() + 5 + Frame.STRING_END_BYTES;
        }
      }
    }
    return bytes;
  }

  /**
   * Adds a frame.
   *
   * @param frame its events
   * @param goesOn whether the append goes on in the next frame
   * @param fileSeed the log file's seed
   * @param fileOffset where in the file the frame will stand
   * @param chain the check of the frame before
   * @param durableMark up to where the file is synced
   * @return the frame's check
   */
  int append(
      DecidedAppend frame,
      boolean goesOn,
      int fileSeed,
      long fileOffset,
      int chain,
      long durableMark) {
    List<DecidedAppend.Run> runs = frame.runs();
    int events = frame.eventCount();
    collectStrings(runs);
    int meta = (int) Frame.metaBytes(runs.size(), events, stringCount, stringBytes);
    reserve(bound(frame));
    int start = length;
    byte[] bytes = buffer;
    long idBase = runs.getFirst().events().getFirst().id().getMostSignificantBits();
    Bytes.putInt(bytes, start + Frame.CHAIN, chain);
    Bytes.putInt(bytes, start + Frame.KIND, Frame.KIND_APPEND);
    bytes[start + Frame.GOES_ON] = (byte) (goesOn ? 1 : 0);
    Bytes.putLong(bytes, start + Frame.FIRST_POSITION, frame.firstPosition());
    Bytes.putLong(bytes, start + Frame.RECORDED_AT, frame.recordedAtMicros());
    Bytes.putLong(bytes, start + Frame.DURABLE_MARK, durableMark);
    Bytes.putLong(bytes, start + Frame.ID_BASE, idBase);
    Bytes.putInt(bytes, start + Frame.EVENTS, events);
    Bytes.putInt(bytes, start + Frame.RUNS, runs.size());
    Bytes.putInt(bytes, start + Frame.STRINGS, stringCount);
    Bytes.putInt(bytes, start + Frame.STRING_BYTES, stringBytes);
    int end = putRunsAndEvents(frame, start, start + meta, idBase);
    putStrings(start + meta - stringBytes);
    return finish(start, meta, end, fileSeed, fileOffset, chain);
  }

  /** Adds a close record. */
  int close(long nextPosition, long now, int fileSeed, long fileOffset, int chain) {
    reserve(Frame.HEADER_BYTES);
    int start = length;
    Arrays.fill(buffer, start, start + Frame.HEADER_BYTES, (byte) 0);
    Bytes.putInt(buffer, start + Frame.CHAIN, chain);
    Bytes.putInt(buffer, start + Frame.KIND, Frame.KIND_CLOSE);
    Bytes.putLong(buffer, start + Frame.FIRST_POSITION, nextPosition);
    Bytes.putLong(buffer, start + Frame.RECORDED_AT, now);
    Bytes.putLong(buffer, start + Frame.DURABLE_MARK, fileOffset);
    int end = start + Frame.HEADER_BYTES;
    return finish(start, Frame.HEADER_BYTES, end, fileSeed, fileOffset, chain);
  }

  private int finish(int start, int meta, int end, int fileSeed, long fileOffset, int chain) {
    int frameLength = (int) Frame.padded(end - start);
    Arrays.fill(buffer, end, start + frameLength, (byte) 0);
    Bytes.putInt(buffer, start + Frame.LENGTH, frameLength);
    int covered = meta;
    if (sealer != null && meta > Frame.HEADER_BYTES) {
      frameLength = sealer.seal(buffer, start, frameLength, fileOffset);
      covered = frameLength;
    }
    int check =
        checksum
            .begin(fileSeed, fileOffset, chain)
            .update(buffer, start, 4)
            .update(buffer, start + Frame.CHAIN, covered - Frame.CHAIN)
            .value();
    Bytes.putInt(buffer, start + Frame.CHECK, check);
    length = start + frameLength;
    return check;
  }

  /** Numbers the strings of the frame, in the order in which the frame refers to them. */
  private void collectStrings(List<DecidedAppend.Run> runs) {
    stringCount = 0;
    stringBytes = 0;
    usedRefs = 0;
    frameSerial++;
    if (frameSerial == 0) { // once in 2^32 frames, what they left behind must not look new
      Arrays.fill(numbers, 0);
      frameSerial = 1;
    }
    for (DecidedAppend.Run run : runs) {
      use(run.stream());
      for (Event event : run.events()) {
        use(event.type());
        List<String> tags = event.tags();
        for (int i = 0; i < tags.size(); i++) {
          use(tags.get(i));
        }
        if (!isJson(event.data()) && !Stub.is(event)) {
          use(event.data().contentType());
        }
        if (!isJson(event.metadata())) {
          use(event.metadata().contentType());
        }
      }
    }
    nextRef = 0;
  }

  private static boolean isJson(Payload payload) {
    return payload.contentType().equals(Payload.JSON);
  }

  private void use(String text) {
    if (usedRefs == uses.length) {
      uses = Arrays.copyOf(uses, 2 * usedRefs);
    }
    uses[usedRefs++] = number(text);
  }

  /** The number of a string in the frame; it is added if it is not there yet. */
  private int number(String text) {
    int slot = slotOf(text.hashCode());
    while ((int) (numbers[slot] >>> 32) == frameSerial) {
      int number = (int) numbers[slot];
      if (strings[number].is(text)) {
        return number;
      }
      slot = (slot + 1) & (numbers.length - 1);
    }
    Name name = name(text);
    if (stringCount == strings.length) {
      strings = Arrays.copyOf(strings, 2 * stringCount);
    }
    strings[stringCount] = name;
    stringBytes += name.utf8.length;
    numbers[slot] = (long) frameSerial << 32 | stringCount;
    stringCount++;
    if (2 * stringCount > numbers.length) {
      growNumbers();
    }
    return stringCount - 1;
  }

  private int slotOf(int hash) {
    return (hash ^ (hash >>> 12)) & (numbers.length - 1);
  }

  private void growNumbers() {
    numbers = new long[2 * numbers.length];
    for (int i = 0; i < stringCount; i++) {
      int slot = slotOf(strings[i].hash);
      while (numbers[slot] != 0) {
        slot = (slot + 1) & (numbers.length - 1);
      }
      numbers[slot] = (long) frameSerial << 32 | i;
    }
  }

  /**
   * Looks for the same string, not one that is equal: to compare two strings that are far apart in
   * memory takes longer than to encode one.
   */
  @SuppressWarnings("ReferenceEquality")
  private Name name(String text) {
    int hash = text.hashCode();
    int slot = (hash ^ (hash >>> 12)) & (REMEMBERED - 1);
    Name name = remembered[slot];
    if (name == null || name.text != text) {
      name = Name.of(text);
      remembered[slot] = name;
    }
    return name;
  }

  private int putRunsAndEvents(DecidedAppend frame, int start, int bodies, long idBase) {
    int runAt = start + Frame.HEADER_BYTES;
    int entryAt = runAt + Frame.RUN_BYTES * frame.runs().size();
    int index = 0;
    int at = bodies;
    for (DecidedAppend.Run run : frame.runs()) {
      int streamRef = uses[nextRef++];
      Bytes.putInt(buffer, runAt, streamRef);
      Bytes.putInt(buffer, runAt + 4, index);
      Bytes.putLong(buffer, runAt + 8, run.firstRevision());
      runAt += Frame.RUN_BYTES;
      long revision = run.firstRevision();
      for (Event event : run.events()) {
        cover = Frame.cover(0, frame.firstPosition() + index);
        cover = Frame.cover(cover, revision);
        cover = Frame.cover(cover, frame.recordedAtMicros());
        cover = Frame.cover(cover, strings[streamRef].check);
        int body = at;
        at = putBody(body, event, idBase);
        int check = Checksum.of(buffer, body, at - body) ^ Frame.fold(cover);
        Bytes.putInt(buffer, entryAt, at - bodies);
        Bytes.putInt(buffer, entryAt + 4, check);
        entryAt += Frame.EVENT_BYTES;
        index++;
        revision++;
      }
    }
    return at;
  }

  private int putBody(int offset, Event event, long idBase) {
    int at = offset + 1;
    int tags = event.tags().size();
    boolean manyTags = tags >= Frame.SCAVENGED;
    boolean stub = Stub.is(event);
    int head = (stub ? Frame.SCAVENGED : manyTags ? Frame.MANY_TAGS : tags) << Frame.TAGS_SHIFT;
    long high = event.id().getMostSignificantBits();
    cover = Frame.cover(cover, high);
    long difference = high - idBase;
    long zigzag = (difference << 1) ^ (difference >> 63);
    if (Bytes.varintLength(zigzag) < Long.BYTES) {
      head |= Frame.SHORT_ID;
      at = Bytes.putVarint(buffer, at, zigzag);
    } else {
      Bytes.putLong(buffer, at, high);
      at += Long.BYTES;
    }
    Bytes.putLong(buffer, at, event.id().getLeastSignificantBits());
    at = putNextRef(at + Long.BYTES);
    if (stub) {
      buffer[offset] = (byte) head;
      return at;
    }
    if (manyTags) {
      at = Bytes.putVarint(buffer, at, tags);
    }
    for (int i = 0; i < tags; i++) {
      at = putNextRef(at);
    }
    if (!isJson(event.data())) {
      head |= Frame.DATA_NOT_JSON;
      at = putNextRef(at);
    }
    if (!isJson(event.metadata())) {
      head |= Frame.METADATA_NOT_JSON;
      at = putNextRef(at);
    }
    int metadataBytes = event.metadata().size();
    if (metadataBytes > 0) {
      head |= Frame.HAS_METADATA;
      at = Bytes.putVarint(buffer, at, metadataBytes);
      event.metadata().copyTo(buffer, at);
      at += metadataBytes;
    }
    event.data().copyTo(buffer, at);
    buffer[offset] = (byte) head;
    return at + event.data().size();
  }

  /** Refers to the next string in the order of {@link #collectStrings}. */
  private int putNextRef(int offset) {
    int ref = uses[nextRef++];
    cover = Frame.cover(cover, strings[ref].check);
    return Bytes.putVarint(buffer, offset, ref);
  }

  private void putStrings(int stringsAt) {
    int endAt = stringsAt - Frame.STRING_END_BYTES * stringCount;
    int end = 0;
    for (int i = 0; i < stringCount; i++) {
      byte[] utf8 = strings[i].utf8;
      System.arraycopy(utf8, 0, buffer, stringsAt + end, utf8.length);
      end += utf8.length;
      Bytes.putInt(buffer, endAt + Frame.STRING_END_BYTES * i, end);
    }
  }

  private void reserve(long bytes) {
    long needed = length + bytes;
    if (needed > buffer.length) {
      if (needed > Integer.MAX_VALUE - 16) {
        throw new IllegalStateException("a group of " + needed + " bytes");
      }
      buffer =
          Arrays.copyOf(
              buffer, (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, 2L * buffer.length)));
    }
  }
}
