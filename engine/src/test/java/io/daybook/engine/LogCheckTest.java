package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.FuzzChecks;
import io.daybook.engine.log.LogCheck;
import io.daybook.engine.log.LogSizes;
import io.daybook.engine.log.LogSurvey;
import io.daybook.engine.log.Manifest;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.eventstore.StreamSettings;
import io.daybook.tck.TestClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the verification of a log file finds, and where. */
final class LogCheckTest {
  private final EngineOptions options =
      EngineOptions.defaults()
          .withClock(new TestClock())
          .withoutThreads()
          .withSizes(
              new LogSizes(2_048, 512, 512), new IndexLimits(1 << 16, 1 << 16, 1 << 20, 0, 4));
  private final List<RecordedEvent> read = new ArrayList<>();
  private SimulatedDisk disk = new SimulatedDisk(1);
  private List<RecordedEvent> written = List.of();
  private Manifest manifest;

  /** Several full files, in which close records stand, too, and an active one. */
  @BeforeEach
  void write() throws IOException {
    for (int round = 0; round < 3; round++) {
      try (EngineStore store = EngineStore.open(disk, "small", options)) {
        for (int i = 0; i < 15; i++) {
          Event event = Event.json("T", "{\"round\":" + round + "}");
          store.append("s-" + i % 3, any(), event, event.withId(new UUID(round, i)));
        }
        written = store.read(ReadRequest.of(Query.everything()).withSystemEvents()).toList();
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

  private long check(Manifest by, int file) throws IOException {
    read.clear();
    return new LogCheck(disk, by).check(file, read::add);
  }

  private void assertRefused(Manifest by, int file, String why) {
    assertThatThrownBy(() -> check(by, file))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(by.logs().get(file).name())
        .hasMessageContaining(why);
  }

  private void change(String file, Consumer<byte[]> change) {
    byte[] bytes = disk.contents(file);
    change.accept(bytes);
    disk.put(file, bytes);
  }

  private String log(int file) {
    return manifest.logs().get(file).name();
  }

  private int active() {
    return manifest.logs().size() - 1;
  }

  /** The manifest with another entry of a log file. */
  private Manifest with(int file, Manifest.LogEntry entry) {
    List<Manifest.LogEntry> logs = new ArrayList<>(manifest.logs());
    logs.set(file, entry);
    return new Manifest(
        manifest.storeId(), 0, 1, 100, manifest.keysGeneration(), logs, manifest.indexes());
  }

  private static Manifest.LogEntry entry(
      Manifest.LogEntry old, long base, long generation, int check, long used, long last) {
    return new Manifest.LogEntry(base, generation, old.packed(), check, used, last, 0);
  }

  @Test
  void allEventsAreRead() throws IOException {
    List<RecordedEvent> all = new ArrayList<>();
    for (int i = 0; i <= active(); i++) {
      assertThat(check(manifest, i)).isZero();
      all.addAll(read);
      assertThat(new LogCheck(disk, manifest).bytes(i)).isEqualTo(disk.contents(log(i)).length);
    }
    assertThat(all).isEqualTo(written);
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    disk.remove(log(1));
    assertRefused(manifest, 1, "it is missing");
  }

  @Test
  void aFileBelongsToItsStoreAndPlace() {
    Manifest.LogEntry old = manifest.logs().get(1);
    for (Manifest.LogEntry other :
        List.of(
            entry(
                old,
                old.base() + 1,
                old.generation(),
                old.lastCheck(),
                old.usedBytes(),
                old.lastPosition()),
            entry(
                old,
                old.base(),
                old.generation() + 90,
                old.lastCheck(),
                old.usedBytes(),
                old.lastPosition()))) {
      disk.put(other.name(), disk.contents(old.name()));
      assertRefused(with(1, other), 1, "it belongs elsewhere");
    }
    var another = new Manifest(new UUID(1, 1), 0, 1, 100, 0, manifest.logs(), manifest.indexes());
    assertRefused(another, 1, "it belongs elsewhere");
  }

  /** Changes the check of the frame before the first one, and makes all others right. */
  private void chainAnew(int file) {
    change(
        log(file),
        bytes -> {
          bytes[64] ^= 1;
          FuzzChecks.mendFrames(bytes);
        });
  }

  @Test
  void aFileFollowsTheOneBefore() throws IOException {
    chainAnew(0);
    assertRefused(manifest, 0, "it belongs elsewhere");
    chainAnew(2);
    assertRefused(manifest, 2, "it belongs elsewhere");
    disk.remove(log(1));
    assertRefused(manifest, 2, "the frame's check fails"); // what it follows nobody knows
  }

  /** What follows a scavenged file knows it as it was before. */
  @Test
  void aFileFollowsTheOneThatWasScavenged() throws IOException {
    try (EngineStore store = EngineStore.open(disk, "small", options)) {
      store.changeSettings("s-1", any(), StreamSettings.none().withMaxCount(1));
      store.scavenge(ProgressListener.none());
    }
    manifest = Manifest.read(disk);
    for (int i = 0; i <= active(); i++) {
      check(manifest, i);
    }
    chainAnew(2);
    assertRefused(manifest, 2, "it belongs elsewhere");
    chainAnew(2);
    check(manifest, 2);
    change(log(1), bytes -> bytes[20] ^= 1); // told when that file is checked
    check(manifest, 2);
    disk.remove(log(1));
    check(manifest, 2);
  }

  @Test
  void aFullFileIsWhatTheManifestSays() {
    Manifest.LogEntry old = manifest.logs().get(1);
    long base = old.base();
    long generation = old.generation();
    int check = old.lastCheck();
    long used = old.usedBytes();
    long last = old.lastPosition();
    for (Manifest.LogEntry wrong :
        List.of(
            entry(old, base, generation, check ^ 1, used, last),
            entry(old, base, generation, check, used - 8, last),
            entry(old, base, generation, check, used + 8, last),
            entry(old, base, generation, check, used, last + 1),
            entry(old, base, generation, check, used, last - 1))) {
      assertRefused(with(1, wrong), 1, "the frame's check fails");
    }
  }

  /** A file ends where the manifest says, whatever stands behind. */
  @Test
  void whatStandsBehindTheKnownEndIsNotRead() throws IOException {
    Manifest.LogEntry old = manifest.logs().get(1);
    disk.remove(old.columnName());
    int second = FuzzChecks.endOfFrame(disk.contents(old.name()), 128);
    LogSurvey.Found found =
        new LogSurvey(disk, _ -> {}).survey(old.name(), old.base(), second, false);
    long last = found.nextPosition() - 1;
    assertThat(
            check(
                with(1, entry(old, old.base(), old.generation(), found.check(), second, last)), 1))
        .isZero();
    assertThat(read).last().satisfies(e -> assertThat(e.position().value()).isEqualTo(last));
  }

  @Test
  void aFrameThatIsDamagedIsFoundWhereItIs() {
    String file = log(1);
    byte[] bytes = disk.contents(file);
    int second = FuzzChecks.endOfFrame(bytes, 128);
    int third = FuzzChecks.endOfFrame(bytes, second);
    disk.flipBit(file, second + 24, 0); // its recorded time
    assertThatThrownBy(() -> check(manifest, 1))
        .isInstanceOfSatisfying(
            StoreDamagedException.class, e -> assertThat(e.offsetBytes()).isEqualTo(second))
        .hasMessageContaining("the frame's check fails");
    disk.flipBit(file, second + 24, 0);
    disk.flipBit(file, third - 9, 0); // in the last of its events
    assertRefused(manifest, 1, "the check of the event at position ");
    assertThat(read).hasSize(3);
  }

  /** A frame that is right by itself and says of another position that it begins there. */
  @Test
  void positionsFollowEachOther() {
    change(
        log(1),
        bytes -> {
          int second = FuzzChecks.endOfFrame(bytes, 128);
          Bytes.putLong(bytes, second + 16, Bytes.getLong(bytes, second + 16) + 1);
          FuzzChecks.mendFrames(bytes);
        });
    assertRefused(manifest, 1, "the frame's check fails");
    assertThat(read).hasSize(2);
  }

  /** Of a group that was torn it is told how much there is of it. */
  @Test
  void whatWasTornOffIsCounted() throws IOException {
    EngineStore left = EngineStore.open(disk, "small", options);
    left.append("s-1", any(), Event.json("Last", "{}"));
    disk = disk.kill();
    manifest = Manifest.read(disk);
    String file = log(active());
    byte[] whole = disk.contents(file);
    int frame = FuzzChecks.lastFrame(whole);
    int end = FuzzChecks.endOfFrame(whole, frame);
    assertThat(check(manifest, active())).isZero();
    int events = read.size();
    for (int cut = frame; cut < end; cut++) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, cut, torn.length, (byte) 0);
      disk.put(file, torn);
      int nonZero = cut;
      while (torn[nonZero - 1] == 0) {
        nonZero--;
      }
      boolean isWhole = Arrays.equals(torn, whole);
      long expected = isWhole ? 0 : Math.max(nonZero - frame, 0);
      assertThat(check(manifest, active())).as("cut at %s", cut).isEqualTo(expected);
      assertThat(read).hasSize(isWhole ? events : events - 1);
    }
  }

  @Test
  void damageOfTheActiveFileIsNotTakenForTorn() {
    String file = log(active());
    int second = FuzzChecks.endOfFrame(disk.contents(file), 128);
    disk.flipBit(file, second - 9, 0); // and the close record is behind
    assertRefused(manifest, active(), "a later one was written after it was durable");
    assertThat(read).isEmpty();
  }

  @Test
  void aColumnThatLiesIsDamage() throws IOException {
    String column = manifest.logs().get(1).columnName();
    byte[] right = disk.contents(column);
    for (int at = 68; at < right.length; at++) {
      disk.flipBit(column, at, 3);
      assertThatThrownBy(() -> check(manifest, 1))
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining(column)
          .hasMessageContaining("delete the file");
      disk.flipBit(column, at, 3);
    }
    byte[] other = right.clone();
    Bytes.putInt(other, 76, Bytes.getInt(other, 76) + 1);
    Bytes.putInt(other, other.length - 4, Checksum.of(other, 0, other.length - 4));
    disk.put(column, other); // whole, but of other frames
    assertThatThrownBy(() -> check(manifest, 1)).hasMessageContaining(column);
    disk.put(column, new byte[5]); // not taken for one
    check(manifest, 1);
    disk.remove(column);
    check(manifest, 1);
  }
}
