package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskOperation;
import io.daybook.engine.io.SealWatch;
import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import io.daybook.tck.TestClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Whatever happens to a store, nothing is sealed with a key and a nonce that something else was
 * sealed with: not where a torn end is written over, nor after a write that failed, nor in two
 * stores that begin with one backup.
 */
@ExtendWith(QuietEngine.class)
final class NonceTest {
  private static final ProgressListener SILENT = ProgressListener.none();

  private final EngineOptions options =
      EngineOptions.defaults()
          .withoutThreads()
          .withReserve(0)
          .withSizes(
              new LogSizes(16 << 10, 1 << 10, 4 << 10), new IndexLimits(40, 1 << 20, 1 << 20, 0, 4))
          .encrypted(TestKeys.key(1));

  private static void append(EngineStore store, Random random, int appends) {
    for (int i = 0; i < appends; i++) {
      List<Event> events = new ArrayList<>();
      for (int j = random.nextInt(random.nextInt(10) == 0 ? 40 : 4); j >= 0; j--) {
        events.add(
            Event.json("Noted", "{\"n\":\"" + "x".repeat(random.nextInt(300)) + "\"}")
                .withTags("k:" + random.nextInt(3)));
      }
      store.append("s-" + random.nextInt(5), any(), events);
    }
  }

  @Test
  void noNonceIsUsedTwiceThroughCrashesAndFailures() {
    LongStream.range(0, 40).parallel().forEach(this::liveThroughCrashes);
  }

  private void liveThroughCrashes(long seed) {
    var random = new Random(seed);
    var watch = new SealWatch();
    var disk = new SimulatedDisk(seed);
    for (int life = 0; life < 6; life++) {
      if (life > 0) {
        disk.crashIn(1 + random.nextInt(120));
      }
      if (random.nextBoolean()) {
        disk.failWithProbability(DiskOperation.WRITE, 0.1);
      }
      try (EngineStore store = EngineStore.open(watch.watch(disk, ""), "simulated", options)) {
        for (int i = 0; i < 60; i++) {
          try {
            append(store, random, 1);
          } catch (EventStoreFailedException _) {
            // the next one is written to the same place
          }
        }
        store.scavenge(SILENT);
      } catch (SimulatedCrash | EventStoreFailedException _) {
        // the next life tells
      }
      disk = random.nextBoolean() ? disk.powerLoss() : disk.kill();
    }
    assertThat(watch.nonces()).isPositive();
    assertThat(watch.usedTwice()).as("seed %s", seed).isEmpty();
  }

  @Test
  void noNonceIsUsedTwiceInStoresOutOfOneBackup() {
    for (boolean compressed : List.of(false, true)) {
      EngineOptions its = compressed ? options.compressed() : options;
      var watch = new SealWatch();
      var random = new Random(1);
      Disk first = watch.watch(new SimulatedDisk(1), "first/");
      try (EngineStore store = EngineStore.open(first, "first", its)) {
        append(store, random, 100);
      }
      for (int i = 0; i < 6; i++) {
        Disk target = watch.watch(new SimulatedDisk(2 + i), i + "/");
        var moment = new ReadRequest.AsOf.AtPosition(new Position(60 + i / 2));
        new Restore(first, "first", target, "copy", new TestClock(), its, SILENT).run(moment);
        try (EngineStore store = EngineStore.open(target, "copy", its)) {
          append(store, random, 30);
        }
      }
      assertThat(watch.keys()).isGreaterThan(5);
      assertThat(watch.usedTwice()).isEmpty();
    }
  }
}
