package io.daybook.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An append that takes several frames is whole or not there. */
final class AppendFramesTest {
  private static final int SEED = 77;
  private static final long BASE = 500;
  private static final int FRAME_BYTES = 400;

  private final Random random = new Random(3);
  private final FrameEncoder encoder = new FrameEncoder();
  private final List<Integer> places = new ArrayList<>();
  private int check;
  private long next = BASE;

  private Event event(int bytes) {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    return Event.of("T", Payload.of(new byte[bytes], "x/y")).withId(id);
  }

  private DecidedAppend append(int... sizes) {
    List<Event> events = Arrays.stream(sizes).mapToObj(this::event).toList();
    int half = events.size() / 2;
    List<DecidedAppend.Run> runs = new ArrayList<>();
    if (half > 0) {
      runs.add(new DecidedAppend.Run("s-1", 40, events.subList(0, half)));
    }
    runs.add(new DecidedAppend.Run("s-2", 7, events.subList(half, events.size())));
    return new DecidedAppend(next, 9, runs);
  }

  private void write(DecidedAppend append) {
    List<DecidedAppend> frames = FrameSplit.of(append, FRAME_BYTES);
    for (int i = 0; i < frames.size(); i++) {
      int place = LogFile.FIRST_FRAME + encoder.length();
      places.add(place);
      boolean goesOn = i + 1 < frames.size();
      check = encoder.append(frames.get(i), goesOn, SEED, place, check, LogFile.FIRST_FRAME);
    }
    next += append.eventCount();
  }

  private byte[] file() {
    var header = new FileHeader(FileHeader.Kind.LOG, SEED, new UUID(1, 2), BASE, 0, 0);
    byte[] start = LogFile.encodeHeader(header, 0);
    byte[] file = Arrays.copyOf(start, start.length + encoder.length());
    System.arraycopy(encoder.buffer(), 0, file, start.length, encoder.length());
    return file;
  }

  private static LogFile log(byte[] file) {
    MemorySegment segment = MemorySegment.ofArray(file);
    FileHeader header = FileHeader.decode("f.log", segment, FileHeader.Kind.LOG);
    return new LogFile("f.log", header, new Mapping(segment, () -> {}), new LocationColumn());
  }

  private static FrameScanner scanner(byte[] file) {
    return LogRecovery.scanner(log(file));
  }

  @Test
  void whatGoesIntoOneFrameIsOne() {
    DecidedAppend append = append(100, 100);
    assertThat(FrameSplit.of(append, FRAME_BYTES)).containsExactly(append);
    DecidedAppend large = append(5_000);
    assertThat(FrameSplit.of(large, FRAME_BYTES)).containsExactly(large);
    int half = FRAME_BYTES / 2 - 64;
    assertThat(FrameSplit.of(append(half, half), FRAME_BYTES)).hasSize(1);
    assertThat(FrameSplit.of(append(half, half, half, half), FRAME_BYTES)).hasSize(2);
    assertThat(FrameSplit.of(append(half, half + 1), FRAME_BYTES)).hasSize(2);
  }

  @Test
  void framesAreFullAndHoldAllEventsInOrder() {
    for (int count = 2; count < 40; count++) {
      int[] sizes = random.ints(count, 0, 600).toArray();
      DecidedAppend append = append(sizes);
      List<DecidedAppend> frames = FrameSplit.of(append, FRAME_BYTES);
      List<Event> events = new ArrayList<>();
      long revision = 0;
      String stream = "";
      for (DecidedAppend frame : frames) {
        assertThat(frame.firstPosition()).isEqualTo(append.firstPosition() + events.size());
        assertThat(frame.recordedAtMicros()).isEqualTo(9);
        for (DecidedAppend.Run run : frame.runs()) {
          long expected =
              run.stream().equals(stream) ? revision : run.stream().equals("s-1") ? 40 : 7;
          assertThat(run.firstRevision()).isEqualTo(expected);
          assertThat(run.events()).isNotEmpty();
          stream = run.stream();
          revision = run.firstRevision() + run.events().size();
          events.addAll(run.events());
        }
      }
      assertThat(events)
          .isEqualTo(append.runs().stream().flatMap(run -> run.events().stream()).toList());
      for (int i = 0; i < frames.size(); i++) {
        long bytes = bytes(frames.get(i));
        assertThat(frames.get(i).eventCount() == 1 || bytes <= FRAME_BYTES).isTrue();
        if (i > 0) { // nothing more went into the one before
          Event first = frames.get(i).runs().getFirst().events().getFirst();
          assertThat(bytes(frames.get(i - 1)) + 64 + first.data().size())
              .isGreaterThan(FRAME_BYTES);
        }
      }
    }
  }

  private static long bytes(DecidedAppend frame) {
    return frame.runs().stream()
        .flatMap(run -> run.events().stream())
        .mapToLong(event -> 64 + event.data().size() + event.metadata().size())
        .sum();
  }

  @Test
  void metadataAndTagsCountToo() {
    Event described = event(0).withMetadata(Payload.of(new byte[350], "x/y"));
    Event tagged = event(0).withTags("k:" + "v".repeat(200), "k:" + "w".repeat(150));
    for (Event event : List.of(described, tagged)) {
      var run = new DecidedAppend.Run("s-1", 0, List.of(event, event(0)));
      assertThat(FrameSplit.of(new DecidedAppend(0, 9, List.of(run)), FRAME_BYTES)).hasSize(2);
    }
  }

  @Test
  void aScannerGoesFromAppendToAppend() {
    write(append(10));
    write(append(300, 300, 300, 300));
    write(append(20));
    assertThat(places).hasSize(6);
    byte[] file = file();
    LogFile log = log(file);
    FrameScanner scanner = scanner(file);

    assertThat(scanner.next()).isTrue();
    assertThat(scanner.frames()).isEqualTo(1);
    assertThat(scanner.next()).isTrue();
    assertThat(scanner.offset()).isEqualTo((long) places.get(1));
    assertThat(scanner.firstPosition()).isEqualTo(BASE + 1);
    assertThat(scanner.events()).isEqualTo(4);
    assertThat(scanner.frames()).isEqualTo(4);
    assertThat(scanner.framePosition(3)).isEqualTo(BASE + 4);
    assertThat(scanner.frameOffset(3)).isEqualTo((long) places.get(4));
    assertThat(scanner.frameOffset(4)).isEqualTo((long) places.get(5));
    assertThat(scanner.nextOffset()).isEqualTo((long) places.get(5));
    scanner.locate(log.locations(), BASE - 1); // as if the first were not there
    assertThat(log.locations().count()).isEqualTo(4);
    assertThat(log.locations().offsetOf(4)).isEqualTo((long) places.get(3));
    assertThat(scanner.next()).isTrue();
    assertThat(scanner.events()).isEqualTo(1);
    assertThat(scanner.check()).isEqualTo(check);
    assertThat(scanner.next()).isFalse();
  }

  @Test
  void anAppendMayTakeManyFrames() {
    int[] sizes = new int[100];
    Arrays.fill(sizes, 300);
    write(append(sizes));
    byte[] file = file();
    FrameScanner scanner = scanner(file);
    assertThat(scanner.next()).isTrue();
    assertThat(scanner.frames()).isEqualTo(100);
    for (int i = 0; i < 100; i++) {
      assertThat(scanner.framePosition(i)).isEqualTo(BASE + i);
      assertThat(scanner.frameOffset(i)).isEqualTo((long) places.get(i));
    }
  }

  /** Whatever is missing or damaged of what its frames say, nothing of the append is there. */
  @Test
  void anAppendOfWhichAFrameIsNotThereIsNotThere() {
    write(append(10));
    int before = check;
    write(append(300, 300, 300));
    byte[] whole = file();
    for (int frame = 1; frame <= 3; frame++) {
      byte[] cut = Arrays.copyOf(whole, places.get(frame));
      assertNoMore(Arrays.copyOf(cut, whole.length), before, frame);
      assertNoMore(cut, before, frame);
      byte[] damaged = whole.clone();
      damaged[places.get(frame) + Frame.RECORDED_AT] ^= 1;
      assertNoMore(damaged, before, frame);
    }
  }

  private void assertNoMore(byte[] file, int before, int frame) {
    FrameScanner scanner = scanner(file);
    assertThat(scanner.next()).isTrue();
    assertThat(scanner.next()).isFalse();
    assertThat(scanner.stoppedAt()).isEqualTo((long) places.get(frame));
    assertThat(scanner.nextOffset()).isEqualTo((long) places.get(1));
    assertThat(scanner.check()).isEqualTo(before);
    assertThat(scanner.next()).as("asked again").isFalse();
  }

  /** Frames that are right by themselves, and yet are not those of one append. */
  @ParameterizedTest
  @ValueSource(ints = {Frame.FIRST_POSITION, Frame.RECORDED_AT})
  void whatDoesNotFitIsNotPartOfIt(int field) {
    write(append(300, 300));
    byte[] file = file();
    int second = places.getLast() + field;
    Bytes.putLong(file, second, Bytes.getLong(file, second) + 1);
    FuzzChecks.mendFrames(file);
    assertThat(scanner(file).next()).isFalse();
  }

  /** The check of no event covers whether an append goes on. */
  @Test
  void whetherAnAppendGoesOnIsNotBelievedOfADamagedFrame() {
    write(append(300, 300));
    write(append(300));
    LogFile whole = log(file());
    FrameScanner scanner = scanner(file());
    while (scanner.next()) {
      scanner.locate(whole.locations(), BASE);
    }
    for (int frame = 0; frame < 3; frame++) {
      byte[] bytes = file();
      bytes[places.get(frame) + Frame.GOES_ON] ^= 1;
      LogFile damaged = log(bytes).withLocations(whole.locations());
      long position = BASE + frame;
      var reader = new EventReader();
      assertThat(reader.read(damaged, position).position().value()).isEqualTo(position);
      for (ThrowingCallable asked :
          List.<ThrowingCallable>of(
              () -> reader.appendStart(damaged, position),
              () -> reader.appendEnd(damaged, position),
              () -> StoredFrame.read(reader, damaged, position, _ -> false))) {
        assertThatThrownBy(asked)
            .isInstanceOf(StoreDamagedException.class)
            .hasMessageContaining("f.log")
            .hasMessageContaining("offset " + places.get(frame));
      }
    }
  }

  @Test
  void aCloseRecordDoesNotEndAnAppend() {
    DecidedAppend append = append(10);
    check = encoder.append(append, true, SEED, LogFile.FIRST_FRAME, 0, LogFile.FIRST_FRAME);
    encoder.close(BASE + 1, 9, SEED, LogFile.FIRST_FRAME + encoder.length(), check);
    assertThat(scanner(file()).next()).isFalse();
  }

  /** A search looks for what was written later, whatever became of the rest of its append. */
  @Test
  void aSearchFindsFramesOneByOne() {
    write(append(300, 300, 300));
    byte[] file = file();
    FrameScanner scanner = scanner(file);
    assertThat(scanner.search(places.get(1), file.length)).isTrue();
    assertThat(scanner.offset()).isEqualTo((long) places.get(1));
    assertThat(scanner.frames()).isEqualTo(1);
    assertThat(scanner.events()).isEqualTo(1);
    assertThat(scanner.nextOffset()).isEqualTo((long) places.get(2));
  }

  @Test
  void aReaderKnowsWhereAnAppendBeginsAndEnds() {
    write(append(10));
    write(append(300, 300, 300));
    write(append(300, 300));
    byte[] file = file();
    LogFile log = log(file);
    FrameScanner scanner = scanner(file);
    while (scanner.next()) {
      scanner.locate(log.locations(), BASE);
    }
    var reader = new EventReader();
    long[][] bounds = {{0, 1}, {1, 4}, {1, 4}, {1, 4}, {4, 6}, {4, 6}};
    for (int i = 0; i < bounds.length; i++) {
      assertThat(reader.appendStart(log, BASE + i)).isEqualTo(BASE + bounds[i][0]);
      assertThat(reader.appendEnd(log, BASE + i)).isEqualTo(BASE + bounds[i][1]);
    }
    StoredFrame second = StoredFrame.read(reader, log, BASE + 2, _ -> false);
    assertThat(second.goesOn()).isTrue();
    assertThat(second.nextPosition()).isEqualTo(BASE + 3);
    assertThat(StoredFrame.read(reader, log, BASE + 3, _ -> false).goesOn()).isFalse();
  }
}
