package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.exactly;
import static io.daybook.eventstore.ExpectedRevision.noStream;

import io.daybook.engine.keys.KeySource;
import io.daybook.engine.log.LogSizes;
import io.daybook.engine.proof.ProofKeys;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A small store with one of everything that a log, an index and a manifest can hold, kept as it was
 * written by the first version of the format, beside a text of what is in it: every later version
 * must read the same. Written once, by {@link #main}, and never again for the same format.
 */
final class GoldenStore {
  /** Later than all that is recorded, and not so late that any age has run out since. */
  static final InstantSource NOW = InstantSource.fixed(Instant.parse("2026-03-01T00:00:00Z"));

  /** Of the stores that are encrypted. */
  static final KeySource KEY = TestKeys.key(7);

  private static final Instant START = Instant.parse("2026-02-01T08:30:00.000001Z");
  private static final long SEED = 25;

  private final EventStore store;
  private final Random random = new Random(SEED);

  private GoldenStore(EventStore store) {
    this.store = store;
  }

  /**
   * Writes {@code closed.zip}, {@code not-closed.zip}, {@code scavenged.zip}, which is compressed,
   * too, and {@code expected.txt} into the folder that is the argument; with {@code encrypted} as
   * the second, the two encrypted ones and what is in them; with {@code folded}, {@code
   * folded.zip}: the store of {@code closed.zip} scavenged and compressed, once more, since packs
   * fold their frames; with {@code split}, {@code split.zip} and what is in it: the same with small
   * frames, of which an append takes several.
   */
  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[0]);
    if (arguments.length > 1) {
      switch (arguments[1]) {
        case "encrypted" -> writeEncrypted(target);
        case "folded" -> writeFolded(target);
        case "split" -> writeSplit(target);
        default -> throw new IllegalArgumentException(arguments[1]);
      }
      return;
    }
    Path folder = Files.createTempDirectory("golden");
    try (EngineStore store = EngineStore.open(folder, options(ticking()))) {
      new GoldenStore(store).fill();
      pack(folder, target.resolve("not-closed.zip"));
    }
    pack(folder, target.resolve("closed.zip"));
    try (EngineStore store = EngineStore.open(folder, options(NOW))) {
      Files.write(target.resolve("expected.txt"), describe(store));
    }
    scavengeCompressed(folder);
    pack(folder, target.resolve("scavenged.zip"));
  }

  private static void writeFolded(Path target) throws IOException {
    Path folder = Files.createTempDirectory("golden");
    unpack("format-1/closed.zip", folder);
    scavengeCompressed(folder);
    pack(folder, target.resolve("folded.zip"));
  }

  private static void writeSplit(Path target) throws IOException {
    Path folder = Files.createTempDirectory("golden");
    try (EngineStore store = EngineStore.open(folder, options(ticking(), 400))) {
      new GoldenStore(store).fill();
    }
    pack(folder, target.resolve("split.zip"));
    try (EngineStore store = EngineStore.open(folder, options(NOW))) {
      Files.write(target.resolve("split-expected.txt"), describe(store));
    }
  }

  /** A clock that goes on with each look. */
  private static InstantSource ticking() {
    var looks = new AtomicLong();
    return () -> START.plus(Duration.ofMillis(1_001).multipliedBy(looks.getAndIncrement()));
  }

  private static void scavengeCompressed(Path folder) {
    try (EngineStore store = EngineStore.open(folder, options(NOW).compressed())) {
      store.scavenge(ProgressListener.none());
    }
  }

  private static void writeEncrypted(Path target) throws IOException {
    Path folder = Files.createTempDirectory("golden");
    try (EngineStore store = EngineStore.open(folder, options(ticking()).encrypted(KEY))) {
      new GoldenStore(store).fill();
    }
    pack(folder, target.resolve("encrypted.zip"));
    EngineOptions packed = options(NOW).compressed().encrypted(KEY);
    try (EngineStore store = EngineStore.open(folder, packed)) {
      Files.write(target.resolve("encrypted-expected.txt"), describe(store));
      store.signHead(ProofKeys.newPair(), ProgressListener.none());
      store.encryptAnew(ProgressListener.none());
      store.scavenge(ProgressListener.none());
    }
    pack(folder, target.resolve("encrypted-packed.zip"));
  }

  /** Log files of 16 KiB, index files after 100 events. */
  static EngineOptions options(InstantSource clock) {
    return options(clock, 16 << 10);
  }

  private static EngineOptions options(InstantSource clock, int frameBytes) {
    return EngineOptions.defaults()
        .withClock(clock)
        .withoutThreads()
        .withSizes(
            new LogSizes(16 << 10, 4 << 10, 4 << 10, frameBytes),
            new IndexLimits(100, 10_000, 1 << 20, 1 << 20, 4));
  }

  private void fill() {
    appendPlainEvents();
    appendToSeveralStreams();
    appendOddPayloadsAndNames();
    appendLargeEvent();
    appendMany();
    changeSettings();
    deleteAndTombstone();
    // a repeated append, which leaves nothing
    store.append("account-1", noStream(), opened());
    store.append("account-1", exactly(3), event("Closed", "{}"));
  }

  private static Event opened() {
    UUID id = UUID.fromString("019c17f0-0000-7000-8000-000000000001");
    return new Event(
        id, "Opened", List.of("customer:7"), Payload.json("{\"owner\":\"Ada\"}"), Payload.empty());
  }

  private void appendPlainEvents() {
    store.append("account-1", noStream(), opened());
    store.append(
        "account-1", exactly(0), event("Deposited", "{\"amount\":100}"), event("Noted", "{}"));
    store.append("no category", any(), event("Noted", "{}"));
    store.append(
        "account-2",
        any(),
        event("Opened", "{\"owner\":\"Bob\"}")
            .withMetadata(Payload.json("{\"actor\":\"clerk\",\"reason\":\"walk-in\"}")));
  }

  private void appendToSeveralStreams() {
    store.append(
        Append.to("transfer-77")
            .expecting(noStream())
            .events(event("Made", "{}").withTags("transfer:77"))
            .and("account-1")
            .expecting(exactly(2))
            .events(event("Sent", "{\"amount\":5}").withTags("transfer:77", "customer:7"))
            .and("account-2")
            .events(event("Received", "{\"amount\":5}").withTags("transfer:77"))
            .and("transfer-77")
            .events(event("Settled", "{}").withTags("transfer:77"))
            .unless(Query.tags("transfer:77")));
  }

  private void appendOddPayloadsAndNames() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    Event binary =
        Event.of("Scanned", Payload.of(bytes, "image/x-test"))
            .withId(id())
            .withMetadata(Payload.of(new byte[] {0, -1, 1}, "application/octet-stream"));
    Event empty = Event.of("Emptied", Payload.of(new byte[0], "text/plain")).withId(id());
    String[] tags = IntStream.range(0, 20).mapToObj(i -> "tag:" + i).toArray(String[]::new);
    store.append("papers-1", any(), binary, empty, event("Tagged", "{}").withTags(tags));
    store.append(
        "größe-日本-😀", any(), event("Überwiesen", "{\"text\":\"日本\"}").withTags("straße:ß"));
    store.append("n-" + "x".repeat(1_022), any(), event("T".repeat(256), "{}"));
    store.append("papers-2", any(), event("Noted", "{}").withTags("y".repeat(512)));
  }

  /** Larger than a log file, and not to be compressed. */
  private void appendLargeEvent() {
    byte[] noise = new byte[20 << 10];
    random.nextBytes(noise);
    store.append(
        "papers-1",
        any(),
        Event.of("Scanned", Payload.of(noise, "application/octet-stream")).withId(id()));
  }

  /** So many that postings are kept in chunks, in several index files that are merged. */
  private void appendMany() {
    for (int i = 0; i < 45; i++) {
      Event[] events =
          IntStream.range(0, 1 + i % 20)
              .mapToObj(n -> event("Counted", "{\"n\":" + n + "}").withTags("round:" + n % 3))
              .toArray(Event[]::new);
      store.append("counter-" + i % 2, any(), events);
    }
  }

  private void changeSettings() {
    for (int i = 0; i < 5; i++) {
      store.append("kept-1", any(), event("Noted", "{\"n\":" + i + "}"));
      store.append("kept-2", any(), event("Noted", "{\"n\":" + i + "}"));
      store.append("kept-3", any(), event("Noted", "{\"n\":" + i + "}"));
    }
    StreamSettings none = StreamSettings.none();
    store.changeSettings("kept-1", any(), none.withMaxCount(2));
    store.changeSettings("kept-2", any(), none.withTruncateBefore(new Revision(3)));
    store.changeSettings(
        "kept-3", any(), none.withMaxAge(Duration.ofDays(3_650)).withMaxCount(1_000));
    store.changeSettings("kept-3", any(), none.withMaxAge(Duration.ofDays(1)));
    store.changeSettings("kept-4", noStream(), none.withMaxCount(9));
  }

  private void deleteAndTombstone() {
    for (int i = 1; i <= 3; i++) {
      store.append("gone-" + i, any(), event("Noted", "{}"), event("Noted", "{}"));
    }
    store.delete("gone-1", exactly(1));
    store.delete("gone-2", any());
    store.append("gone-2", noStream(), event("Noted", "{\"again\":true}"));
    store.tombstone("gone-3", any());
    store.tombstone("gone-4", noStream());
  }

  private Event event(String type, String json) {
    return Event.json(type, json).withId(id());
  }

  /** Of both kinds: made one after another, which are kept short, and random ones. */
  private UUID id() {
    long high =
        random.nextBoolean() ? 0x019c_17f0_0000_7000L + random.nextInt(4_096) : random.nextLong();
    return new UUID(high, random.nextLong());
  }

  /** All that a user can see in a store, one thing a line. */
  static List<String> describe(EventStore store) {
    var lines = new ArrayList<String>();
    lines.add("checkpoint " + store.checkpointAt(store.head()));
    for (Dimension dimension : Dimension.values()) {
      try (var names = store.list(dimension, "")) {
        names.forEach(name -> lines.add(dimension + " " + name));
      }
    }
    Stream.of(
            "account-1",
            "kept-1",
            "kept-2",
            "kept-3",
            "kept-4",
            "gone-1",
            "gone-2",
            "gone-3",
            "gone-4")
        .forEach(stream -> lines.add("info " + store.streamInfo(stream).orElseThrow()));
    describe(store, "visible", ReadRequest.of(Query.everything()), lines);
    describe(store, "counter-1", ReadRequest.of(Query.stream("counter-1")).inReverse(), lines);
    describe(store, "account", ReadRequest.of(Query.category("account")), lines);
    describe(store, "Noted", ReadRequest.of(Query.types("Noted")), lines);
    describe(store, "round:1", ReadRequest.of(Query.tags("round:1")).limit(30), lines);
    try (var all = store.read(ReadRequest.of(Query.everything()).withSystemEvents())) {
      all.forEach(event -> lines.add(describe(event)));
    }
    return lines;
  }

  private static void describe(
      EventStore store, String name, ReadRequest request, List<String> lines) {
    try (var read = store.read(request)) {
      lines.add(
          read.stream()
              .map(event -> event.position().toString())
              .reduce("read " + name, (all, position) -> all + " " + position));
    }
  }

  private static String describe(RecordedEvent event) {
    return String.join(
        " | ",
        event.position().toString(),
        event.stream(),
        event.revision().toString(),
        event.recordedAt().toString(),
        event.id().toString(),
        event.type(),
        event.tags().toString(),
        describe(event.data()),
        describe(event.metadata()));
  }

  private static String describe(Payload payload) {
    if (payload.isEmpty()) {
      return "nothing of " + payload.contentType();
    }
    return payload.contentType().equals(Payload.JSON)
        ? payload.text()
        : payload.contentType() + " " + Base64.getEncoder().encodeToString(payload.toByteArray());
  }

  private static void pack(Path folder, Path zip) throws IOException {
    try (var out = new ZipOutputStream(Files.newOutputStream(zip));
        Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> Files.isRegularFile(file) && !file.endsWith("LOCK"))
          .sorted()
          .forEach(file -> {
            try {
              out.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
              Files.copy(file, out);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  /** Unpacks a zip of the resources. */
  static void unpack(String resource, Path folder) throws IOException {
    try (var in = new ZipInputStream(open(resource))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path file = folder.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(in, file);
      }
    }
  }

  /** The lines of a text of the resources. */
  static List<String> lines(String resource) throws IOException {
    try (var in = open(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static InputStream open(String resource) {
    return Objects.requireNonNull(
        GoldenStore.class.getResourceAsStream("/golden/" + resource), resource);
  }
}
