package io.daybook.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Frames are what the format says, are read as what was written, and nothing else is. */
final class FrameTest {
  private static final int SEED = 0x5eed_5eed;
  private static final int CHAIN = 0x0bad_cafe;
  private static final long BASE = 1_000;

  private final FrameEncoder encoder = new FrameEncoder();
  private final List<DecidedAppend> appends = new ArrayList<>();
  private final List<Integer> places = new ArrayList<>();
  private int check = CHAIN;
  private long next = BASE;

  /** Events of all kinds, from a seed. */
  private static final class Events {
    private final Random random;
    private int number;

    Events(long seed) {
      this.random = new Random(seed);
    }

    DecidedAppend append(long first, int runs, int most) {
      List<DecidedAppend.Run> all = new ArrayList<>();
      for (int i = 0; i < runs; i++) {
        List<Event> events = new ArrayList<>();
        for (int j = random.nextInt(most); j >= 0; j--) {
          events.add(event());
        }
        long revision = random.nextInt(3) == 0 ? random.nextLong() >>> 1 : random.nextInt(100);
        all.add(new DecidedAppend.Run("s-" + random.nextInt(9) + "-" + i, revision, events));
      }
      return new DecidedAppend(first, random.nextLong() >> random.nextInt(40), all);
    }

    private Event event() {
      List<String> tags = new ArrayList<>();
      int count = random.nextInt(4) == 0 ? random.nextInt(17) : random.nextInt(3);
      for (int i = 0; i < count; i++) {
        tags.add(random.nextBoolean() ? "ü:" + i : "k:" + i + number++);
      }
      String type = "T" + random.nextInt(70) + "€".repeat(random.nextInt(20) == 0 ? 80 : 0);
      Event event = new Event(id(), type, tags, payload(200), Payload.empty());
      event = random.nextBoolean() ? event.withMetadata(payload(200)) : event;
      return random.nextInt(9) == 0 ? Stub.of(event) : event;
    }

    private UUID id() {
      return switch (random.nextInt(3)) {
        case 0 -> new UUID(random.nextLong(), random.nextLong());
        case 1 -> new UUID((1L << random.nextInt(52)) - 1 - random.nextInt(2), random.nextLong());
        default -> new UUID(0x0190_0000_0000_7000L + number++, random.nextLong());
      };
    }

    private Payload payload(int most) {
      byte[] bytes = new byte[random.nextInt(most)];
      random.nextBytes(bytes);
      return Payload.of(bytes, random.nextInt(3) == 0 ? "x/" + random.nextInt(3) : Payload.JSON);
    }
  }

  private static Event event(int number, String... tags) {
    return Event.json("T", "{}").withId(new UUID(0x7000 + number, number)).withTags(tags);
  }

  private void write(Event... events) {
    write(new DecidedAppend(next, 7, List.of(new DecidedAppend.Run("s-1", 0, List.of(events)))));
  }

  /** Adds a frame, in the buffer behind those before. */
  private void write(DecidedAppend append) {
    int place = LogFile.FIRST_FRAME + encoder.length();
    long bound = encoder.bound(append);
    check = encoder.append(append, false, SEED, place, check, 128 + places.size());
    assertThat(LogFile.FIRST_FRAME + (long) encoder.length()).isLessThanOrEqualTo(place + bound);
    places.add(place);
    appends.add(append);
    next += append.eventCount();
  }

  private void writeAll(int count, int runs, int most) {
    var events = new Events(5);
    for (int i = 0; i < count; i++) {
      write(events.append(next, 1 + i % runs, most));
    }
  }

  /** The bytes of a log file that has the frames. */
  private byte[] file() {
    var header = new FileHeader(FileHeader.Kind.LOG, SEED, new UUID(1, 2), BASE, 0, 0);
    byte[] start = LogFile.encodeHeader(header, CHAIN);
    byte[] file = Arrays.copyOf(start, start.length + encoder.length());
    System.arraycopy(encoder.buffer(), 0, file, start.length, encoder.length());
    return file;
  }

  private static FrameScanner scanner(byte[] file) {
    return new FrameScanner("f.log", MemorySegment.ofArray(file), SEED, 128, CHAIN);
  }

  private LogFile log(byte[] file) {
    MemorySegment segment = MemorySegment.ofArray(file);
    FileHeader header = FileHeader.decode("f.log", segment, FileHeader.Kind.LOG);
    var log = new LogFile("f.log", header, new Mapping(segment, () -> {}), new LocationColumn());
    long first = BASE;
    for (int i = 0; i < places.size(); i++) {
      log.locations().add((int) (first - BASE), places.get(i));
      first += appends.get(i).eventCount();
    }
    return log;
  }

  private List<RecordedEvent> expected() {
    List<RecordedEvent> all = new ArrayList<>();
    long position = BASE;
    for (DecidedAppend append : appends) {
      for (DecidedAppend.Run run : append.runs()) {
        long revision = run.firstRevision();
        for (Event event : run.events()) {
          all.add(
              new RecordedEvent(
                  new Position(position++),
                  run.stream(),
                  new Revision(revision++),
                  Micros.toInstant(append.recordedAtMicros()),
                  event));
        }
      }
    }
    return all;
  }

  @Test
  void framesAreWhatTheFormatSays() {
    writeAll(300, 4, 5);
    write(manyEvents().toArray(Event[]::new));
    byte[] file = file();
    int chain = CHAIN;
    for (int i = 0; i < appends.size(); i++) {
      int place = places.get(i);
      byte[] frame = FormatFrame.of(appends.get(i), SEED, place, chain, 128 + i);
      assertThat(Arrays.copyOfRange(file, place, place + frame.length)).isEqualTo(frame);
      chain = Bytes.getInt(frame, Frame.CHECK);
    }
    assertThat(check).isEqualTo(chain);
    assertThat(encoder.close(next, 99, SEED, file.length, check))
        .isEqualTo(Bytes.getInt(encoder.buffer(), file.length - 128 + Frame.CHECK));
    assertThat(Arrays.copyOfRange(encoder.buffer(), file.length - 128, encoder.length()))
        .isEqualTo(FormatFrame.close(next, 99, SEED, file.length, check));
  }

  /** Many strings, of which some have equal hashes. */
  private static List<Event> manyEvents() {
    List<Event> many = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      many.add(event(i, "Aa" + i, "BB" + i, "AaBB", "BBAa", "tag:" + i));
    }
    return many;
  }

  /** The buffer is used for one group after another. */
  @Test
  void nothingOfEarlierFramesIsLeftInLaterOnes() {
    write(event(0, "k:1", "k:2"), event(1));
    encoder.clear();
    Event small = Event.json("T", "{}").withId(new UUID(1, 1));
    for (int i = 0; i < 8; i++) {
      DecidedAppend append =
          new DecidedAppend(
              0, 7, List.of(new DecidedAppend.Run("s".repeat(i + 1), 0, List.of(small))));
      encoder.append(append, false, SEED, 128, CHAIN, 128);
      assertThat(Arrays.copyOf(encoder.buffer(), encoder.length()))
          .isEqualTo(FormatFrame.of(append, SEED, 128, CHAIN, 128));
      encoder.clear();
      write(event(0, "k:1", "k:2"), event(1));
      encoder.clear();
    }
    encoder.close(2, 99, SEED, 128, CHAIN);
    assertThat(Arrays.copyOf(encoder.buffer(), encoder.length()))
        .isEqualTo(FormatFrame.close(2, 99, SEED, 128, CHAIN));
  }

  /** What a frame is reserved for is enough, whatever its names are. */
  @Test
  void aBoundIsNotExceeded() {
    List<DecidedAppend.Run> runs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      List<String> tags = new ArrayList<>();
      for (int j = 0; j < 40; j++) {
        tags.add("€".repeat(1 + j) + i);
      }
      Payload data = Payload.of(new byte[i], "€".repeat(60) + "d" + i);
      Payload metadata = Payload.of(new byte[i], "€".repeat(60) + "m" + i);
      Event event = new Event(new UUID(-i, i), "€".repeat(80) + i, tags, data, metadata);
      runs.add(new DecidedAppend.Run("€".repeat(200) + i, 0, List.of(event)));
    }
    for (DecidedAppend.Run run : runs) {
      write(new DecidedAppend(next, 7, List.of(run)));
      write(
          new DecidedAppend(
              next, 7, List.of(new DecidedAppend.Run(run.stream(), 0, List.of(event(0))))));
    }
    write(new DecidedAppend(next, 7, runs));
  }

  @Test
  void whatIsWrittenIsRead() {
    writeAll(300, 4, 5);
    List<RecordedEvent> expected = expected();
    LogFile log = log(file());
    var reader = new EventReader();
    var random = new Random(1);
    for (int i = 0; i < 4 * expected.size(); i++) {
      int index = i < expected.size() ? i : random.nextInt(expected.size());
      RecordedEvent event = reader.read(log, BASE + index);
      assertThat(event).isEqualTo(expected.get(index));
      boolean stub = event.data().contentType().equals("application/x-daybook-scavenged");
      assertThat(Stub.is(event)).isEqualTo(stub);
      assertThat(Stub.unless(event)).isSameAs(stub ? null : event);
    }
  }

  /** As after a scavenge, when a reader that has read of the one goes on with the other. */
  @Test
  void twoFilesOfTheSamePositionsAreToldApart() {
    write(event(0), event(1));
    LogFile one = log(file());
    encoder.clear();
    places.clear();
    appends.clear();
    next = BASE;
    check = CHAIN;
    write(event(2), event(3));
    LogFile other = log(file());
    var reader = new EventReader();
    for (int i = 0; i < 2; i++) {
      assertThat(reader.read(one, BASE + i).event()).isEqualTo(event(i));
      assertThat(reader.read(other, BASE + i).event()).isEqualTo(event(2 + i));
    }
  }

  /** Two names of which the CRC32C is the same: checks cannot tell them apart. */
  @Test
  void namesOfEqualChecksAreToldApart() {
    String[] names = {"name:72115188", "name:41609228"};
    assertThat(Name.of(names[0]).check).isEqualTo(Name.of(names[1]).check);
    for (int i = 0; i < 20; i++) {
      write(Event.json(names[i / 3 % 2], "{}").withId(new UUID(1, i)).withTags(names[i % 2]));
    }
    write(Event.json("T", "{}").withId(new UUID(1, 20)).withTags(names));
    List<RecordedEvent> expected = expected();
    LogFile log = log(file());
    var reader = new EventReader();
    for (RecordedEvent event : expected) {
      assertThat(reader.read(log, event.position().value())).isEqualTo(event);
    }
  }

  @Test
  void wholeAppendsAreRead() {
    writeAll(100, 4, 5);
    LogFile log = log(file());
    var reader = new EventReader();
    for (DecidedAppend append : appends) {
      assertThat(StoredFrame.read(reader, log, append.firstPosition(), _ -> false))
          .isEqualTo(new StoredFrame(append, false));
    }
    for (DecidedAppend append : appends) {
      assertThat(reader.appendStart(log, append.firstPosition() + append.eventCount() - 1))
          .isEqualTo(append.firstPosition());
    }
    for (DecidedAppend append : appends) {
      assertThat(reader.frameSize(log, append.firstPosition())).isEqualTo(append.eventCount());
    }
    for (DecidedAppend append : appends) {
      assertThat(reader.recordedAtMicros(log, append.firstPosition()))
          .isEqualTo(append.recordedAtMicros());
    }
  }

  @Test
  void whatIsDroppedOfAnAppendIsAStub() {
    write(event(0, "k:1"), event(1, "k:2"), event(2));
    DecidedAppend left =
        StoredFrame.read(
                new EventReader(), log(file()), BASE, event -> event.position().value() == BASE + 1)
            .events();
    List<Event> events = left.runs().getFirst().events();
    assertThat(events.get(0)).isEqualTo(event(0, "k:1"));
    assertThat(events.get(1)).isEqualTo(Stub.of(event(1)));
    assertThat(events.get(1).tags()).isEmpty();
    assertThat(Stub.is(events.get(1))).isTrue();
    assertThat(Stub.is(events.get(0))).isFalse();
    assertThat(events.get(2)).isEqualTo(event(2));
  }

  @Test
  void whatIsSaidOfTheStreamIsCheckedAndForgotten() {
    write(event(0));
    write(
        new DecidedAppend(
            next,
            7,
            List.of(
                new DecidedAppend.Run("s-1", 1, List.of(event(1))),
                new DecidedAppend.Run("s-2", 0, List.of(event(2), event(3))))));
    List<RecordedEvent> expected = expected();
    LogFile log = log(file());
    for (String stream : new String[] {"s-1", "s-2", "s-3", null}) {
      var reader = new EventReader();
      reader.expectStream(stream);
      for (int i : new int[] {0, 1, 2, 3, 1, 0}) {
        assertThat(reader.read(log, BASE + i)).isEqualTo(expected.get(i));
      }
    }
  }

  /** Each frame, whatever it says of itself, ends the frames or is one of the file. */
  @Test
  void everyFlippedBitIsNoticed() {
    String[] tags = new String[20];
    Arrays.setAll(tags, i -> "k:" + i);
    write(event(0, tags));
    write(new Events(9).append(next, 2, 2));
    write(event(1));
    byte[] whole = file();
    List<RecordedEvent> expected = expected();
    var reader = new EventReader();
    for (int bit = 8 * 128; bit < 8 * whole.length; bit++) {
      byte[] file = whole.clone();
      file[bit / 8] ^= (byte) (1 << bit % 8);
      int frame = frameAt(bit / 8);
      FrameScanner scanner = scanner(file);
      int valid = 0;
      while (scanner.next()) {
        assertThat(scanner.offset()).isEqualTo((long) places.get(valid));
        valid++;
      }
      LogFile log = log(file);
      int refused = 0;
      for (RecordedEvent event : expected) {
        try {
          RecordedEvent read = reader.read(log, event.position().value());
          assertThat(read.equals(event)).as("%s instead of %s", read, event).isTrue();
        } catch (StoreDamagedException _) {
          refused++;
        }
      }
      boolean padding = bit / 8 >= bodiesEnd(whole, frame);
      if (valid == places.size() && !padding) {
        assertThat(refused).as("events refused for bit %s", bit).isEqualTo(1);
      } else {
        assertThat(valid).isEqualTo(padding ? places.size() : frame);
      }
    }
  }

  private int frameAt(int offset) {
    int frame = places.size() - 1;
    while (places.get(frame) > offset) {
      frame--;
    }
    return frame;
  }

  private int bodiesEnd(byte[] file, int frame) {
    int place = places.get(frame);
    int runs = Bytes.getInt(file, place + Frame.RUNS);
    int entries = place + Frame.HEADER_BYTES + Frame.RUN_BYTES * runs;
    int events = Bytes.getInt(file, place + Frame.EVENTS);
    int end = Bytes.getInt(file, entries + Frame.EVENT_BYTES * (events - 1));
    int bodiesEnd = (int) (place + FuzzChecks.metaBytes(file, place)) + end;
    int frameEnd = place + Bytes.getInt(file, place + Frame.LENGTH);
    assertThat(frameEnd - bodiesEnd).isBetween(0, 7);
    return bodiesEnd;
  }

  @Test
  void aScannerTellsWhatAFrameSays() {
    writeAll(3, 2, 4);
    int end = 128 + encoder.length();
    check = encoder.close(next, 99, SEED, end, check);
    byte[] file = file();
    FrameScanner scanner = scanner(file);
    for (int i = 0; i < 3; i++) {
      assertThat(scanner.nextOffset()).isEqualTo((long) places.get(i));
      assertThat(scanner.next()).isTrue();
      DecidedAppend append = appends.get(i);
      assertThat(scanner.offset()).isEqualTo((long) places.get(i));
      assertThat(scanner.isClose()).isFalse();
      assertThat(scanner.firstPosition()).isEqualTo(append.firstPosition());
      assertThat(scanner.events()).isEqualTo(append.eventCount());
      assertThat(scanner.recordedAtMicros()).isEqualTo(append.recordedAtMicros());
      assertThat(scanner.durableMark()).isEqualTo(128 + i);
      assertThat(scanner.check()).isEqualTo(Bytes.getInt(file, places.get(i) + Frame.CHECK));
    }
    assertThat(scanner.next()).isTrue();
    assertThat(scanner.isClose()).isTrue();
    assertThat(scanner.firstPosition()).isEqualTo(next);
    assertThat(scanner.recordedAtMicros()).isEqualTo(99);
    assertThat(scanner.durableMark()).isEqualTo(end);
    assertThat(scanner.nextOffset()).isEqualTo(file.length);
    assertThat(scanner.next()).isFalse();
    assertThat(scanner.offset()).isEqualTo(end);
    assertThat(scanner.check()).isEqualTo(check);
  }

  /** A frame of another file, another place or behind another frame is none. */
  @Test
  void aFrameBelongsToItsFilePlaceAndChain() {
    write(event(0));
    write(event(1));
    byte[] file = file();
    MemorySegment segment = MemorySegment.ofArray(file);
    assertThat(new FrameScanner("f", segment, SEED, 128, CHAIN).next()).isTrue();
    assertThat(new FrameScanner("f", segment, SEED ^ 1, 128, CHAIN).next()).isFalse();
    assertThat(new FrameScanner("f", segment, SEED, 128, CHAIN ^ 1).next()).isFalse();
    MemorySegment moved = MemorySegment.ofArray(Arrays.copyOfRange(file, 8, file.length));
    assertThat(new FrameScanner("f", moved, SEED, 120, CHAIN).next()).isFalse();
  }

  @Test
  void aSearchFindsTheNextFrameUpToAnOffset() {
    writeAll(5, 2, 4);
    byte[] file = file();
    FrameScanner scanner = scanner(file);
    long last = places.getLast();
    assertThat(scanner.search(places.get(2), last)).isTrue();
    assertThat(scanner.offset()).isEqualTo((long) places.get(2));
    assertThat(scanner.search(places.get(2) + 1L, last)).isTrue();
    assertThat(scanner.offset()).isEqualTo((long) places.get(3));
    assertThat(scanner.search(places.get(3) + 1L, last)).isTrue();
    assertThat(scanner.offset()).isEqualTo(last);
    assertThat(scanner.nextOffset()).isEqualTo(file.length);
    assertThat(scanner.search(places.get(3) + 1L, last - 1)).isFalse();
    assertThat(scanner.search(last + 1, file.length)).isFalse();
    assertThat(scanner.search(file.length - 8L, file.length + 100L)).isFalse();
  }

  /** A header that lies about sizes, and whose check is right all the same. */
  @Test
  void sizesThatCannotBeAreNoFrame() {
    write(event(0, "k:1"));
    write(event(1));
    byte[] whole = file();
    int length = Bytes.getInt(whole, 128 + Frame.LENGTH);
    int[] lengths = {0, 8, 56, 63, 65, -8, length + 4, whole.length - 128 + 8, Integer.MAX_VALUE};
    for (int wrong : lengths) {
      byte[] file = whole.clone();
      Bytes.putInt(file, 128 + Frame.LENGTH, wrong);
      assertThat(scanner(forged(file)).next()).as("length %s", wrong).isFalse();
    }
    for (int at : new int[] {Frame.EVENTS, Frame.RUNS, Frame.STRINGS, Frame.STRING_BYTES}) {
      for (int wrong : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, length}) {
        byte[] file = whole.clone();
        Bytes.putInt(file, 128 + at, wrong);
        assertThat(scanner(forged(file)).next()).as("%s at %s", wrong, at).isFalse();
      }
    }
    for (byte kind : new byte[] {0, 4, -1}) {
      byte[] file = whole.clone();
      file[128 + Frame.KIND] = kind;
      assertThat(scanner(forged(file)).next()).as("kind %s", kind).isFalse();
    }
    byte[] file = whole.clone();
    Bytes.putInt(file, 128 + Frame.EVENTS, 0);
    assertThat(scanner(forged(file)).next()).as("without events").isFalse();
    file = Arrays.copyOf(whole, 128 + 64);
    System.arraycopy(FormatFrame.close(next, 99, SEED, 128, CHAIN), 0, file, 128, 64);
    assertThat(scanner(forged(file)).next()).isTrue();
    for (int at : new int[] {Frame.EVENTS, Frame.RUNS, Frame.STRINGS, Frame.STRING_BYTES}) {
      Bytes.putInt(file, 128 + at, -1);
      assertThat(scanner(forged(file)).next()).as("a close record at %s", at).isFalse();
      Bytes.putInt(file, 128 + at, 0);
    }
    assertThat(scanner(forged(whole.clone())).next()).isTrue();
  }

  /** Makes the check of the first frame right, if that is within the file. */
  private static byte[] forged(byte[] file) {
    long meta = FuzzChecks.metaBytes(file, 128);
    if (meta < Frame.CHAIN || meta > file.length - 128) {
      meta = Frame.HEADER_BYTES;
    }
    int check =
        new Checksum()
            .begin(SEED, 128, Bytes.getInt(file, 128 + Frame.CHAIN))
            .update(file, 128, 4)
            .update(file, 128 + Frame.CHAIN, (int) meta - Frame.CHAIN)
            .value();
    Bytes.putInt(file, 128 + Frame.CHECK, check);
    return file;
  }

  /** Many strings, events, runs, and bytes. */
  @Test
  void largeFramesAreReadToo() {
    List<Event> many = manyEvents();
    var large = Event.of("L", Payload.of(new byte[9 << 20], "x/y")).withId(new UUID(1, 1));
    List<DecidedAppend.Run> runs = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      runs.add(new DecidedAppend.Run("r-" + i, i, many.subList(i, i + (i % 100 == 0 ? 40 : 1))));
    }
    write(many.toArray(Event[]::new));
    write(new DecidedAppend(next, 7, runs));
    write(large);
    write(event(1));
    byte[] file = file();
    FrameScanner scanner = scanner(file);
    for (int place : places) {
      assertThat(scanner.next()).isTrue();
      assertThat(scanner.offset()).isEqualTo(place);
    }
    List<RecordedEvent> expected = expected();
    LogFile log = log(file);
    var reader = new EventReader();
    var random = new Random(1);
    for (int i = 0; i < 2 * expected.size(); i++) {
      int index = i < expected.size() ? i : random.nextInt(expected.size());
      assertThat(reader.read(log, BASE + index)).isEqualTo(expected.get(index));
    }
  }

  @Test
  void anEncoderGivesBackWhatALargeGroupTook() {
    int before = encoder.buffer().length;
    write(event(0));
    encoder.clear();
    assertThat(encoder.length()).isZero();
    write(Event.of("L", Payload.of(new byte[9 << 20], "x/y")));
    encoder.clear();
    assertThat(encoder.buffer()).hasSize(before);
  }

  @Test
  void aPositionThatAFrameDoesNotHoldIsRefused() {
    write(event(0), event(1));
    write(event(2));
    LogFile log = log(file());
    var reader = new EventReader();
    assertThat(reader.read(log, BASE + 2).event()).isEqualTo(event(2));
    assertThatThrownBy(() -> reader.read(log, BASE + 3))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("the place of position 1003 is wrong");
    assertThatThrownBy(() -> reader.frameSize(log, BASE - 1))
        .isInstanceOf(StoreDamagedException.class);
    assertThat(reader.frameSize(log, BASE + 1)).isEqualTo(2);
  }
}
