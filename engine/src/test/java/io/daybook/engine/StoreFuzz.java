package io.daybook.engine;

import io.daybook.engine.io.MemoryDisk;
import io.daybook.engine.log.FuzzChecks;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What a fuzzer gives its bytes to: one file of a small store is replaced by them, and the store is
 * opened, read and verified. Nothing may come out but the answers of a store and {@link
 * EventStoreFailedException}, {@code StoreDamagedException} among them.
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

  private static final Map<String, byte[]> CLOSED = store(true);
  private static final Map<String, byte[]> NOT_CLOSED = store(false);

  static {
    LOGGER.setLevel(Level.OFF);
  }

  private StoreFuzz() {}

  /** The names of the files that can be replaced, in order. */
  static List<String> files() {
    return CLOSED.keySet().stream().filter(name -> !name.equals("LOCK")).sorted().toList();
  }

  /** The input that stands for a file as it is; with which of its checks made right again. */
  static byte[] input(int file, boolean mended) {
    byte[] content = CLOSED.get(files().get(file));
    byte[] input = new byte[1 + content.length];
    input[0] = (byte) (2 * file + (mended ? 1 : 0));
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
    List<String> files = files();
    int choice = input[0] & 0xff;
    if (choice / 2 >= files.size()) {
      readSettings(content);
      return;
    }
    String file = files.get(choice / 2);
    use(CLOSED, file, content, choice % 2 == 1);
    if (NOT_CLOSED.containsKey(file)) {
      use(NOT_CLOSED, file, content, choice % 2 == 1);
    }
  }

  private static void mend(Map<String, byte[]> store, String file, byte[] content) {
    FuzzChecks.mendHeader(content, store.get(file));
    if (file.endsWith(".log")) {
      FuzzChecks.mendFrames(content);
    } else {
      FuzzChecks.mendEnd(content);
    }
  }

  private static void use(Map<String, byte[]> store, String file, byte[] content, boolean mended) {
    if (mended) {
      mend(store, file, content);
    }
    var disk = new MemoryDisk(store);
    disk.put(file, content);
    try {
      EngineStore.verify(disk, "fuzzed", ProgressListener.none());
    } catch (EventStoreFailedException _) {
      // refused as a whole
    }
    try (EngineStore opened = EngineStore.open(disk, "fuzzed", OPTIONS)) {
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
    } catch (EventStoreFailedException _) {
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

  private static Map<String, byte[]> store(boolean close) {
    var disk = new MemoryDisk();
    EngineStore store = EngineStore.open(disk, "small", OPTIONS);
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
    Map<String, byte[]> contents = disk.contents();
    if (close) {
      store.close();
      contents = disk.contents();
    }
    contents.remove("log/spare");
    return contents;
  }
}
