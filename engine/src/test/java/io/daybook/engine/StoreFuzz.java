package io.daybook.engine;

import io.daybook.engine.io.MemoryDisk;
import io.daybook.engine.log.FuzzChecks;
import io.daybook.engine.log.LogSizes;
import io.daybook.engine.proof.Proof;
import io.daybook.engine.proof.ProofFailedException;
import io.daybook.engine.proof.ProofKeys;
import io.daybook.engine.proof.SignedHead;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * What a fuzzer gives its bytes to: one file of a small store, plain, compressed or encrypted, is
 * replaced by them, and the store is opened, read and verified; or they are read as a proof.
 * Nothing may come out but the answers of a store and {@link EventStoreFailedException}, {@code
 * StoreDamagedException} among them.
 *
 * <p>Run by {@code StoreFuzzTest} with a kept corpus and seeded changes, and by Jazzer with {@code
 * -Pfuzz}, which needs no more than {@link #fuzzerTestOneInput}.
 */
public final class StoreFuzz {
  /** What the engine warns of is expected here; kept, so that it is not collected. */
  private static final Logger LOGGER = Logger.getLogger("io.daybook.engine");

  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withoutThreads()
          .withSizes(
              new LogSizes(1_024, 128, 128, 200), new IndexLimits(5, 10_000, 4_096, 1 << 20, 4));

  private static final EngineOptions SEALED = OPTIONS.encrypted(TestKeys.key(1));

  private static final Map<String, byte[]> CLOSED = store(OPTIONS, true);
  private static final Map<String, byte[]> NOT_CLOSED = store(OPTIONS, false);

  /** Inputs of the corpus name these by their number: more are added at the end. */
  private static final List<Target> TARGETS =
      Stream.of(
              targets(OPTIONS, CLOSED),
              targets(OPTIONS, store(OPTIONS.compressed(), true)),
              targets(SEALED, store(SEALED, true)),
              targets(SEALED, store(SEALED.compressed(), true)))
          .flatMap(List::stream)
          .toList();

  /** How many of them, the first ones, are of a store that is neither compressed nor encrypted. */
  static final int PLAIN_FILES = targets(OPTIONS, CLOSED).size();

  private static final int PROOF = 126;

  private static final KeyPair KEY = ProofKeys.newPair();
  private static final String A_PROOF = newProof();

  /** A file that is replaced, and how its store is opened. */
  private record Target(EngineOptions options, Map<String, byte[]> store, String file) {}

  static {
    LOGGER.setLevel(Level.OFF);
  }

  private StoreFuzz() {}

  private static List<Target> targets(EngineOptions options, Map<String, byte[]> store) {
    return store.keySet().stream()
        .filter(name -> !name.equals("LOCK"))
        .sorted()
        .map(name -> new Target(options, store, name))
        .toList();
  }

  /** The names of the files that can be replaced, in order. */
  static List<String> files() {
    return TARGETS.stream().map(Target::file).toList();
  }

  /** The input that stands for a file as it is; with which of its checks made right again. */
  static byte[] input(int file, boolean mended) {
    Target target = TARGETS.get(file);
    return input(2 * file + (mended ? 1 : 0), target.store().get(target.file()));
  }

  /** The input that stands for the proof of an event. */
  static byte[] proof() {
    return input(2 * PROOF, A_PROOF.getBytes(StandardCharsets.UTF_8));
  }

  private static String newProof() {
    try (EngineStore store = EngineStore.temporary()) {
      store.append("a-1", ExpectedRevision.any(), Event.json("T", "{}").withTags("x:1"));
      store.append("a-1", ExpectedRevision.any(), Event.json("T", "{}"));
      SignedHead head = store.signHead(KEY, ProgressListener.none());
      return store.prove(new Position(0), head, ProgressListener.none()).toText();
    }
  }

  private static byte[] input(int choice, byte[] content) {
    byte[] input = new byte[1 + content.length];
    input[0] = (byte) choice;
    System.arraycopy(content, 0, input, 1, content.length);
    return input;
  }

  /**
   * One try. The first byte says which file is replaced, and whether checks are made right again;
   * the rest is what it holds.
   */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] content = Arrays.copyOfRange(input, 1, input.length);
    int choice = input[0] & 0xff;
    if (choice / 2 == PROOF) {
      readProof(content);
      return;
    }
    if (choice / 2 >= TARGETS.size()) {
      readSettings(content);
      return;
    }
    Target target = TARGETS.get(choice / 2);
    use(target, content, choice % 2 == 1);
    if (choice / 2 < PLAIN_FILES && NOT_CLOSED.containsKey(target.file())) {
      use(new Target(OPTIONS, NOT_CLOSED, target.file()), content, choice % 2 == 1);
    }
  }

  private static void mend(Map<String, byte[]> store, String file, byte[] content) {
    FuzzChecks.mendHeader(content, store.get(file));
    if (file.endsWith(".log")) {
      FuzzChecks.mendFrames(content);
    } else if (file.endsWith(".pack")) {
      FuzzChecks.mendPack(content);
    } else if (file.endsWith(".leaves")) {
      FuzzChecks.mendLeaves(content);
    } else if (file.endsWith(".keys")) {
      FuzzChecks.mendKeys(content);
    } else {
      FuzzChecks.mendEnd(content);
    }
  }

  private static void use(Target target, byte[] content, boolean mended) {
    if (mended) {
      mend(target.store(), target.file(), content);
    }
    var disk = new MemoryDisk(target.store());
    disk.put(target.file(), content);
    EngineOptions options = target.options();
    try {
      EngineStore.verify(disk, "fuzzed", options, ProgressListener.none());
    } catch (EventStoreFailedException _) {
      // refused as a whole
    }
    try (EngineStore opened = EngineStore.open(disk, "fuzzed", options)) {
      List<RecordedEvent> events =
          opened.read(ReadRequest.of(Query.everything()).withSystemEvents()).toList();
      for (Dimension dimension : Dimension.values()) {
        for (String name : opened.list(dimension, "").toList()) {
          opened.read(StoreCheck.queryOf(dimension, name)).toList();
        }
      }
      for (RecordedEvent event : events) {
        opened.find(event.id());
        opened.streamInfo(event.stream());
      }
      if (target.file().endsWith(".leaves")) {
        opened.signHead(KEY, ProgressListener.none());
      }
    } catch (EventStoreFailedException _) {
      // refused
    }
  }

  private static void readProof(byte[] text) {
    try {
      Proof.parse(new String(text, StandardCharsets.UTF_8)).check(KEY.getPublic());
    } catch (ProofFailedException _) {
      // refused
    }
  }

  private static void readSettings(byte[] json) {
    try {
      StreamSettings settings = StreamSettings.fromPayload(Payload.json(json));
      if (!StreamSettings.fromPayload(settings.toPayload()).equals(settings)) {
        throw new AssertionError("other settings: " + settings);
      }
    } catch (IllegalArgumentException _) {
      // refused
    }
  }

  private static Map<String, byte[]> store(EngineOptions options, boolean close) {
    var disk = new MemoryDisk();
    EngineStore store = EngineStore.open(disk, "small", options);
    for (int i = 0; i < 9; i++) {
      Event event = Event.json("T" + i % 2, "{}").withId(new UUID(i, i)).withTags("x:" + i % 3);
      Event other = event.withId(new UUID(i, ~i)).withMetadata(Payload.of(new byte[3], "x/y"));
      store.append(
          Append.to("a-" + i % 2)
              .events(event, other)
              .and("b")
              .events(event.withId(new UUID(~i, i))));
    }
    store.changeSettings("a-0", ExpectedRevision.any(), StreamSettings.none().withMaxCount(2));
    store.delete("b", ExpectedRevision.any());
    if (!options.equals(OPTIONS)) {
      store.signHead(ProofKeys.newPair(), ProgressListener.none()); // and so there are leaves
    }
    Map<String, byte[]> contents = disk.contents();
    if (close) {
      store.close();
      contents = disk.contents();
    }
    contents.remove("log/spare");
    return contents;
  }
}
