package io.daybook.benchmarks.packs;

import io.daybook.benchmarks.packs.Layout.Fetch;
import io.daybook.engine.EngineStore;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;

/**
 * Compares layouts of full log files. Arguments: a folder to work in, and, instead of synthetic
 * events, the shop's {@code online_retail.csv.gz}. Needs the right to drop the page cache.
 */
public final class PackSpike {
  private static final int STREAMS = 10_000;
  private static final int LOADS = 3_000;
  private static final int COLD_ROUNDS = 30;
  private static final int COLD_LOADS = 1;
  private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

  private final Path folder;
  private final Frames frames;
  private final List<long[]> streams;

  private PackSpike(Path folder) throws IOException {
    this.folder = folder;
    this.frames = new Frames(folder.resolve("store"));
    this.streams = frames.positions.values().stream().map(PackSpike::first100).toList();
  }

  private static long[] first100(long[] positions) {
    return Arrays.copyOf(positions, Math.min(positions.length, 100));
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Path work = Path.of(arguments[0]);
    if (arguments.length == 1) {
      Path synthetic = work.resolve("synthetic");
      if (Files.notExists(synthetic)) {
        Files.createDirectories(synthetic);
        fillSynthetic(synthetic.resolve("store"));
      }
      System.out.println("synthetic, 256 bytes of random letters in JSON");
      new PackSpike(synthetic).measureAll();
    } else {
      Path shop = work.resolve("shop");
      if (Files.notExists(shop)) {
        Files.createDirectories(shop);
        fillShop(shop.resolve("store"), Path.of(arguments[1]));
      }
      System.out.println("shop, its real invoices");
      new PackSpike(shop).measureAll();
    }
  }

  private static void fillSynthetic(Path store) {
    try (var filler = new Filler(store)) {
      long number = 0;
      for (int part = 0; part < 10; part++) {
        for (int stream = 0; stream < STREAMS; stream++) {
          List<Event> events = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            events.add(
                Event.of("Deposited", Payload.json(letters(number)))
                    .withTags("account:" + number++ % (STREAMS * 10)));
          }
          filler.append("account-" + stream, events);
        }
      }
    }
  }

  private static String letters(long number) {
    var random = new Random(number);
    var json = new StringBuilder("{\"number\":").append(number).append(",\"text\":\"");
    while (json.length() < 254) {
      json.append((char) ('a' + random.nextInt(26)));
    }
    return json.append("\"}").toString();
  }

  /** A stream per customer, an append per invoice, an event per line. */
  private static void fillShop(Path store, Path csv) throws IOException {
    try (var filler = new Filler(store);
        var in =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(csv)), StandardCharsets.UTF_8))) {
      String[] names = in.readLine().split(",");
      String invoice = "";
      List<Event> events = new ArrayList<>();
      String stream = "";
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] fields = line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
        if (!fields[0].equals(invoice) && !events.isEmpty()) {
          filler.append(stream, events);
          events = new ArrayList<>();
        }
        invoice = fields[0];
        stream = "customer-" + (fields[6].isEmpty() ? "none" : fields[6]);
        events.add(
            Event.of("LineInvoiced", Payload.json(json(names, fields)))
                .withTags("product:" + fields[1].strip(), "invoice:" + invoice));
      }
      filler.append(stream, events);
    }
  }

  private static String json(String[] names, String[] fields) {
    var json = new StringBuilder("{");
    for (int i = 0; i < names.length; i++) {
      json.append(i == 0 ? "\"" : ",\"").append(names[i]).append("\":\"");
      json.append(fields[i].replace("\"", "").replace("\\", "\\\\")).append('"');
    }
    return json.append('}').toString();
  }

  /** Appends without waiting for each. */
  private static final class Filler implements AutoCloseable {
    private static final int UNDER_WAY = 256;
    private final EngineStore store;
    private final ArrayDeque<CompletableFuture<AppendResult>> waiting = new ArrayDeque<>();

    Filler(Path folder) {
      store = EngineStore.open(folder);
    }

    void append(String stream, List<Event> events) {
      waiting.add(store.appendAsync(Append.to(stream).events(events)));
      if (waiting.size() > UNDER_WAY) {
        waiting.remove().join();
      }
    }

    @Override
    public void close() {
      waiting.forEach(CompletableFuture::join);
      store.close();
    }
  }

  private void measureAll() throws Exception {
    System.out.printf(
        "%d events, %d frames, %d streams%n", frames.events(), frames.all.size(), streams.size());
    System.out.println(
        "| layout | bytes/event | load-100 µs | tag-10 µs | cold load µs | cold tag µs | scan M/s |"
            + " made MB/s |");
    measure("plain", new PlainLayout(frames, Fetch.NONE));
    measure("plain, touched in parallel", new PlainLayout(frames, Fetch.TOUCH));
    measure("plain, read in parallel", new PlainLayout(frames, Fetch.READ));
    for (int kib : new int[] {16, 64}) {
      measure("blocks of " + kib + " KiB, zstd 3", blocks(kib, 3, false, false));
      measure("… with a dictionary", blocks(kib, 3, true, false));
    }
    measure("blocks of 64 KiB, zstd 9", blocks(64, 9, false, false));
    measure("clustered, 16 KiB, zstd 3", blocks(16, 3, false, true));
    measure("clustered, 64 KiB, zstd 3", blocks(64, 3, false, true));
    measureEngine();
  }

  private BlockLayout blocks(int kib, int level, boolean dictionary, boolean clustered)
      throws IOException {
    return new BlockLayout(
        frames, Fetch.READ, folder.resolve("pack"), kib << 10, level, dictionary, clustered);
  }

  private void measure(String name, Layout layout) throws Exception {
    var random = new Random(1);
    double coldLoad = cold(layout, () -> streams.get(random.nextInt(streams.size())));
    double coldTag = cold(layout, () -> frames.scattered(random.nextLong()));
    layout.open();
    layout.scan();
    long began = System.nanoTime();
    layout.scan();
    double scan = frames.events() * 1e3 / (System.nanoTime() - began);
    layout.forget();
    double load = warm(layout, () -> streams.get(random.nextInt(streams.size())));
    double tag = warm(layout, () -> frames.scattered(random.nextLong()));
    layout.close();
    double built = layout instanceof BlockLayout made ? made.built : 0;
    System.out.printf(
        "| %s | %.1f | %.1f | %.1f | %.0f | %.0f | %.1f | %.0f |%n",
        name, (double) layout.bytes() / frames.events(), load, tag, coldLoad, coldTag, scan, built);
  }

  private interface Question {
    long[] positions();
  }

  private static double warm(Layout layout, Question question) throws Exception {
    long[] nanos = new long[LOADS];
    for (int i = -LOADS; i < LOADS; i++) {
      long[] positions = question.positions();
      long began = System.nanoTime();
      layout.read(positions);
      nanos[Math.max(i, 0)] = System.nanoTime() - began;
      if (i % 50 == 0) {
        layout.forget(); // as for a reader that asks now and then
      }
    }
    return median(nanos);
  }

  private static double cold(Layout layout, Question question) throws Exception {
    long[] nanos = new long[COLD_ROUNDS * COLD_LOADS];
    for (int i = 0; i < nanos.length; i++) {
      if (i % COLD_LOADS == 0) {
        if (i > 0) {
          layout.close();
        }
        Files.writeString(DROP, "3");
        layout.open();
      }
      long[] positions = question.positions();
      long began = System.nanoTime();
      layout.read(positions);
      nanos[i] = System.nanoTime() - began;
    }
    layout.close();
    return median(nanos);
  }

  private static double median(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1e3;
  }

  /** The engine as it is, index and names included. */
  private void measureEngine() throws Exception {
    Map<String, double[]> seen = new HashMap<>();
    var random = new Random(1);
    List<String> names = List.copyOf(frames.positions.keySet());
    try (EngineStore store = EngineStore.open(folder.resolve("store"))) {
      long[] nanos = new long[LOADS];
      for (int i = -LOADS; i < LOADS; i++) {
        Query query = Query.stream(names.get(random.nextInt(names.size())));
        long began = System.nanoTime();
        read(store, query);
        nanos[Math.max(i, 0)] = System.nanoTime() - began;
      }
      read(store, Query.everything());
      long began = System.nanoTime();
      read(store, Query.everything());
      double scan = frames.events() * 1e3 / (System.nanoTime() - began);
      seen.put("engine", new double[] {median(nanos), scan});
    }
    seen.forEach((name, figures) ->
        System.out.printf(
            "| %s, as it is | | %.1f | | | | %.1f | |%n", name, figures[0], figures[1]));
  }

  private static long read(EngineStore store, Query query) {
    long bytes = 0;
    try (var read = store.read(query)) {
      int left = query instanceof Query.Everything ? Integer.MAX_VALUE : 100;
      Iterator<RecordedEvent> events = read.iterator();
      while (left-- > 0 && events.hasNext()) {
        bytes += events.next().data().size();
      }
    }
    return bytes;
  }
}
