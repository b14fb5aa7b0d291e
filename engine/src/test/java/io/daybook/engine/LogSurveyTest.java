package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Loss;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.FuzzChecks;
import io.daybook.engine.log.LogCut;
import io.daybook.engine.log.LogSizes;
import io.daybook.engine.log.LogSurvey;
import io.daybook.engine.log.Manifest;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.tck.TestClock;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a repair is told of log files, and what a cut makes of them. */
final class LogSurveyTest {
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withClock(new TestClock())
          .withoutThreads()
          .withSizes(
              new LogSizes(2_048, 512, 512), new IndexLimits(1 << 16, 1 << 16, 1 << 20, 0, 4));

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final List<Long> progress = new ArrayList<>();
  private LogSurvey survey = new LogSurvey(disk, progress::add);
  private Manifest manifest;

  /** Appends of two events each; closed now and then. */
  @BeforeEach
  void write() throws IOException {
    write(OPTIONS);
  }

  private void write(EngineOptions options) throws IOException {
    for (int round = 0; round < 3; round++) {
      try (EngineStore store = EngineStore.open(disk, "small", options)) {
        for (int i = 0; i < 15; i++) {
          Event event = Event.json("T", "{\"round\":" + round + "}");
          store.append("s-" + i % 3, any(), event, Event.json("U", "{}"));
        }
      }
    }
    manifest = Manifest.read(disk);
    assertThat(manifest.logs()).hasSizeGreaterThan(3);
  }

  @AfterEach
  void nothingIsHeld() {
    assertThat(disk.mappings()).isEmpty();
    assertThat(disk.openFiles()).isEmpty();
  }

  private Manifest.LogEntry entry(int file) {
    return manifest.logs().get(file);
  }

  private LogSurvey.Found survey(int file) throws IOException {
    Manifest.LogEntry entry = entry(file);
    boolean active = file == manifest.logs().size() - 1;
    return survey.survey(entry.name(), entry.base(), entry.usedBytes(), active);
  }

  /** Where the frames of a log file stand. */
  private List<Integer> frames(String name) {
    byte[] bytes = disk.contents(name);
    List<Integer> frames = new ArrayList<>();
    for (int at = 128; at <= FuzzChecks.lastFrame(bytes); at = FuzzChecks.endOfFrame(bytes, at)) {
      frames.add(at);
    }
    return frames;
  }

  @Test
  void aWholeFileIsToldWhole() throws IOException {
    for (int i = 0; i < manifest.logs().size() - 1; i++) {
      Manifest.LogEntry entry = entry(i);
      LogSurvey.Found found = survey(i);
      assertThat(found.damage()).isNull();
      assertThat(found.header().base()).isEqualTo(entry.base());
      assertThat(found.chain()).isEqualTo(i == 0 ? 0 : entry(i - 1).lastCheck());
      assertThat(found.end()).isEqualTo(entry.usedBytes());
      assertThat(found.nextPosition()).isEqualTo(entry.lastPosition() + 1);
      assertThat(found.lastPosition()).isEqualTo(entry.lastPosition());
      assertThat(found.check()).isEqualTo(entry.lastCheck());
      assertThat(found.chainAfter()).isEqualTo(entry.lastCheck());
      assertThat(found.bytes()).isEqualTo(disk.contents(entry.name()).length);
      assertThat(found.readableBeyond()).isZero();
      assertThat(found.columnDamaged()).isFalse();
      assertThat(progress).isSorted().last().isEqualTo(entry.lastPosition() + 1);
    }
    LogSurvey.Found last = survey(manifest.logs().size() - 1);
    assertThat(last.damage()).isNull();
    assertThat(last.nextPosition()).isEqualTo(90);
  }

  /** Where nobody knows how far it went, it is as far as it can be read. */
  @Test
  void aFileOfUnknownLengthIsReadToItsEnd() throws IOException {
    Manifest.LogEntry entry = entry(1);
    LogSurvey.Found found = survey.survey(entry.name(), entry.base(), 0, false);
    assertThat(found.end()).isEqualTo(entry.usedBytes());
    assertThat(found.damage()).isNull();
    disk.flipBit(entry.name(), frames(entry.name()).get(2), 3);
    found = survey.survey(entry.name(), entry.base(), 0, false);
    assertThat(found.end()).isEqualTo((long) frames(entry.name()).get(2));
    assertThat(found.damage()).isNull();
  }

  /** A file ends where the manifest says, whatever stands behind. */
  @Test
  void whatStandsBehindTheKnownEndIsNotRead() throws IOException {
    Manifest.LogEntry entry = entry(1);
    List<Integer> frames = frames(entry.name());
    for (int count = 1; count < 4; count++) {
      int end = frames.get(count);
      LogSurvey.Found found = survey.survey(entry.name(), entry.base(), end, false);
      assertThat(found.end()).isEqualTo(end);
      assertThat(found.nextPosition()).isEqualTo(entry.base() + 2L * count);
      assertThat(found.damage()).isNull();
    }
  }

  private void assertBroken(int file, long bytes, String why) throws IOException {
    LogSurvey.Found found = survey(file);
    assertThat(found.damage()).contains(why);
    assertThat(found.header()).isNull();
    assertThat(found.nextPosition()).isEqualTo(entry(file).base());
    assertThat(found.lastPosition()).isEqualTo(entry(file).base() - 1);
    assertThat(found.bytes()).isEqualTo(bytes);
    assertThat(found.end()).isZero();
  }

  @Test
  void aFileThatHasNoHeaderIsBroken() throws IOException {
    String name = entry(1).name();
    byte[] whole = disk.contents(name);
    disk.remove(name);
    assertBroken(1, 0, "it is missing");
    disk.put(name, Arrays.copyOf(whole, 127));
    assertBroken(1, 127, "it is shorter than its header");
    byte[] flipped = whole.clone();
    flipped[70] ^= 1;
    disk.put(name, flipped);
    assertBroken(1, whole.length, "its header's check fails");
    disk.put(name, Arrays.copyOf(whole, 128));
    LogSurvey.Found found = survey(1);
    assertThat(found.damage()).isEqualTo("the frame's check fails");
    assertThat(found.end()).isEqualTo(128);
    assertThat(found.nextPosition()).isEqualTo(entry(1).base());
  }

  /** The bit is in a frame's header, or in the body of its last event. */
  @ParameterizedTest
  @CsvSource({"true, 0", "false, 0", "true, 2", "false, 2"})
  void whatStandsBehindDamageIsCounted(boolean inHeader, int frame) throws IOException {
    String name = entry(1).name();
    List<Integer> frames = frames(name);
    assertThat(frames).hasSizeGreaterThan(4);
    int at = frames.get(frame);
    disk.flipBit(name, inHeader ? at + 24 : FuzzChecks.endOfFrame(disk.contents(name), at) - 9, 0);
    LogSurvey.Found found = survey(1);
    assertThat(found.damage()).isEqualTo("the frame's check fails");
    assertThat(found.end()).isEqualTo(at);
    long events = entry(1).lastPosition() + 1 - entry(1).base();
    assertThat(found.nextPosition()).isEqualTo(entry(1).base() + 2L * frame);
    assertThat(found.readableBeyond()).isEqualTo(events - 2L * frame - 2);
    assertThat(found.lastPosition()).isEqualTo(entry(1).lastPosition());
    assertThat(found.columnDamaged()).isFalse();
    disk.flipBit(name, frames.get(frame + 2) - 9, 0); // and in the body of the next one
    assertThat(survey(1).end()).isEqualTo(at);
    assertThat(survey(1).readableBeyond()).isEqualTo(events - 2L * frame - 4);
  }

  @Test
  void aTornGroupIsNoDamageAndADamagedOneIs() throws IOException {
    int active = manifest.logs().size() - 1;
    String name = entry(active).name();
    byte[] whole = disk.contents(name);
    List<Integer> frames = frames(name);
    int lastAppend = frames.get(frames.size() - 2); // and a close record
    byte[] torn = Arrays.copyOf(whole, frames.getLast());
    Arrays.fill(torn, lastAppend + 100, torn.length, (byte) 0);
    disk.put(name, torn);
    LogSurvey.Found found = survey(active);
    assertThat(found.damage()).isNull();
    assertThat(found.end()).isEqualTo(lastAppend);
    assertThat(found.nextPosition()).isEqualTo(88);
    assertThat(found.lastPosition()).isEqualTo(87);
    disk.put(name, whole);
    disk.flipBit(name, lastAppend + 24, 0);
    found = survey(active);
    assertThat(found.damage()).contains("a later one was written after it was durable");
    assertThat(found.end()).isEqualTo(lastAppend);
    assertThat(found.readableBeyond()).isZero();
  }

  @Test
  void aColumnThatLiesIsTold() throws IOException {
    disk.flipBit(entry(1).columnName(), 76, 0);
    assertThat(survey(1).columnDamaged()).isTrue();
    assertThat(survey(2).columnDamaged()).isFalse();
    disk.remove(entry(1).columnName());
    assertThat(survey(1).columnDamaged()).isFalse();
    assertThat(survey(1).damage()).isNull();
  }

  /** Who has no keys reads no event, and sees all the same how far the frames go. */
  @Test
  void framesAreCountedWithoutTheKeys() throws IOException {
    disk.files().forEach(disk::remove);
    write(OPTIONS.encrypted(TestKeys.key(1)));
    for (int i = 0; i < manifest.logs().size(); i++) {
      LogSurvey.Found found = survey(i);
      assertThat(found.damage()).isNull();
      assertThat(found.nextPosition())
          .isEqualTo(entry(i).usedBytes() == 0 ? 90 : entry(i).lastPosition() + 1);
    }
    String name = entry(1).name();
    int frame = frames(name).get(2);
    disk.flipBit(name, FuzzChecks.endOfFrame(disk.contents(name), frame) - 9, 0);
    assertThat(survey(1).damage()).isEqualTo("the frame's check fails");
    assertThat(survey(1).end()).isEqualTo(frame);
  }

  /** Cuts a file and reads what that makes. */
  private LogSurvey.Found cut(int file, long last) throws IOException {
    return cut(disk, file, last);
  }

  private LogSurvey.Found cut(Disk on, int file, long last) throws IOException {
    Manifest.LogEntry entry = entry(file);
    byte[] bytes = disk.contents(entry.name());
    FileHeader header =
        FileHeader.decode(
            entry.name(),
            MemorySegment.ofArray(bytes),
            entry.packed() ? FileHeader.Kind.PACK : FileHeader.Kind.LOG);
    var target = Manifest.LogEntry.active(entry.base(), 99);
    if (disk.files().contains(target.name())) {
      disk.remove(target.name());
    }
    LogCut.Written written = LogCut.write(on, entry.name(), header, last, target, 7);
    LogSurvey.Found found = new LogSurvey(on, _ -> {}).survey(target.name(), entry.base(), 0, true);
    assertThat(written).isEqualTo(new LogCut.Written(found.check(), found.end(), false));
    return found;
  }

  private static String cutName(Manifest.LogEntry entry) {
    return Manifest.LogEntry.active(entry.base(), 99).name();
  }

  /** The frames up to the cut are what they were, and behind them stands a close record. */
  @Test
  void aCutKeepsWholeAppends() throws IOException {
    Manifest.LogEntry entry = entry(1);
    byte[] whole = disk.contents(entry.name());
    int last = (int) entry.base() + 1;
    int closes = 0;
    for (int frame : frames(entry.name())) {
      if (whole[frame + 12] == 2) {
        closes++;
        continue;
      }
      LogSurvey.Found found = cut(1, last);
      int end = FuzzChecks.endOfFrame(whole, frame);
      byte[] made = disk.contents(cutName(entry));
      assertThat(made).hasSize(end + 64);
      assertThat(Arrays.copyOfRange(made, 128, end)).isEqualTo(Arrays.copyOfRange(whole, 128, end));
      assertThat(made[end + 12]).as("a close record").isEqualTo((byte) 2);
      assertThat(found.end()).isEqualTo(end + 64);
      assertThat(found.nextPosition()).isEqualTo(last + 1);
      assertThat(found.damage()).isNull();
      assertThat(found.header().generation()).isEqualTo(99);
      assertThat(found.header().epoch()).isEqualTo(7);
      assertThat(found.chain()).isEqualTo(entry(0).lastCheck());
      last += 2;
    }
    assertThat(closes).as("close records within the file").isPositive();
  }

  @Test
  void aCutBeforeAllAppendsHasNone() throws IOException {
    LogSurvey.Found found = cut(1, entry(1).base() - 1);
    assertThat(disk.contents(cutName(entry(1)))).hasSize(128);
    assertThat(found.end()).isEqualTo(128);
    assertThat(found.nextPosition()).isEqualTo(entry(1).base());
  }

  @Test
  void aCutIsDurable() throws IOException {
    cut(1, entry(1).base() + 3);
    disk.syncFolder("log");
    byte[] made = disk.contents(cutName(entry(1)));
    SimulatedDisk after = disk.powerLoss(Loss.ALL);
    assertThat(after.contents(cutName(entry(1)))).isEqualTo(made);
  }

  @Test
  void anEmptyFileIsDurable() throws IOException {
    var target = Manifest.LogEntry.active(90, 99);
    LogCut.writeEmpty(disk, manifest.storeId(), 5, target, 7);
    disk.syncFolder("log");
    SimulatedDisk after = disk.powerLoss(Loss.ALL);
    LogSurvey.Found found = new LogSurvey(after, _ -> {}).survey(target.name(), 90, 0, true);
    assertThat(found.chain()).isEqualTo(5);
    assertThat(found.header().epoch()).isEqualTo(7);
    assertThat(found.damage()).isNull();
    assertThat(found.end()).isEqualTo(128);
  }

  /** What stands before a cut is looked at, and what stands behind is not. */
  @Test
  void aCutDoesNotKeepDamage() throws IOException {
    Manifest.LogEntry entry = entry(1);
    List<Integer> frames = frames(entry.name());
    for (boolean inHeader : new boolean[] {true, false}) {
      int at = inHeader ? frames.get(2) + 24 : frames.get(3) - 9;
      disk.flipBit(entry.name(), at, 0);
      assertThat(cut(1, entry.base() + 3).nextPosition()).isEqualTo(entry.base() + 4);
      assertThatThrownBy(() -> cut(1, entry.base() + 5))
          .isInstanceOfSatisfying(
              StoreDamagedException.class,
              e -> assertThat(e.offsetBytes()).isEqualTo((long) frames.get(2)))
          .hasMessageContaining(entry.name())
          .hasMessageContaining("the frame's check fails");
      disk.flipBit(entry.name(), at, 0);
    }
    byte[] bytes = disk.contents(entry.name());
    bytes[frames.get(2) + 16] ^= 1; // its first position
    FuzzChecks.mendFrames(bytes);
    disk.put(entry.name(), bytes);
    assertThatThrownBy(() -> cut(1, entry.base() + 5)).isInstanceOf(StoreDamagedException.class);
  }

  /** A large file is copied piece by piece. */
  @Test
  void largeFilesAreCut() throws IOException {
    try (EngineStore store = EngineStore.open(disk, "small", OPTIONS)) {
      byte[] data = new byte[3 << 20];
      Arrays.fill(data, (byte) 7);
      store.append("large", any(), Event.of("L", Payload.of(data, "x/y")));
      store.append("s-1", any(), Event.json("T", "{}"));
    }
    manifest = Manifest.read(disk);
    int file = manifest.logs().size() - 2;
    byte[] whole = disk.contents(entry(file).name());
    assertThat(whole.length).isGreaterThan(3 << 20);
    LogSurvey.Found found = cut(file, 90);
    assertThat(found.nextPosition()).isEqualTo(91);
    byte[] made = disk.contents(cutName(entry(file)));
    assertThat(Arrays.copyOfRange(made, 128, made.length - 64))
        .isEqualTo(Arrays.copyOfRange(whole, 128, made.length - 64));
  }

  /** A pack becomes the log file that it stands for, or one that is sealed anew. */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void packsAreCutToLogFiles(boolean encrypted) throws IOException {
    disk.files().forEach(disk::remove);
    EngineOptions options = OPTIONS.compressed();
    if (encrypted) {
      options = options.encrypted(TestKeys.key(1));
    }
    write(options);
    Disk withKeys = Encryption.open(disk, "small", manifest, options.keySource());
    survey = new LogSurvey(withKeys, progress::add);
    assertThat(entry(1).packed()).isTrue();
    LogSurvey.Found pack = survey(1);
    assertThat(pack.damage()).isNull();
    assertThat(pack.end()).isEqualTo(entry(1).usedBytes());
    assertThat(cut(withKeys, 1, entry(1).base() - 1).end()).isEqualTo(128);
    for (long last = entry(1).base() + 1; last <= entry(1).lastPosition(); last += 2) {
      LogSurvey.Found found = cut(withKeys, 1, last);
      assertThat(found.damage()).isNull();
      assertThat(found.nextPosition()).isEqualTo(last + 1);
      byte[] made = disk.contents(cutName(entry(1)));
      assertThat(made.length).isEqualTo((int) found.end());
      assertThat(made[(int) found.end() - 64 + 12]).as("a close record").isEqualTo((byte) 2);
      if (encrypted) {
        assertThat(salt(made)).isNotEqualTo(salt(disk.contents(entry(1).name())));
      }
    }
  }

  /** Sealed frames stay as they are, and so does what their key is derived from. */
  @Test
  void sealedFramesAreCutAsTheyAre() throws IOException {
    disk.files().forEach(disk::remove);
    EngineOptions options = OPTIONS.encrypted(TestKeys.key(1));
    write(options);
    Manifest.LogEntry entry = entry(1);
    int end = frames(entry.name()).get(2);
    Disk withKeys = Encryption.open(disk, "small", manifest, options.keySource());
    assertThat(cut(withKeys, 1, entry.base() + 3).end()).isEqualTo(end + 64);
    byte[] made = disk.contents(cutName(entry));
    byte[] whole = disk.contents(entry.name());
    assertThat(salt(made)).isEqualTo(salt(whole));
    assertThat(Arrays.copyOfRange(made, 128, end)).isEqualTo(Arrays.copyOfRange(whole, 128, end));
  }

  private static byte[] salt(byte[] file) {
    return Arrays.copyOfRange(file, 80, 112);
  }
}
