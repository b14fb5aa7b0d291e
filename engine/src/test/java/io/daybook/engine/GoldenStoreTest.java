package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.exactly;
import static io.daybook.eventstore.ExpectedRevision.noStream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamTombstonedException;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores of every version of the format open, and say what they said when they were written. */
class GoldenStoreTest {
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults().withClock(GoldenStore.NOW).mustExist();

  /** The stores that are kept. */
  @Retention(RetentionPolicy.RUNTIME)
  @ParameterizedTest
  @ValueSource(
      strings = {
        "format-1/closed.zip",
        "format-1/not-closed.zip",
        "format-1/scavenged.zip",
        "format-1/folded.zip",
        "format-1/encrypted.zip",
        "format-1/encrypted-packed.zip",
        "format-1/split.zip"
      })
  private @interface EachStore {}

  private static EngineOptions withKey(EngineOptions options, String zip) {
    return zip.contains("encrypted") ? options.encrypted(GoldenStore.KEY) : options;
  }

  @TempDir private Path folder;

  @EachStore
  void whatWasWrittenIsRead(String zip) throws IOException {
    GoldenStore.unpack(zip, folder);
    assertThat(files("log", "")).hasSizeGreaterThan(2);
    boolean packed = zip.matches(".*(scavenged|folded|packed).*");
    assertThat(files("log", ".pack").isEmpty()).isEqualTo(!packed);
    assertThat(files("index", ".idx")).isNotEmpty();

    EngineOptions options = withKey(OPTIONS, zip);
    assertThat(EngineStore.verify(folder, options, ProgressListener.none()).damages()).isEmpty();
    for (int i = 0; i < 2; i++) { // the second time as this version has closed it
      try (EngineStore store = EngineStore.open(folder, withKey(OPTIONS, zip))) {
        assertThat(GoldenStore.describe(store)).isEqualTo(expected(zip));
      }
    }
  }

  @EachStore
  void theIndexCanBeDeleted(String zip) throws IOException {
    GoldenStore.unpack(zip, folder);
    for (String file : files("index", "")) {
      Files.delete(folder.resolve("index").resolve(file));
    }
    Files.delete(folder.resolve("index"));

    try (EngineStore store = EngineStore.open(folder, withKey(OPTIONS, zip))) {
      assertThat(GoldenStore.describe(store)).isEqualTo(expected(zip));
    }
  }

  @EachStore
  void itIsWrittenOn(String zip) throws IOException {
    GoldenStore.unpack(zip, folder);
    Position head;
    try (EngineStore store =
        EngineStore.open(folder, withKey(GoldenStore.options(GoldenStore.NOW).mustExist(), zip))) {
      head = store.head();
      // ids are known, numbering goes on where it stopped, what is closed stays so
      RecordedEvent first = store.read(Query.stream("account-1")).toList().getFirst();
      assertThat(store.append("account-1", noStream(), first.event()).lastPosition())
          .isEqualTo(first.position());
      assertThat(store.append("gone-1", noStream(), Event.json("Noted", "{}")).lastPosition())
          .isEqualTo(head.next());
      assertThatThrownBy(() -> store.append("gone-3", noStream(), Event.json("Noted", "{}")))
          .isInstanceOf(StreamTombstonedException.class);
    }
    try (EngineStore store = EngineStore.open(folder, withKey(OPTIONS, zip))) {
      assertThat(store.head()).isEqualTo(head.next());
      assertThat(store.append("gone-1", exactly(2), Event.json("Noted", "{}")).lastPosition())
          .isEqualTo(head.next().next());
    }
  }

  @Test
  void aNewerFormatIsRefusedByItsVersion() throws IOException {
    GoldenStore.unpack("format-1/closed.zip", folder);
    Path manifest = folder.resolve("MANIFEST");
    byte[] bytes = Files.readAllBytes(manifest);
    Bytes.putShort(bytes, 8, (short) 2);
    Bytes.putInt(bytes, 60, Checksum.of(bytes, 0, 60));
    Bytes.putInt(bytes, bytes.length - 4, Checksum.of(bytes, 0, bytes.length - 4));
    Files.write(manifest, bytes);

    assertThatThrownBy(() -> EngineStore.open(folder, OPTIONS))
        .isInstanceOf(EventStoreFailedException.class)
        .hasMessageContainingAll("MANIFEST", "version 2", "newer Daybook");
  }

  private static List<String> expected(String zip) throws IOException {
    String kind =
        zip.contains("encrypted") ? "encrypted-" : zip.endsWith("split.zip") ? "split-" : "";
    return GoldenStore.lines(zip.substring(0, zip.indexOf('/') + 1) + kind + "expected.txt");
  }

  private List<String> files(String name, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(name))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(f -> f.endsWith(ending))
          .toList();
    }
  }
}
