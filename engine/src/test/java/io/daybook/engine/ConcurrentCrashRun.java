package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskOperation;
import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.tck.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * Several threads write, read and follow one store on a disk that may fail, and scavenge it, back
 * it up, and read it as another process does, until the machine crashes at a step while they run;
 * what is found afterwards is compared with all that they were told. A seed chooses faults and
 * requests; the order in which threads run is the machine's, so the whole history is part of a
 * failure's message.
 */
final class ConcurrentCrashRun {
  private static final int LIVES = 2;
  private static final int WRITERS = 4;
  private static final int APPENDS = 12;
  private static final long HANGS_AFTER_SECONDS = 60;

  private final long seed;
  private final UnaryOperator<Disk> wrapper;
  private final Random random;
  private final TestClock clock = new TestClock();
  private final ConcurrentHistory history = new ConcurrentHistory();
  private final EngineOptions options =
      EngineOptions.defaults()
          .withClock(clock)
          .withSizes(
              new LogSizes(8_192, 2_048, 4_096, 512), new IndexLimits(16, 1 << 16, 1 << 20, 0, 2));
  private SimulatedDisk disk;

  ConcurrentCrashRun(long seed, UnaryOperator<Disk> wrapper) {
    this.seed = seed;
    this.wrapper = wrapper;
    this.random = new Random(seed * 0x9e3779b97f4a7c15L + 3);
    this.disk = new SimulatedDisk(seed);
  }

  /**
   * Runs the story.
   *
   * @throws AssertionError if the store broke a promise
   */
  void run() {
    try {
      for (int life = 0; life < LIVES; life++) {
        disk.crashIn(15 + random.nextInt(120));
        if (random.nextInt(3) == 0) {
          DiskOperation[] all = DiskOperation.values();
          disk.failNth(all[random.nextInt(all.length)], 1 + random.nextInt(40));
        }
        if (random.nextInt(6) == 0) {
          disk.capacity(100_000 + random.nextInt(100_000));
        }
        live();
        disk = random.nextBoolean() ? disk.kill() : disk.powerLoss();
        disk.capacity(SimulatedDisk.UNLIMITED);
        try (EngineStore store = open()) {
          history.compare(store);
        }
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed " + seed + ": " + e.getMessage() + "\n" + history + "\n" + disk.describe(), e);
    }
  }

  private EngineStore open() {
    return EngineStore.open(wrapper.apply(disk), "simulated", options);
  }

  private void live() {
    EngineStore store;
    try {
      store = open();
    } catch (StoreDamagedException e) {
      throw new AssertionError("nothing was damaged: " + e, e);
    } catch (EventStoreFailedException | SimulatedCrash e) {
      return; // by a fault
    }
    var written = new CountDownLatch(WRITERS);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      long itsSeed = random.nextLong();
      tasks.add(() -> {
        try {
          write(store, new Random(itsSeed));
        } finally {
          written.countDown();
        }
        return null;
      });
    }
    tasks.add(() -> read(store, written));
    tasks.add(() -> follow(store, written));
    long hidingSeed = random.nextLong();
    tasks.add(() -> scavenge(store, written, new Random(hidingSeed)));
    tasks.add(() -> readBeside(written));
    tasks.add(() -> backUp(written));
    runAll(tasks);
  }

  private void write(EventStore store, Random its) {
    for (int i = 0; i < APPENDS && !disk.isDead(); i++) {
      ConcurrentHistory.Attempt attempt = history.next(store, its);
      if (!attempt.on(store)) {
        return; // the store has stopped
      }
      if (its.nextInt(4) == 0) {
        clock.advance(Duration.ofMillis(its.nextInt(50)));
      }
    }
  }

  /** What was read once was durable, and is of one piece. */
  private Void read(EventStore store, CountDownLatch written) {
    while (written.getCount() > 0) {
      readAll("a reader", store);
      LockSupport.parkNanos(1_000_000); // leaves the processors to the writers
    }
    return null;
  }

  private void readAll(String who, EventStore store) {
    List<RecordedEvent> found = new ArrayList<>();
    try (ReadResult<RecordedEvent> result =
        store.read(ReadRequest.of(Query.everything()).withSystemEvents())) {
      result.forEach(found::add);
      history.dense(who, result.head().value(), found);
    }
    history.seen(who, found);
  }

  /** Nothing is passed over that appears later. */
  private Void follow(EventStore store, CountDownLatch written) throws InterruptedException {
    List<RecordedEvent> delivered = new ArrayList<>();
    long head = -1;
    var everything = SubscriptionRequest.of(Query.everything()).withSystemEvents();
    try (Subscription subscription = store.subscribe(everything)) {
      boolean last = false;
      while (!last) {
        last = written.getCount() == 0; // and then once more what is there
        head = store.head().value();
        var message = subscription.poll(Duration.ofMillis(2));
        while (message.isPresent()) {
          if (message.get() instanceof SubscriptionMessage.Delivered(RecordedEvent event)) {
            delivered.add(event);
          }
          message = subscription.poll(Duration.ZERO);
        }
      }
    }
    if (!delivered.isEmpty()) {
      head = Math.max(head, delivered.getLast().position().value());
    }
    history.dense("a subscriber", head, delivered);
    history.seen("a subscriber", delivered);
    return null;
  }

  /** Hides something and reclaims it, again and again. */
  private Void scavenge(EngineStore store, CountDownLatch written, Random its) {
    while (written.getCount() > 0 && !disk.isDead()) {
      if (!history.hide(store, its)) {
        return null; // the store has stopped
      }
      byFault(() -> store.scavenge(ProgressListener.none()));
    }
    return null;
  }

  /** What another process sees is what it sees here. */
  private Void readBeside(CountDownLatch written) {
    while (written.getCount() > 0 && !disk.isDead()) {
      byFault(() -> {
        try (var store = new ReadOnlyStore(Follower.open(disk, "simulated", options), options)) {
          for (int i = 0; i < 3; i++) {
            readAll("another process", store);
          }
        }
      });
    }
    return null;
  }

  /** Each backup is a store as it was at some moment. */
  private Void backUp(CountDownLatch written) {
    var vault = new SimulatedDisk(seed);
    while (written.getCount() > 0 && !disk.isDead()) {
      byFault(() -> {
        new Backup(disk, "simulated", vault, "backup", false, ProgressListener.none()).run();
        try (var backup = new ReadOnlyStore(Follower.open(vault, "backup", options), options)) {
          readAll("a backup", backup);
        }
      });
    }
    return null;
  }

  private void byFault(Runnable work) {
    try {
      work.run();
    } catch (StoreDamagedException e) {
      throw new AssertionError("nothing was damaged: " + e, e);
    } catch (EventStoreFailedException e) {
      if (!disk.faultsHappened()) {
        throw new AssertionError("no fault was made: " + e, e);
      }
    } catch (SimulatedCrash _) {
      // the life ends
    }
  }

  private static void runAll(List<Callable<Void>> tasks) {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<Future<Void>> all = tasks.stream().map(threads::submit).toList();
      for (Future<Void> one : all) {
        one.get(HANGS_AFTER_SECONDS, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().toString(), e.getCause());
    } catch (TimeoutException | InterruptedException e) {
      throw new AssertionError("a thread hangs", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
