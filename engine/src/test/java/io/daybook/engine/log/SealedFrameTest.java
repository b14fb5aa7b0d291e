package io.daybook.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FileSeal;
import io.daybook.engine.io.Mapping;
import io.daybook.engine.io.MemoryDisk;
import io.daybook.engine.io.SealedDisk;
import io.daybook.engine.io.StoreKeys;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Sealed frames that somebody without the key has changed, and then made the checks right: what
 * detects that is the seal alone.
 */
final class SealedFrameTest {
  private static final UUID STORE = new UUID(1, 2);
  private static final int SEED = 5;

  private final SealedDisk disk = new SealedDisk(new MemoryDisk(), StoreKeys.create(STORE));
  private final FileSeal seal = FileSeal.forNew(disk);
  private final FrameEncoder encoder = new FrameEncoder().sealingWith(seal);
  private final List<Integer> offsets = new ArrayList<>();
  private final List<Event> written = new ArrayList<>();
  private byte[] file = new byte[0];

  /** A log file with frames of so many events. */
  private void write(int... sizes) {
    var random = new Random(1);
    var header = new FileHeader(FileHeader.Kind.LOG, SEED, STORE, 0, 0, 0);
    byte[] start = LogFile.encodeHeader(header, 0, seal);
    int chain = 0;
    long position = 0;
    for (int size : sizes) {
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        String data = "\"" + random.nextLong() + "x".repeat(i % 100 == 7 ? 5_000 : 0) + "\"";
        events.add(Event.json("T" + i % 3, data).withTags("k:" + i));
      }
      written.addAll(events);
      var run = new DecidedAppend.Run("s-" + size, 7_000 + size, events);
      offsets.add(start.length + encoder.length());
      chain =
          encoder.append(
              new DecidedAppend(position, 7, List.of(run)),
              false,
              SEED,
              start.length + encoder.length(),
              chain,
              0);
      position += size;
    }
    file = new byte[start.length + encoder.length()];
    System.arraycopy(start, 0, file, 0, start.length);
    System.arraycopy(encoder.buffer(), 0, file, start.length, encoder.length());
  }

  /** Makes the checks of all frames right, and finds them by them. */
  private LogFile forged() {
    var checksum = new Checksum();
    int chain = 0;
    for (int offset : offsets) {
      int length = Bytes.getInt(file, offset);
      Bytes.putInt(file, offset + Frame.CHAIN, chain);
      chain =
          checksum
              .begin(SEED, offset, chain)
              .update(file, offset, 4)
              .update(file, offset + Frame.CHAIN, length - Frame.CHAIN)
              .value();
      Bytes.putInt(file, offset + Frame.CHECK, chain);
    }
    return found();
  }

  private LogFile found() {
    MemorySegment segment = MemorySegment.ofArray(file);
    FileHeader header = FileHeader.decode("f.log", segment, FileHeader.Kind.LOG);
    LogFile log = LogFile.open("f.log", header, new Mapping(segment, () -> {}), disk);
    FrameScanner scanner = LogRecovery.scanner(log);
    for (int offset : offsets) {
      assertThat(scanner.next()).as("the check holds at %s", offset).isTrue();
      log.locations().add((int) scanner.firstPosition(), scanner.offset());
    }
    return log;
  }

  private static void assertRefused(LogFile log, long position) {
    assertThatThrownBy(() -> new EventReader().read(log, position))
        .isInstanceOf(StoreDamagedException.class);
  }

  private static void assertRefusedByTheSeal(LogFile log, long position) {
    assertThatThrownBy(() -> new EventReader().read(log, position))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("a frame is not what was sealed");
  }

  @Test
  void whatIsNotChangedIsRead() {
    write(1, 2, 700, 3);
    LogFile log = found();
    var reader = new EventReader();
    for (int i = 0; i < written.size(); i++) {
      int position = i * 101 % written.size();
      RecordedEvent event = reader.read(log, position);
      assertThat(event.position().value()).isEqualTo(position);
      assertThat(event.event()).isEqualTo(written.get(position));
      assertThat(event.revision().value()).isGreaterThan(7_000);
    }
    assertThat(new String(file, StandardCharsets.ISO_8859_1)).doesNotContain("s-700", "k:1");
  }

  @Test
  void aChangedByteIsRefusedWhereverItIs() {
    write(1);
    byte[] whole = file.clone();
    int frame = offsets.getFirst();
    for (int at = frame + Frame.RECORDED_AT; at < whole.length; at++) {
      for (int bit = at < whole.length - 4 ? 1 : 8; bit > 0; bit--) { // all of the number of pieces
        file = whole.clone();
        file[at] ^= (byte) (1 << (bit - 1));
        if (at < frame + Frame.EVENTS || at >= frame + Frame.HEADER_BYTES) { // or it is no frame
          assertRefusedByTheSeal(forged(), 0);
        }
      }
    }
  }

  /** The same bytes at another place, where the checks of their events would hold. */
  @Test
  void aFrameIsRefusedAtAnotherPlace() {
    write(1);
    int frame = offsets.getFirst();
    byte[] moved = new byte[file.length + 8];
    System.arraycopy(file, 0, moved, 0, frame);
    System.arraycopy(file, frame, moved, frame + 8, file.length - frame);
    assertThat(read(file, frame, 0)).isNotNull();
    assertThatThrownBy(() -> read(moved, frame + 8, 0))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("a frame is not what was sealed");
  }

  private RecordedEvent read(byte[] bytes, long place, long position) {
    MemorySegment segment = MemorySegment.ofArray(bytes);
    FileHeader header = FileHeader.decode("f.log", segment, FileHeader.Kind.LOG);
    LogFile log = LogFile.open("f.log", header, new Mapping(segment, () -> {}), disk);
    log.locations().add(0, place);
    return new EventReader().read(log, position);
  }

  /** Content of all lengths around those of one piece, two and three. */
  @Test
  void piecesAreWhatTheFormatSays() {
    for (int pieces = 1; pieces <= 3; pieces++) {
      for (int bytes = FrameSealer.PIECE_BYTES * pieces - 200; ; bytes++) {
        encoder.clear();
        Event event = Event.of("T", Payload.of(new byte[bytes], Payload.JSON));
        var append =
            new DecidedAppend(0, 7, List.of(new DecidedAppend.Run("s", 0, List.of(event))));
        encoder.append(append, false, SEED, LogFile.FIRST_FRAME, 0, 0);
        int length = encoder.length();
        int count = Bytes.getInt(encoder.buffer(), length - 4);
        int content = length - Frame.HEADER_BYTES - 16 * count - 12 - 4;
        assertThat(count).isEqualTo(Math.ceilDiv(content, 2_048));
        assertThat(Bytes.getInt(encoder.buffer(), Frame.LENGTH)).isEqualTo(length);
        assertThat((long) length).isLessThanOrEqualTo(encoder.bound(append));
        if (count > pieces) {
          break;
        }
      }
    }
  }

  @Test
  void whatIsReservedForALargeFrameIsEnough() {
    Event event = Event.of("T", Payload.of(new byte[3 << 20], Payload.JSON));
    var append = new DecidedAppend(0, 7, List.of(new DecidedAppend.Run("s", 0, List.of(event))));
    encoder.append(append, false, SEED, LogFile.FIRST_FRAME, 0, 0);
    assertThat((long) encoder.length()).isLessThanOrEqualTo(encoder.bound(append));
  }

  /** Nothing but what was sealed is read, whatever is asked for. */
  @Test
  void onlyTheContentIsRead() {
    write(700);
    int place = offsets.getFirst();
    SealedFrame frame = SealedFrame.at("f.log", MemorySegment.ofArray(file), seal, place);
    int length = Bytes.getInt(file, place);
    int count = Bytes.getInt(file, place + length - 4);
    assertThat(count).isGreaterThan(3);
    int from = place + Frame.HEADER_BYTES;
    int content = length - 16 * count - 16 - Frame.HEADER_BYTES;
    byte[] all = new byte[content];
    frame.copy(from, all, 0, content);
    for (int at : new int[] {0, 8, 2_040, 2_048, 4_096, content - 8}) {
      assertThat(frame.getInt(from + at)).isEqualTo(Bytes.getInt(all, at));
      assertThat(frame.getLong(from + at)).isEqualTo(Bytes.getLong(all, at));
      byte[] some = new byte[Math.min(5_000, content - at)];
      frame.copy(from + at, some, 0, some.length);
      assertThat(some).isEqualTo(Arrays.copyOfRange(all, at, at + some.length));
    }
    for (int at : new int[] {-4, -64, content, content + 4}) {
      assertThatThrownBy(() -> frame.getInt(from + at))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> frame.copy(from + at, all, 0, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> frame.copy(from + 1, new byte[content], 0, content))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aCloseRecordIsNotSealed() {
    encoder.close(5, 99, SEED, 4_096, 17);
    assertThat(Arrays.copyOf(encoder.buffer(), encoder.length()))
        .isEqualTo(FormatFrame.close(5, 99, SEED, 4_096, 17));
  }

  /** The pieces of a large frame are not to be exchanged, nor frames of like size. */
  @Test
  void piecesAndFramesStayWhereTheyWereSealed() {
    write(700, 1, 1);
    int first = offsets.getFirst() + Frame.HEADER_BYTES;
    byte[] whole = file.clone();
    int piece = FrameSealer.PIECE_BYTES;
    int length = Bytes.getInt(file, offsets.getFirst());
    int end = offsets.getFirst() + length - FrameSealer.END_BYTES;
    int tags = end - 16 * Bytes.getInt(file, end + 12);
    System.arraycopy(whole, first, file, first + piece, piece);
    System.arraycopy(whole, first + piece, file, first, piece);
    System.arraycopy(whole, tags, file, tags + 16, 16);
    System.arraycopy(whole, tags + 16, file, tags, 16);
    assertRefused(forged(), 0);

    file = whole.clone();
    int a = offsets.get(1);
    int b = offsets.get(2);
    assertThat(Bytes.getInt(whole, a)).isEqualTo(whole.length - b);
    System.arraycopy(
        whole, a + 64, file, b + 64, b - a - 64); // the content of one behind the other
    assertRefused(forged(), 701);
  }

  @Test
  void aFrameThatIsNotSealedIsRefusedInASealedFile() {
    write(1);
    var plain = new FrameEncoder();
    var run = new DecidedAppend.Run("s", 0, List.of(Event.json("Forged", "{}")));
    plain.append(new DecidedAppend(0, 7, List.of(run)), false, SEED, LogFile.FIRST_FRAME, 0, 0);
    file = Arrays.copyOf(file, LogFile.FIRST_FRAME + plain.length());
    System.arraycopy(plain.buffer(), 0, file, LogFile.FIRST_FRAME, plain.length());
    assertThat(file[LogFile.FIRST_FRAME + Frame.KIND]).isEqualTo(Frame.KIND_APPEND);
    assertRefused(found(), 0);
  }
}
