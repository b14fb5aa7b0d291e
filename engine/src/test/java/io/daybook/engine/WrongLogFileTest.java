package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Log files that are not those of the manifest are refused at the opening, by name. */
class WrongLogFileTest {
  private static final EngineOptions SMALL =
      EngineOptions.defaults()
          .withoutThreads()
          .withSizes(new LogSizes(4_096, 1_024, 1_024), IndexLimits.DEFAULT);

  @TempDir private Path folder;
  private Path store;
  private Path other;

  @BeforeEach
  void fill() {
    store = folder.resolve("store");
    other = folder.resolve("other");
    for (Path each : List.of(store, other)) {
      try (EngineStore opened = EngineStore.open(each, SMALL)) {
        for (int i = 0; i < 60; i++) {
          opened.append("a-" + i, ExpectedRevision.any(), Event.json("T", "{\"i\":" + i + "}"));
        }
      }
    }
  }

  /** The log files, the oldest first. */
  private static List<Path> logs(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of.resolve("log"))) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
  }

  private void assertRefused(Path log, String why) {
    assertThatThrownBy(() -> EngineStore.open(store, SMALL).close())
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("log/" + log.getFileName())
        .hasMessageContaining(why);
  }

  @Test
  void aFullFileOfAnotherStore() throws IOException {
    Path full = logs(store).getFirst();
    Files.copy(logs(other).getFirst(), full, StandardCopyOption.REPLACE_EXISTING);
    assertRefused(full, "it belongs to another store or place");
  }

  @Test
  void anActiveFileOfAnotherStore() throws IOException {
    Path active = logs(store).getLast();
    Files.copy(logs(other).getLast(), active, StandardCopyOption.REPLACE_EXISTING);
    assertRefused(active, "it belongs to another store or place");
  }

  @Test
  void aFullFileOfAnotherPlace() throws IOException {
    Path full = logs(store).get(1);
    Files.copy(logs(store).getFirst(), full, StandardCopyOption.REPLACE_EXISTING);
    assertRefused(full, "it belongs to another store or place");
  }

  /** The file of the same place from before a scavenge, with what was to be forgotten. */
  @Test
  void aFullFileOfAnEarlierGeneration() throws IOException {
    byte[] before = Files.readAllBytes(logs(store).getFirst());
    try (EngineStore opened = EngineStore.open(store, SMALL)) {
      opened.delete("a-1", ExpectedRevision.any());
      opened.scavenge(ProgressListener.none());
    }
    Path full = logs(store).getFirst();
    Files.write(full, before);
    assertRefused(full, "it belongs to another store or place");
  }

  /** Only the first position in the header is another, and its check is right. */
  @Test
  void aFullFileOfAnotherBase() throws IOException {
    Path full = logs(store).get(1);
    byte[] bytes = Files.readAllBytes(full);
    bytes[32]++;
    Bytes.putInt(bytes, 60, Checksum.of(bytes, 0, 60));
    Files.write(full, bytes);
    assertRefused(full, "it belongs to another store or place");
  }

  @Test
  void aFullFileThatWasCutOff() throws IOException {
    Path full = logs(store).getFirst();
    try (var file = new RandomAccessFile(full.toFile(), "rw")) {
      file.setLength(1_024);
    }
    assertRefused(full, "it ends before offset ");
  }

  @Test
  void aFileThatIsMissing() throws IOException {
    for (Path log : List.of(logs(store).getFirst(), logs(store).getLast())) {
      Path aside = folder.resolve("aside");
      Files.move(log, aside);
      assertRefused(log, "it is missing; restore it from a backup");
      Files.move(aside, log);
    }
  }
}
