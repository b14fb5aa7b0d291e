package io.daybook.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.EngineStore;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStoresTest {
  @TempDir private Path directory;

  private Path store() {
    return directory.resolve("store");
  }

  private static String lines(int from, int to) {
    var lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines
          .append("{\"stream\":\"s-")
          .append(i % 7)
          .append("\",\"type\":\"T\",\"tags\":[\"n:")
          .append(i % 5)
          .append("\"],\"data\":{\"i\":")
          .append(i)
          .append("},\"append\":")
          .append(i / 3)
          .append("}\n");
    }
    return lines.toString();
  }

  /** The files of the store, and what is in them. */
  private Map<String, Integer> files() throws IOException {
    var files = new TreeMap<String, Integer>();
    try (Stream<Path> all = Files.walk(store())) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(store().relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    // it names the process that had the store open last
    files.remove("LOCK");
    return files;
  }

  @Test
  void the_command_works_on_an_embedded_store() {
    assertThat(
            Shell.run(store(), "append", "a-1", "--type", "T", "--data", "{\"x\": 1}").ok().out())
        .isEqualTo("position 0, revision 0\n");
    assertThat(Shell.runWith(lines(0, 900), store(), "import", "-").ok().out())
        .isEqualTo("imported 900 events in 300 appends\n");
    assertThat(Shell.run(store(), "read").ok().out()).hasLineCount(901);
    assertThat(Shell.run(store(), "read", "--category", "s", "--tag", "n:3").ok().out())
        .hasLineCount(180);
    assertThat(Shell.run(store(), "read", "a-1").ok().out()).endsWith("\"data\":{\"x\": 1}}\n");
    assertThat(Shell.run(store(), "stats", "--json").ok().out())
        .contains("\"events\":901,\"streams\":8,\"categories\":2,\"types\":1,\"tags\":5,")
        .contains("\"logFiles\":1,");
    assertThat(Shell.run(store(), "verify").ok().out()).startsWith("no damage found: 901 events, ");

    String file = directory.resolve("all.ndjson.gz").toString();
    Shell.run(store(), "export", file).ok();
    Path copy = directory.resolve("copy");
    Shell.run(copy, "import", file).ok();
    assertThat(withoutTimes(Shell.run(copy, "read").ok().out()))
        .isEqualTo(withoutTimes(Shell.run(store(), "read").ok().out()));
    assertThat(Shell.run(copy, "import", file).ok().out())
        .isEqualTo("imported 0 events in 0 appends; 901 events were stored already\n");
  }

  private static String withoutTimes(String lines) {
    return lines.replaceAll("\"recordedAt\":\"[^\"]*\"", "");
  }

  @Test
  void looking_at_a_store_leaves_it_as_it_was() throws IOException {
    Shell.runWith(lines(0, 3_000), store(), "import", "-").ok();
    Map<String, Integer> before = files();
    Shell.run(store(), "read", "s-1").ok();
    Shell.run(store(), "stats").ok();
    Shell.run(store(), "verify").ok();
    Shell.run(store(), "export").ok();
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void what_was_synced_at_intervals_is_all_there_in_the_end() {
    Shell.runWith(lines(0, 3_000), store(), "import", "-", "--durability", "interval:5").ok();
    Path copy = directory.resolve("copy");
    Shell.run(store(), "copy", "--to", copy.toString(), "--durability", "interval").ok();
    for (Path folder : new Path[] {store(), copy}) {
      assertThat(Shell.run(folder, "verify").ok().out())
          .startsWith("no damage found: 3,000 events, ");
    }
  }

  @Test
  void appending_one_event_adds_no_file() throws IOException {
    Shell.runWith(lines(0, 3_000), store(), "import", "-").ok();
    var before = files().keySet();
    Shell.run(store(), "append", "a-1", "--type", "T", "--data", "1").ok();
    Shell.run(store(), "append", "a-1", "--type", "T", "--data", "1").ok();
    assertThat(files().keySet()).isEqualTo(before);
  }

  @Test
  void looking_where_nothing_is_creates_nothing() {
    var outcome = Shell.run(store(), "read");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo(
            "daybook read: there is no store in "
                + store()
                + "; append and import create one, --data names another\n");
    assertThat(store()).doesNotExist();
  }

  @Test
  void a_conflict_is_exit_code_3() {
    Shell.run(store(), "append", "a-1", "--type", "T", "--data", "1").ok();
    var outcome =
        Shell.run(store(), "append", "a-1", "--type", "T", "--data", "1", "--expected", "none");
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err()).hasLineCount(1).contains("a-1").contains("revision 0");
  }

  @Test
  void a_store_that_is_open_elsewhere_says_so() {
    try (EngineStore open = EngineStore.open(store())) {
      assertThat(open.head().value()).isEqualTo(-1);
      var outcome = Shell.run(store(), "append", "a-1", "--type", "T", "--data", "1");
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).hasLineCount(1).contains(" is in use: ");
    }
  }

  @Test
  void looking_works_beside_the_writer_and_sees_what_it_appends() throws IOException {
    Shell.runWith(lines(0, 900), store(), "import", "-").ok();
    Path file = directory.resolve("all.ndjson");
    try (EngineStore writer = EngineStore.open(store())) {
      for (int i = 0; i < 3; i++) {
        writer.append("a-1", ExpectedRevision.any(), Event.json("T", "{}"));
        long head = 900L + i;
        assertThat(Shell.run(store(), "head").ok().out()).isEqualTo(head + "\n");
        assertThat(Shell.run(store(), "read", "a-1").ok().out()).hasLineCount(i + 1);
        assertThat(Shell.run(store(), "stats", "--json").ok().out())
            .contains("\"events\":" + (head + 1) + ",");
        Shell.run(store(), "export", file.toString()).ok();
        assertThat(Files.readAllLines(file)).hasSize((int) head + 1);
      }
    }
  }

  @Test
  void stats_tell_files_and_the_largest_streams() throws IOException {
    Shell.runWith(lines(0, 902), store(), "import", "-").ok();
    Shell.runWith("{\"stream\":\"one\",\"type\":\"T\",\"data\":1}", store(), "import", "-").ok();
    assertThat(Shell.run(store(), "stats", "--largest", "3").ok().out())
        .containsPattern("\nlog files +1\npacked log files +0\nlog bytes +\\d")
        .containsPattern("\nindex files +0\nindex bytes +0\nunindexed events +903\nbytes on disk ")
        .endsWith("\n\nlargest streams, by events:\n  129  s-0\n  129  s-1\n  129  s-2\n");
    assertThat(Shell.run(store(), "stats", "--largest", "1", "--json").ok().out())
        .endsWith(",\"index\":[],\"largestStreams\":[{\"stream\":\"s-0\",\"events\":129}]}\n");
    long bytes;
    try (Stream<Path> all = Files.walk(store())) {
      bytes = all.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    }
    assertThat(Shell.run(store(), "stats", "--json").ok().out())
        .contains("\"bytesOnDisk\":" + bytes + ",");
  }

  @Test
  void damage_is_named_by_file_and_offset() throws IOException {
    Shell.runWith(lines(0, 300), store(), "import", "-").ok();
    Path log;
    try (Stream<Path> files = Files.list(store().resolve("log"))) {
      log = files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(log);
    bytes[bytes.length / 2] ^= 1;
    Files.write(log, bytes);

    var verify = Shell.run(store(), "verify");
    assertThat(verify.exitCode()).isEqualTo(1);
    assertThat(verify.err())
        .hasLineCount(1)
        .startsWith("daybook verify: ")
        .contains("log/" + log.getFileName())
        .containsPattern("offset \\d+");
    var read = Shell.run(store(), "read");
    assertThat(read.exitCode()).isEqualTo(1);
    assertThat(read.err()).hasLineCount(1).contains("is damaged at offset ");
  }
}
