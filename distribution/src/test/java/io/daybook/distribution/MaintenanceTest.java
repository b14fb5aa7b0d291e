package io.daybook.distribution;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups, restores, scavenges and repairs of embedded stores by the command. */
@Tag("long")
class MaintenanceTest {
  private static final String BYTES = "(\\d+ bytes|\\d+\\.\\d [KM]iB \\([\\d,]+\\) bytes)";

  @TempDir private Path directory;
  private Path store;

  @BeforeEach
  void fill() {
    store = directory.resolve("store");
    importEvents(0, 900);
  }

  private void importEvents(int from, int to) {
    var lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines
          .append("{\"stream\":\"s-")
          .append(i % 7)
          .append("\",\"type\":\"T\",\"data\":{\"i\":")
          .append(i)
          .append("},\"append\":")
          .append(i / 3)
          .append("}\n");
    }
    Shell.runWith(lines.toString(), store, "import", "-").ok();
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private String read(Path from) {
    return Shell.run(from, "read").ok().out();
  }

  private void refused(int exitCode, String line, String... args) {
    refusedOf(store, exitCode, line, args);
  }

  private static void refusedOf(Path store, int exitCode, String line, String... args) {
    Shell.Outcome outcome = Shell.run(store, args);
    assertThat(outcome.err()).contains(line).hasLineCount(1);
    assertThat(outcome.exitCode()).isEqualTo(exitCode);
  }

  /** All files of a folder but the lock, and what is in them. */
  private static Map<String, Integer> files(Path folder) throws IOException {
    var files = new TreeMap<String, Integer>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    files.remove("LOCK");
    return files;
  }

  private Path log() throws IOException {
    try (Stream<Path> files = Files.list(store.resolve("log"))) {
      return files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
  }

  /** Flips one byte of the log, about in the middle of what is stored. */
  private void damageLog() throws IOException {
    byte[] bytes = Files.readAllBytes(log());
    bytes[bytes.length / 2] ^= 1;
    Files.write(log(), bytes);
  }

  @Test
  void aStoreIsCopiedBesideItsWriterAndTheCopyIsCaughtUp() {
    String target = path("copy");
    try (var writer = EngineStore.open(store)) {
      assertThat(Shell.run(store, "copy", "--to", target).ok().out())
          .matches("copied 900 events in \\d+ appends?\n");
      writer.append("s-0", any(), Event.json("T", "{\"i\":900}"));
      assertThat(Shell.run(store, "copy", "--to", target).ok().out())
          .isEqualTo("went on after position 899: copied 1 event in 1 append\n");
    }
    List<RecordedEvent> copied = all(Path.of(target));
    List<RecordedEvent> original = all(store);
    assertThat(copied).hasSize(901);
    for (int i = 0; i < copied.size(); i++) {
      assertThat(copied.get(i).id()).isEqualTo(original.get(i).id());
      assertThat(copied.get(i).stream()).isEqualTo(original.get(i).stream());
      assertThat(copied.get(i).data()).isEqualTo(original.get(i).data());
      assertThat(copied.get(i).metadata().text())
          .contains("\"originallyRecordedAt\":\"" + original.get(i).recordedAt() + "\"");
    }
  }

  private static List<RecordedEvent> all(Path folder) {
    try (var events = EngineStore.open(folder, EngineOptions.defaults().mustExist())) {
      return events.read(Query.everything()).toList();
    }
  }

  @Test
  void aBackupHoldsAllAndTheNextOneBringsItUpToDate() throws IOException {
    Map<String, Integer> before = files(store);
    assertThat(Shell.run(store, "backup", path("b")).ok().out())
        .matches(
            "backed up to .*/b up to position 899: copied (\\d file), "
                + BYTES
                + "; in all \\1, \\2\n");
    assertThat(files(store)).isEqualTo(before);
    assertThat(read(directory.resolve("b"))).isEqualTo(read(store));

    try (EngineStore writer = EngineStore.open(store)) {
      writer.append("s-1", any(), Event.json("T", "1"));
      assertThat(Shell.run(store, "backup", path("b"), "--json").ok().out())
          .matches(
              "\\{\"store\":\"[0-9a-f-]{36}\",\"epoch\":0,\"position\":900,\"files\":\\d,"
                  + "\"bytes\":\\d+,\"copiedFiles\":\\d,\"copiedBytes\":\\d+}\n");
    }
    assertThat(read(directory.resolve("b"))).isEqualTo(read(store)).hasLineCount(901);
    Shell.run(store, "backup", path("b")).ok(); // with the end that a clean close writes
    assertThat(Shell.run(store, "backup", path("b")).ok().out())
        .contains(" position 900: copied 0 files, 0 bytes; in all ");
  }

  @Test
  void aSnapshotIsMadeBesideTheWriter() throws IOException {
    try (EngineStore writer = EngineStore.open(store)) {
      writer.append("s-1", any(), Event.json("T", "1"));
      assertThat(Shell.run(store, "snapshot", path("s")).ok().out())
          .startsWith("linked to " + path("s") + " up to position 900: copied ");
    }
    assertThat(read(directory.resolve("s"))).isEqualTo(read(store));
    Shell.run(directory.resolve("s"), "verify").ok();
    assertThat(Shell.run(store, "snapshot", path("s"), "--json").ok().out())
        .contains("\"position\":900,");
  }

  @Test
  void aRestoreIsANewStoreUpToAPositionOrAnInstant() throws IOException {
    Shell.run(store, "backup", path("b")).ok();
    Map<String, Integer> backup = files(directory.resolve("b"));
    assertThat(Shell.run(store, "restore", path("b"), path("all")).ok().out())
        .startsWith("restored to " + path("all") + " up to position 899: copied ");
    assertThat(read(directory.resolve("all"))).isEqualTo(read(store));

    // whole appends of three: 100 would cut one
    assertThat(Shell.run(store, "restore", path("b"), path("to"), "--to", "100").ok().out())
        .contains(" up to position 98: ");
    assertThat(read(directory.resolve("to")))
        .isEqualTo(Shell.run(store, "read", "--to", "98").ok().out());
    assertThat(Shell.run(directory.resolve("to"), "verify").ok().out())
        .startsWith("no damage found: 99 events, ");
    assertThat(
            Shell.run(
                    store,
                    "restore",
                    path("b"),
                    path("old"),
                    "--to",
                    "2020-01-01T00:00:00Z",
                    "--json")
                .ok()
                .out())
        .contains("\"position\":-1,");
    assertThat(files(directory.resolve("b"))).isEqualTo(backup);
  }

  @Test
  void whatCannotBeCopiedIsRefusedAndLeftAlone() throws IOException {
    Files.createDirectory(directory.resolve("full"));
    Files.writeString(directory.resolve("full/letter"), "Dear Ada");
    refused(1, "is neither empty nor a backup", "backup", path("full"));
    refused(1, "is neither empty nor a backup", "snapshot", path("full"));
    for (String inside : new String[] {"", "deep/copy"}) {
      refused(1, "lies inside the folder", "backup", store.resolve(inside).toString());
      refused(1, "lies inside the folder", "snapshot", store.resolve(inside).toString());
    }
    assertThat(files(directory.resolve("full"))).hasSize(1);
    Shell.run(store, "backup", path("b")).ok();
    refused(1, "is not empty", "restore", path("b"), path("full"));
    refused(1, "is not empty", "restore", path("b"), store.toString());
    refused(1, "there is no backup in " + path("none"), "restore", path("none"), path("x"));
    refused(2, "--to is a position or an instant", "restore", path("b"), path("x"), "--to", "now");
    refused(2, "Missing required parameter", "restore", path("b"));
    refused(2, "Missing required parameter", "backup");
    assertThat(directory.resolve("x")).doesNotExist();
    for (String command : new String[] {"backup", "snapshot"}) {
      refusedOf(directory.resolve("none"), 1, "there is no store in", command, path("x"));
    }
    Path other = directory.resolve("other");
    Shell.run(other, "append", "s", "--type", "T", "--data", "1").ok();
    refusedOf(other, 1, "is not a backup of this store", "backup", path("b"));
    assertThat(read(directory.resolve("b"))).isEqualTo(read(store));
  }

  @Test
  void whatIsStoppedHalfwayCanBeDoneAgain() {
    try (EngineStore writer = EngineStore.open(store)) {
      writer.delete("s-3", any());
    }
    Shell.run(store, "scavenge").ok(); // ends the log file, so that there is one to be copied
    var maintenance = new FolderMaintenance(EngineOptions.defaults());
    assertThatThrownBy(() ->
            maintenance.backup(
                store.toString(),
                path("b"),
                (_, _) -> {
                  throw new CancellationException();
                }))
        .isInstanceOf(CancellationException.class);
    assertThat(directory.resolve("b/MANIFEST")).doesNotExist();
    Shell.run(store, "backup", path("b")).ok();
    Shell.run(directory.resolve("b"), "verify").ok();
    assertThatThrownBy(() ->
            maintenance.restore(
                path("b"),
                path("r"),
                new ReadRequest.AsOf.Now(),
                (_, _) -> {
                  throw new CancellationException();
                }))
        .isInstanceOf(CancellationException.class);
    assertThat(Shell.run(directory.resolve("r"), "read").exitCode()).isEqualTo(1);
    refused(1, "is not empty", "restore", path("b"), path("r"));
  }

  @Test
  void aScavengeReclaimsWhatWasDeleted() throws IOException {
    assertThat(Shell.run(store, "scavenge").ok().out()).isEqualTo("nothing to reclaim\n");
    try (EngineStore writer = EngineStore.open(store)) {
      writer.delete("s-3", any());
      refused(1, " is in use: ", "scavenge");
    }
    String expected = read(store);
    assertThat(Shell.run(store, "scavenge").ok().out())
        .matches(
            "reclaimed 129 events: wrote 1 log file and \\d index files? anew, "
                + BYTES
                + " before, "
                + BYTES
                + " now\n");
    assertThat(read(store)).isEqualTo(expected);
    Shell.run(store, "verify").ok();
    assertThat(Shell.run(store, "scavenge", "--json").ok().out())
        .isEqualTo(
            "{\"events\":0,\"logFiles\":0,\"indexFiles\":0,\"bytesBefore\":0,\"bytesAfter\":0}\n");
    refusedOf(directory.resolve("none"), 1, "there is no store in", "scavenge");
    assertThat(directory.resolve("none")).doesNotExist();
  }

  @Test
  void aRepairIsPlannedAndThenDone() throws IOException {
    assertThat(Shell.run(store, "repair").ok().out()).isEqualTo("nothing to repair: 900 events\n");
    damageLog();
    Map<String, Integer> damaged = files(store);
    String plan = Shell.run(store, "repair", "--plan").out();
    assertThat(plan)
        .matches(
            "log/\\S+\\.log is cut at offset \\d+ and loses "
                + BYTES
                + ": .*\n"
                + "kept:    (\\d+) events, positions 0 to \\d+\n"
                + "dropped: \\d+ events at least, from position \\2 on; \\d+ events of it can still"
                + " be read by hand, in .*/store/damaged\n"
                + "a new epoch begins: checkpoints from before will be refused\n");
    refused(1, "was not repaired: this was the plan alone", "repair", "--plan");
    refused(1, "was not repaired: --yes repairs it so", "repair");
    refused(2, "--plan changes nothing", "repair", "--plan", "--yes");
    assertThat(files(store)).isEqualTo(damaged);

    Shell.Outcome repaired = Shell.run(store, "repair", "--yes").ok();
    assertThat(repaired.out()).startsWith(plan).matches("(?s).*\nrepaired: \\d+ events\n");
    assertThat(store.resolve("damaged")).isDirectoryContaining("glob:**.log");
    assertThat(Shell.run(store, "verify", "--deep").ok().out()).startsWith("no damage found: ");
    Shell.run(store, "append", "s-1", "--type", "T", "--data", "1").ok();
    assertThat(Shell.run(store, "repair").ok().out()).startsWith("nothing to repair: ");
  }

  @Test
  void aLostManifestIsNoMissingStore() throws IOException {
    String expected = read(store);
    Files.delete(store.resolve("MANIFEST"));
    for (String command : new String[] {"read", "stats", "verify", "scavenge"}) {
      refused(1, "it is missing, but there are log files", command);
    }
    assertThat(Shell.run(store, "repair", "--yes").ok().out())
        .startsWith("MANIFEST is made anew: it is missing\nkept:    900 events, ")
        .contains("\ndropped: nothing\n");
    assertThat(read(store)).isEqualTo(expected);
  }

  @Test
  void aStoreThatIsInUseIsNotRepairedOrVerified() {
    try (EngineStore writer = EngineStore.open(store)) {
      assertThat(writer.head().value()).isEqualTo(899);
      refused(1, " is in use: ", "repair", "--yes");
      refused(1, " is in use: ", "verify", "--deep");
    }
    refusedOf(directory.resolve("none"), 1, "there is no store in", "repair");
  }
}
