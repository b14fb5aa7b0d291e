package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventsourcing.subscription.Leases;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.jdbc.JdbcCheckpoints;
import io.daybook.jdbc.JdbcLeases;
import io.daybook.testkit.Fulfilment.OrderCommand.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Several instances of an application share a process. */
@Timeout(60)
final class SharedProcessTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final EventStore store = new InMemoryStore();

  @TempDir private Path folder;

  /** Leases whose owner is whoever takes them next, with no regard to the one before. */
  private static final class Table {
    private final AtomicLong token = new AtomicLong();
    private final AtomicBoolean free = new AtomicBoolean(true);
    private final BlockingQueue<String> released = new LinkedBlockingQueue<>();

    /** The leases as an instance sees them; one that is cut off is told that all is well. */
    Leases of(String owner, AtomicBoolean cutOff) {
      return new Leases() {
        @Override
        public Optional<Lease> acquire(String name) {
          return free.compareAndSet(true, false)
              ? Optional.of(new Lease(name, owner, token.incrementAndGet()))
              : Optional.empty();
        }

        @Override
        public boolean renew(Lease lease) {
          return cutOff.get() || lease.token() == token.get();
        }

        @Override
        public void release(Lease lease) {
          if (lease.token() == token.get()) {
            free.set(true);
          }
          released.add(owner);
        }
      };
    }
  }

  /** A store that holds the appends of one instance back. */
  private static final class Stalling extends ForwardingStore {
    private final Semaphore passes = new Semaphore(Integer.MAX_VALUE / 2);
    private final CountDownLatch stalled = new CountDownLatch(1);

    Stalling(EventStore store) {
      super(store);
    }

    @Override
    public AppendResult append(Append append) {
      if (append.writes().getFirst().stream().startsWith("fulfilment-")) {
        if (passes.availablePermits() == 0) {
          stalled.countDown();
        }
        passes.acquireUninterruptibly();
      }
      return super.append(append);
    }
  }

  /** Waits until so many events of that type are there. */
  private void await(String type, int count) throws InterruptedException {
    try (Subscription events = store.subscribe(SubscriptionRequest.of(Query.types(type)))) {
      for (int seen = 0; seen < count; ) {
        if (events.next() instanceof SubscriptionMessage.Delivered) {
          seen++;
        }
      }
    }
  }

  private long count(String type) {
    try (var read = store.read(ReadRequest.of(Query.types(type)))) {
      return read.stream().count();
    }
  }

  @Test
  void oneRunsItAndTheNextTakesOverWhenItIsClosed() throws InterruptedException {
    var table = new Table();
    var connected = new AtomicBoolean();
    var first = Fulfilment.runner(store, 5).sharedBy(table.of("first", connected), LOOK).run();
    await("process:Owned", 1);
    try (var second =
        Fulfilment.runner(store, 5).sharedBy(table.of("second", connected), LOOK).run()) {
      assertThat(second.status()).isEqualTo(ProcessRunner.Status.STANDING_BY);
      Fulfilment.orders(store).handle("1", new Place("pen"));
      await("process:Handled", 1);
      first.close();
      await("process:Owned", 2);
      Fulfilment.orders(store).handle("2", new Place("pen"));
      await("process:Handled", 2);
    }
    assertThat(count("Reserved")).isEqualTo(2);
    assertThat(count("process:Reacted")).isEqualTo(2);
  }

  @Test
  void oneThatWasStalledAppendsNothingMore() throws InterruptedException {
    var table = new Table();
    var cutOff = new AtomicBoolean(true);
    var stalling = new Stalling(store);
    try (var _ = Fulfilment.runner(stalling, 5).sharedBy(table.of("first", cutOff), LOOK).run()) {
      await("process:Owned", 1);
      stalling.passes.drainPermits();
      Fulfilment.orders(store).handle("1", new Place("pen"));
      stalling.stalled.await();
      table.free.set(true); // it let its time pass
      var slow = new Stalling(store);
      slow.passes.drainPermits();
      try (var second =
          Fulfilment.runner(slow, 5)
              .sharedBy(table.of("second", new AtomicBoolean()), LOOK)
              .run()) {
        slow.stalled.await();
        stalling.passes.release(Integer.MAX_VALUE / 2);
        assertThat(table.released.take()).isEqualTo("first");
        assertThat(count("process:Reacted")).isZero();
        slow.passes.release(Integer.MAX_VALUE / 2);
        Fulfilment.orders(store).handle("2", new Place("pen"));
        await("process:Handled", 2);
        second.awaitIdle(LONG);
        // while the second one has it: once it is closed, the first one may own it again
        assertThat(count("Reserved")).isEqualTo(2);
        try (var read = store.read(ReadRequest.of(Query.stream("owner:fulfilment")))) {
          assertThat(read.stream().map(event -> event.data().text()))
              .containsExactly("first token 1", "second token 2");
        }
      }
    }
  }

  @Test
  void whoseOwnerDiedIsTakenOverWithItsCheckpoint() throws InterruptedException {
    var source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + folder.resolve("leases.sqlite"));
    var duration = Duration.ofMillis(200);
    var dead = new JdbcLeases(source, duration);
    assertThat(dead.acquire("owner:fulfilment")).isPresent();
    Fulfilment.orders(store).handle("1", new Place("pen"));
    try (var runner =
        Fulfilment.runner(store, 5)
            .checkpoints(new JdbcCheckpoints(source))
            .sharedBy(new JdbcLeases(source, duration), duration.dividedBy(4))
            .run()) {
      await("process:Handled", 1);
      runner.awaitIdle(LONG);
    }
    assertThat(count("Reserved")).isEqualTo(1);
    assertThat(new JdbcCheckpoints(source).load("fulfilment")).isPresent();
  }

  @Test
  void aLeaseThatCannotBeReleasedEndsNoRunner() throws InterruptedException {
    var table = new Table();
    Leases failing =
        new Leases() {
          private final Leases leases = table.of("first", new AtomicBoolean());

          @Override
          public Optional<Lease> acquire(String name) {
            return leases.acquire(name);
          }

          @Override
          public boolean renew(Lease lease) {
            return leases.renew(lease);
          }

          @Override
          public void release(Lease lease) {
            leases.release(lease);
            throw new IllegalStateException("the database is away");
          }
        };
    try (var runner = Fulfilment.runner(store, 5).sharedBy(failing, LOOK).run()) {
      await("process:Owned", 1);
      table.token.incrementAndGet(); // another took it
      assertThat(table.released.take()).isEqualTo("first");
      table.free.set(true); // and let it go
      await("process:Owned", 2);
      Fulfilment.orders(store).handle("1", new Place("pen"));
      await("process:Handled", 1);
      assertThat(runner.failure()).isEmpty();
    }
  }
}
