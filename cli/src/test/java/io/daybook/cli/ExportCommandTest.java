package io.daybook.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExportCommandTest {
  private static final String ALPHABET =
      "abcXYZ019 _-.:/\\\"'{}[],<>&%$#äöüßéñçłøабвгд中文字漢한글😀🎉𝄞\u200d\u2028\u2029\ufeff\ufffd";

  @TempDir private Path directory;
  private final Shell shell = new Shell();

  private static List<RecordedEvent> all(EventStore store) {
    return store.read(Query.everything()).toList();
  }

  private void fill(int events) {
    for (int i = 0; i < events; i++) {
      shell.store().append("s-" + i % 3, ExpectedRevision.any(), Event.json("T" + i % 2, "" + i));
    }
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Integer.getInteger("seeds", 10_000) / 500);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void what_is_exported_is_imported_again_to_the_byte(long seed) throws IOException {
    var random = new Random(seed);
    for (int i = 0; i < 400; i++) {
      shell.store().append(stream(random), ExpectedRevision.any(), event(random));
    }
    String file = directory.resolve("all" + (seed % 2 == 0 ? ".gz" : ".ndjson")).toString();

    assertThat(shell.run("export", file).ok().out())
        .isEqualTo("exported 400 events to " + file + "\n");
    assertThat(shell.run("import", file, "--data", "copy").ok().out())
        .isEqualTo("imported 400 events in 400 appends\n");

    List<RecordedEvent> before = all(shell.store());
    List<RecordedEvent> after = all(shell.stores().store("copy"));
    assertThat(after).hasSize(before.size());
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i).event()).isEqualTo(before.get(i).event());
      assertThat(after.get(i).stream()).isEqualTo(before.get(i).stream());
      assertThat(after.get(i).revision()).isEqualTo(before.get(i).revision());
    }
    // and the other way round: the copy is exported to the same lines, times aside
    assertThat(withoutTimes(shell.run("export", "--data", "copy").ok().out()))
        .isEqualTo(withoutTimes(shell.run("export").ok().out()));
    // and what is imported a second time is known
    assertThat(shell.run("import", file).ok().out())
        .isEqualTo("imported 0 events in 0 appends; 400 events were stored already\n");
  }

  private static String withoutTimes(String lines) {
    return lines.replaceAll("\"recordedAt\":\"[^\"]*\"", "");
  }

  private static String text(Random random, int maxLength) {
    int[] characters = ALPHABET.codePoints().toArray();
    var text = new StringBuilder("x"); // a name may not be blank
    int length = random.nextInt(maxLength);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(characters[random.nextInt(characters.length)]);
    }
    return text.toString();
  }

  private static String stream(Random random) {
    return random.nextBoolean() ? "s-" + random.nextInt(5) : text(random, 20);
  }

  private static Event event(Random random) {
    var tags = new ArrayList<String>();
    for (int i = random.nextInt(4); i > 0; i--) {
      tags.add(text(random, 12));
    }
    return new Event(
        new UUID(random.nextLong(), random.nextLong()),
        text(random, 10),
        tags,
        payload(random),
        random.nextInt(3) == 0 ? Payload.empty() : payload(random));
  }

  private static Payload payload(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> Payload.empty();
      case 1 -> Payload.json(scalar(random));
      case 2 -> Payload.json("{ \"a\" : [1.10, -0, 1e400, {}],\t\"a\":null }");
      case 3 -> Payload.json(" [1]\n");
      case 4 -> Payload.json("{\n  \"pretty\": true\r\n}");
      case 5 -> bytes(random, Payload.JSON);
      case 6 -> bytes(random, "application/octet-stream");
      case 7 -> Payload.of(text(random, 50).getBytes(UTF_8), "text/plain; charset=utf-8");
      case 8 -> Payload.of("{\"a\":1}".getBytes(UTF_8), "application/vnd.x+json");
      default -> Payload.json("{\"text\":\"" + escaped(text(random, 60)) + "\"}");
    };
  }

  private static String scalar(Random random) {
    String[] scalars = {"null", "true", "-12.50", "\"\"", "\"\\ud83d\\ude00\"", "0", "nul", "01"};
    return scalars[random.nextInt(scalars.length)];
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static Payload bytes(Random random, String contentType) {
    var bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return Payload.of(bytes, contentType);
  }

  @Test
  void standard_output_is_the_default() {
    fill(2);
    var outcome = shell.run("export").ok();
    assertThat(outcome.lines()).hasSize(2).allMatch(line -> line.startsWith("{\"position\":"));
    assertThat(shell.run("export", "-").ok().out()).isEqualTo(outcome.out());
    assertThat(shell.run("read").ok().out()).isEqualTo(outcome.out());
  }

  @Test
  void filters() {
    fill(12);
    assertThat(shell.run("export", "--stream", "s-0").ok().lines()).hasSize(4);
    assertThat(shell.run("export", "--category", "s", "--type", "T0").ok().lines()).hasSize(6);
    assertThat(shell.run("export", "--from", "3", "--to", "5").ok().lines()).hasSize(3);
    assertThat(shell.run("export", "--stream", "s-1", "--from", "1", "--limit", "2").ok().lines())
        .hasSize(2);
    assertThat(shell.run("export", "--as-of", "6").ok().lines()).hasSize(7);
    assertThat(shell.run("export", "--tag", "no:tag").ok().out()).isEmpty();
  }

  @Test
  void the_stores_own_events_stay_where_they_are() {
    fill(3);
    shell.store().delete("s-0", ExpectedRevision.any());
    assertThat(shell.run("export").ok().lines()).hasSize(2);
  }

  @Test
  void a_file_is_replaced_when_it_is_whole_and_packed_by_its_ending() throws IOException {
    fill(3);
    Path file = directory.resolve("out.gz");
    Files.writeString(file, "before");
    shell.run("export", file.toString()).ok();
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      assertThat(new String(in.readAllBytes(), UTF_8)).hasLineCount(3);
    }
    assertThat(directory)
        .isDirectoryContaining("glob:**/out.gz")
        .isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void a_failed_export_leaves_the_file_as_it_was() throws IOException {
    fill(3);
    shell
        .store()
        .append("s-0", ExpectedRevision.any(), Event.of("B", Payload.of(new byte[1], "a/b")));
    Path file = directory.resolve("out.json");
    Files.writeString(file, "before");
    shell
        .run("export", file.toString(), "--format", "array")
        .failed(
            1,
            "daybook export: the event at position 3 has data that is not JSON (a/b), which an"
                + " array can't hold; --format ndjson holds anything");
    assertThat(file).hasContent("before");
    assertThat(directory).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void a_link_stays_a_link() throws IOException {
    fill(1);
    Path target = Files.createFile(directory.resolve("target"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    shell.run("export", link.toString()).ok();
    assertThat(link).isSymbolicLink();
    assertThat(target).content().startsWith("{\"position\":0,");
  }

  @Test
  void a_device_is_written_and_not_replaced() {
    fill(1);
    shell.run("export", "/dev/null").ok();
    assertThat(Path.of("/dev/null")).exists();
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }

  @Test
  void places_that_cannot_be_written() {
    fill(1);
    shell
        .run("export", directory.toString())
        .failed(1, "daybook export: " + directory + " is a directory, not a file");
    Path missing = directory.resolve("no/file");
    shell
        .run("export", missing.toString())
        .failed(
            1, "daybook export: there is no folder " + missing.getParent() + " to write file in");
    shell
        .run("export", "--data", "nowhere")
        .failed(
            1,
            "daybook export: there is no store in nowhere; append and import create one, --data"
                + " names another");
  }

  @Test
  void a_reader_that_went_away_ends_it_quietly() {
    fill(10_000);
    var reader =
        new java.io.OutputStream() {
          private int left = 100_000;

          @Override
          public void write(int b) throws IOException {
            if (--left < 0) {
              throw new IOException("Broken pipe");
            }
          }
        };
    var err = new java.io.ByteArrayOutputStream();
    var terminal = Terminal.of(java.io.InputStream.nullInputStream(), reader, err);
    assertThat(Main.run(new String[] {"export"}, terminal, List.of(shell.stores()), List.of()))
        .isZero();
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void a_full_disk_behind_standard_output_is_a_failure() {
    fill(1);
    var full =
        new java.io.OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    var err = new java.io.ByteArrayOutputStream();
    var terminal = Terminal.of(java.io.InputStream.nullInputStream(), full, err);
    assertThat(Main.run(new String[] {"export"}, terminal, List.of(shell.stores()), List.of()))
        .isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .isEqualTo("daybook export: standard output can't be written: No space left on device\n");
  }
}
