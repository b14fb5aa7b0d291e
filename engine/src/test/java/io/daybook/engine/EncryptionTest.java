package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.keys.KeySource;
import io.daybook.engine.keys.StoreKeyException;
import io.daybook.engine.keys.StoreKeyException.Reason;
import io.daybook.engine.log.LogSizes;
import io.daybook.engine.proof.ProofKeys;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadRequest.AsOf;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An encrypted store: what it hides, whom it lets in, and that all else goes on as ever. */
@Tag("long")
final class EncryptionTest {
  private static final ProgressListener SILENT = ProgressListener.none();
  private static final KeySource KEY = TestKeys.key(1);

  /** In the name of a stream and its category, a type, a tag, data, metadata, content types. */
  private static final String SECRET = "somebodys-secret";

  private final EngineOptions plain =
      EngineOptions.defaults()
          .withoutThreads()
          .withSizes(
              new LogSizes(16 << 10, 2 << 10, 4 << 10),
              new IndexLimits(40, 1 << 20, 1 << 20, 0, 4));
  private final EngineOptions encrypted = plain.encrypted(KEY);

  @TempDir private Path folder;
  private Path store;
  private Path copy;

  @BeforeEach
  void nameFolders() {
    store = folder.resolve("store");
    copy = folder.resolve("copy");
  }

  private EngineOptions options(boolean compressed) {
    return compressed ? encrypted.compressed() : encrypted;
  }

  /** Appends small and large frames, and has some events hidden. */
  static void fill(EventStore target, int appends) {
    append(target, appends);
    target.changeSettings(SECRET + "-1", any(), StreamSettings.none().withMaxCount(3));
    target.delete(SECRET + "-2", any());
  }

  private static void append(EventStore target, int appends) {
    for (int i = 0; i < appends; i++) {
      List<Event> events = new ArrayList<>();
      for (int j = i % 50 == 49 ? 40 : i % 3; j >= 0; j--) {
        String json = "{\"" + SECRET + "\":" + i + "}";
        events.add(
            Event.of(SECRET + "-type-" + i % 2, Payload.json(json))
                .withMetadata(Payload.of(json.getBytes(StandardCharsets.UTF_8), "x/" + SECRET))
                .withTags(SECRET + ":" + i % 5, "k:" + i));
      }
      target.append(SECRET + "-" + i % 7, any(), events);
    }
  }

  static List<RecordedEvent> all(EventStore store) {
    return store.read(ReadRequest.of(Query.everything()).withSystemEvents()).toList();
  }

  /** The files below a folder that hold a text. */
  private static List<String> filesWith(Path folder, String text) throws IOException {
    List<String> found = new ArrayList<>();
    contents(folder)
        .forEach((name, bytes) -> {
          if (new String(bytes, StandardCharsets.ISO_8859_1).contains(text)) {
            found.add(name);
          }
        });
    return found;
  }

  static Map<String, byte[]> contents(Path folder) throws IOException {
    var contents = new TreeMap<String, byte[]>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingOfWhatIsStoredCanBeReadInItsFiles(boolean compressed) throws IOException {
    EngineOptions options = options(compressed);
    try (EngineStore opened = EngineStore.open(store, options)) {
      fill(opened, 200);
      opened.signHead(ProofKeys.newPair(), SILENT);
      opened.backup(copy, SILENT);
      opened.scavenge(SILENT);
      assertThat(filesWith(folder, SECRET)).as("while it is open").isEmpty();
    }
    EngineStore.restore(copy, folder.resolve("back"), at(120), encrypted, SILENT);
    assertThat(contents(store).keySet())
        .anyMatch(name -> name.endsWith(compressed ? ".pack" : ".log"))
        .anyMatch(name -> name.endsWith(".leaves"))
        .anyMatch(name -> name.endsWith(".idx"));
    assertThat(filesWith(folder, SECRET)).isEmpty();

    EngineStore.open(folder.resolve("plain"), plain).close();
    try (EngineStore opened = EngineStore.open(folder.resolve("plain"), plain)) {
      fill(opened, 50);
    }
    assertThat(filesWith(folder, SECRET)).as("what is not encrypted is found").isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itAnswersAsAnyStoreAndIsWhole(boolean compressed) {
    var fixture = new ScavengeFixture();
    EngineOptions options = fixture.plain.encrypted(KEY);
    if (compressed) {
      options = options.compressed();
    }
    for (int i = 0; i < 2; i++) {
      try (EngineStore opened = fixture.open(options)) {
        if (i == 0) {
          fixture.fill(opened, 40);
          fixture.assertSame(opened);
          opened.signHead(ProofKeys.newPair(), SILENT);
          opened.scavenge(SILENT);
        }
        fixture.assertSame(opened);
      }
      VerifyReport report = EngineStore.verify(fixture.disk, "simulated", options, SILENT);
      assertThat(report.damages()).isEmpty();
      assertThat(report.notes()).isEmpty();
      fixture.assertForgotten();
    }
  }

  @Test
  void whoHasNoKeyOrAnotherIsToldWhatToDo() {
    try (EngineStore opened = EngineStore.open(store, encrypted)) {
      fill(opened, 10);
      opened.backup(copy, SILENT);
    }
    List<EngineOptions> wrong = List.of(plain, plain.encrypted(TestKeys.key(2)));
    List<Reason> reasons = List.of(Reason.NO_KEY, Reason.WRONG_KEY);
    for (int i = 0; i < wrong.size(); i++) {
      EngineOptions options = wrong.get(i);
      Reason reason = reasons.get(i);
      assertRefused(reason, () -> EngineStore.open(store, options));
      assertRefused(reason, () -> EngineStore.openReadOnly(store, options));
      assertRefused(reason, () -> EngineStore.verify(store, options, SILENT));
      assertRefused(reason, () -> EngineStore.planRepair(store, options, SILENT));
      assertRefused(
          reason,
          () -> EngineStore.restore(copy, folder.resolve("r" + reason), at(5), options, SILENT));
    }
    try (EngineStore opened = EngineStore.open(store, encrypted)) {
      assertThat(all(opened)).isNotEmpty();
    }
  }

  @Test
  void aStoreThatIsNotEncryptedIsRefusedWithAKey() {
    try (EngineStore opened = EngineStore.open(store, plain)) {
      fill(opened, 5);
      assertRefused(Reason.NOT_ENCRYPTED, () -> opened.rotateKey(KEY));
      assertRefused(Reason.NOT_ENCRYPTED, () -> opened.encryptAnew(SILENT));
    }
    assertRefused(Reason.NOT_ENCRYPTED, () -> EngineStore.open(store, encrypted));
    assertRefused(Reason.NOT_ENCRYPTED, () -> EngineStore.openReadOnly(store, encrypted));
    assertRefused(Reason.NOT_ENCRYPTED, () -> EngineStore.verify(store, encrypted, SILENT));
  }

  private static void assertRefused(Reason reason, Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            StoreKeyException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.getMessage()).containsAnyOf("key", "without one");
            });
  }

  @Test
  void aFileThatIsNotEncryptedIsNotTakenIntoAnEncryptedStore() throws IOException {
    EngineStore.open(store, encrypted).close();
    EngineStore.open(copy, plain).close();
    String log = "log/00000000000000000000-0.log";
    byte[] foreign = Files.readAllBytes(copy.resolve(log));
    byte[] own = Files.readAllBytes(store.resolve(log));
    System.arraycopy(own, 16, foreign, 16, 16);
    Bytes.putInt(foreign, 60, Checksum.of(foreign, 0, 60));
    Files.write(store.resolve(log), foreign);
    assertThatThrownBy(() -> EngineStore.open(store, encrypted))
        .isInstanceOf(EventStoreFailedException.class)
        .hasMessageContaining("is not encrypted, and its store is");
  }

  @Test
  void theSecondCopyOfTheKeysIsUsedWhereTheFirstIsDamaged() throws IOException {
    try (EngineStore opened = EngineStore.open(store, encrypted)) {
      fill(opened, 5);
    }
    Path keys = store.resolve("log/1.keys");
    byte[] bytes = Files.readAllBytes(keys);
    Arrays.fill(bytes, 0, 4_096, (byte) 0);
    Files.write(keys, bytes);
    try (EngineStore opened = EngineStore.open(store, encrypted)) {
      assertThat(all(opened)).isNotEmpty();
    }
    Arrays.fill(bytes, (byte) 0);
    Files.write(keys, bytes);
    assertThatThrownBy(() -> EngineStore.open(store, encrypted))
        .isInstanceOf(EventStoreFailedException.class)
        .hasMessageContainingAll("log/1.keys", "backup");
    assertThat(EngineStore.verify(store, encrypted, SILENT).damages()).hasSize(1);
  }

  private static AsOf at(long position) {
    return new AsOf.AtPosition(new Position(position));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBackupNeedsNoKeyAndARestoreHasTheSame(boolean compressed) {
    EngineOptions options = options(compressed);
    List<RecordedEvent> before;
    try (EngineStore opened = EngineStore.open(store, options)) {
      append(opened, 120);
      before = all(opened);
    }
    EngineStore.backup(store, copy, SILENT);
    for (int cut : List.of(0, 1, 57, before.size() / 2, before.size() - 2)) {
      Path target = folder.resolve("back-" + cut);
      BackupReport report = EngineStore.restore(copy, target, at(cut), options, SILENT);
      int kept = (int) report.head().position().value() + 1;
      for (int i = 0; i < 2; i++) {
        try (EngineStore opened = EngineStore.open(target, options)) {
          assertThat(all(opened)).startsWith(before.subList(0, kept).toArray(RecordedEvent[]::new));
          assertThat(all(opened)).hasSize(kept + i * 60);
          append(opened, 30);
        }
        assertThat(EngineStore.verify(target, options, SILENT).damages()).isEmpty();
      }
    }
    try (EngineStore opened = EngineStore.open(copy, options)) {
      assertThat(all(opened)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDamagedStoreIsRepairedUpToTheDamage(boolean compressed) throws IOException {
    EngineOptions options = options(compressed);
    List<RecordedEvent> before;
    try (EngineStore opened = EngineStore.open(store, options)) {
      append(opened, 150);
      before = all(opened);
    }
    List<String> logs =
        contents(store).keySet().stream()
            .filter(name -> name.endsWith(".log") || name.endsWith(".pack"))
            .toList();
    Path damaged = store.resolve(logs.get(2));
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged, bytes);

    RepairPlan plan = EngineStore.planRepair(store, options, SILENT);
    assertThat(plan.steps()).isNotEmpty();
    EngineStore.repair(plan, options, SILENT);
    try (EngineStore opened = EngineStore.open(store, options)) {
      int kept = (int) plan.keptEvents();
      assertThat(kept).isPositive();
      assertThat(all(opened)).isEqualTo(before.subList(0, kept));
      append(opened, 30);
    }
    assertThat(EngineStore.verify(store, options, SILENT).damages()).isEmpty();
    assertThat(filesWith(folder, SECRET)).isEmpty();
  }

  @Test
  void aLostManifestIsMadeAnewWithTheKeys() throws IOException {
    List<RecordedEvent> before;
    try (EngineStore opened = EngineStore.open(store, encrypted)) {
      fill(opened, 100);
      opened.rotateKey(TestKeys.key(2));
      before = all(opened);
    }
    EngineOptions options = plain.encrypted(TestKeys.key(2));
    Files.delete(store.resolve("MANIFEST"));
    EngineStore.repair(EngineStore.planRepair(store, options, SILENT), options, SILENT);
    try (EngineStore opened = EngineStore.open(store, options)) {
      assertThat(all(opened)).isEqualTo(before);
    }
  }

  @Test
  void aReaderFollowsAWriterThroughOtherKeys() {
    try (EngineStore writer = EngineStore.open(store, encrypted);
        ReadOnlyStore reader = EngineStore.openReadOnly(store, encrypted)) {
      fill(writer, 60);
      assertThat(all(reader)).isEqualTo(all(writer));
      writer.encryptAnew(SILENT);
      fill(writer, 60);
      assertThat(all(reader)).isEqualTo(all(writer));
      // its key still opens what it knows
      writer.rotateKey(TestKeys.key(2));
      fill(writer, 60);
      assertThat(all(reader)).isEqualTo(all(writer));
      writer.encryptAnew(SILENT);
      fill(writer, 60);
      assertThatThrownBy(() -> all(reader)).isInstanceOf(StoreKeyException.class);
      try (ReadOnlyStore again =
          EngineStore.openReadOnly(store, plain.encrypted(TestKeys.key(2)))) {
        assertThat(all(again)).isEqualTo(all(writer));
      }
    }
  }

  @Test
  void noKeyIsTold() {
    try (EngineStore opened = EngineStore.open(store, encrypted)) {
      assertThat(List.of(encrypted, opened, KEY, opened.stats()).toString())
          .doesNotContain("01010101", "[1, 1", "AQEBAQ");
    }
  }
}
