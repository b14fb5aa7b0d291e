package io.daybook.testkit.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.tenancy.TenantException;
import io.daybook.eventsourcing.tenancy.TenantOptions;
import io.daybook.eventsourcing.tenancy.TenantSource;
import io.daybook.eventsourcing.tenancy.TenantStores;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TenantStoresTest {
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  /** Held, so that what some tests provoke is not printed while they run. */
  private final Logger log = Logger.getLogger(TenantStores.class.getName());

  private final Source source = new Source();
  private final Clock clock = new Clock();

  @BeforeEach
  void beQuiet() {
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void nothingIsOpenTwice() {
    log.setLevel(null);
    assertThat(source.misuses).isEmpty();
  }

  /** Stores that outlive their closing, and watch how they are used. */
  private static final class Source implements TenantSource {
    final Map<String, EventStore> stores = new ConcurrentHashMap<>();
    final Map<String, AtomicInteger> open = new ConcurrentHashMap<>();
    final Set<String> misuses = ConcurrentHashMap.newKeySet();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger nowOpen = new AtomicInteger();
    final AtomicInteger mostOpen = new AtomicInteger();
    volatile Runnable beforeOpen = () -> {};
    volatile Runnable beforeClose = () -> {};

    @Override
    public EventStore open(String tenant) {
      beforeOpen.run();
      opened.incrementAndGet();
      AtomicInteger count = open.computeIfAbsent(tenant, _ -> new AtomicInteger());
      if (count.incrementAndGet() > 1) {
        misuses.add(tenant + " is open twice");
      }
      mostOpen.accumulateAndGet(nowOpen.incrementAndGet(), Math::max);
      EventStore lasting = stores.computeIfAbsent(tenant, _ -> new InMemoryStore());
      return new ForwardingStore(lasting) {
        @Override
        public AppendResult append(Append append) {
          if (count.get() < 1) {
            misuses.add(tenant + " is closed and written");
          }
          return super.append(append);
        }

        @Override
        public void close() {
          beforeClose.run();
          nowOpen.decrementAndGet();
          count.decrementAndGet();
        }
      };
    }

    @Override
    public List<String> list() {
      return List.copyOf(new TreeSet<>(stores.keySet()));
    }

    @Override
    public void delete(String tenant) {
      if (open.containsKey(tenant) && open.get(tenant).get() > 0) {
        misuses.add(tenant + " is deleted while open");
      }
      stores.remove(tenant);
    }
  }

  private static final class Clock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    void pass(Duration time) {
      now = now.plus(time);
    }
  }

  private TenantStores tenants(int maxOpen) {
    return TenantStores.of(
        source,
        TenantOptions.defaults()
            .maxOpen(maxOpen)
            .idleAfter(Duration.ofMinutes(5))
            .maxWait(Duration.ofSeconds(20))
            .withClock(clock));
  }

  private static void append(EventStore store) {
    var _ = store.append("s-1", ExpectedRevision.any(), Event.json("Happened", "{}"));
  }

  @Test
  void aStoreIsOpenedOnceAndStaysOpenWhileItIsHeld() {
    try (TenantStores tenants = tenants(10)) {
      var second = tenants.open("acme");
      try (var first = tenants.open("acme")) {
        append(first.store());
        append(second.store());
        assertThat(first.tenant()).isEqualTo("acme");
        second.close();
        second.close();
        clock.pass(Duration.ofHours(1));
        assertThat(tenants.closeIdle()).isZero();
      }
      clock.pass(Duration.ofMinutes(4));
      assertThat(tenants.closeIdle()).isZero();
      assertThat(tenants.openTenants()).containsExactly("acme");
      clock.pass(Duration.ofMinutes(1));
      assertThat(tenants.closeIdle()).isOne();
      assertThat(tenants.openTenants()).isEmpty();
      assertThat(source.nowOpen).hasValue(0);

      long events = tenants.with("acme", store -> store.read(Query.everything()).stream().count());
      assertThat(events).isEqualTo(2);
      assertThat(source.opened).hasValue(2);
    }
    assertThat(source.nowOpen).hasValue(0);
  }

  @Test
  void theOneThatWasNotHeldForLongestMakesRoom() {
    try (TenantStores tenants = tenants(2)) {
      tenants.open("a").close();
      tenants.open("b").close();
      tenants.open("a").close();
      tenants.open("c").close();
      assertThat(tenants.openTenants()).containsExactlyInAnyOrder("a", "c");
      assertThat(source.mostOpen).hasValue(2);
    }
  }

  @Test
  void whoFindsNoRoomWaitsForIt() throws Exception {
    try (TenantStores tenants = tenants(1)) {
      var held = tenants.open("a");
      var waiting = CompletableFuture.runAsync(() -> append(tenants.store("b")), THREADS);
      var another = CompletableFuture.runAsync(() -> append(tenants.store("b")), THREADS);
      assertThat(waiting).isNotDone();
      held.close();
      waiting.get(10, TimeUnit.SECONDS);
      another.get(10, TimeUnit.SECONDS);
      assertThat(source.mostOpen).hasValue(1);
    }
  }

  @Test
  void whoFindsNoRoomInTimeIsToldWhy() {
    try (TenantStores tenants =
            TenantStores.of(source, TenantOptions.defaults().maxOpen(1).maxWait(Duration.ZERO));
        var _ = tenants.open("a")) {
      assertThatThrownBy(() -> tenants.open("b"))
          .isInstanceOf(TenantException.class)
          .hasMessageContaining("the store of the tenant b found no room within PT0S: all of 1");
      assertThat(tenants.openTenants()).containsExactly("a");
    }
  }

  @Test
  void aWaitingThreadCanBeInterrupted() throws Exception {
    try (TenantStores tenants = tenants(1);
        var _ = tenants.open("a")) {
      var thrown = new CompletableFuture<Throwable>();
      Thread waiting =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  tenants.open("b").close();
                  thrown.complete(new AssertionError("not interrupted"));
                } catch (RuntimeException e) {
                  thrown.complete(e);
                }
              });
      waiting.interrupt();
      assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void thoseWhoWantTheSameShareItsOpeningAndItsFailure() throws Exception {
    var opening = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    source.beforeOpen =
        () -> {
          opening.countDown();
          await(go);
          throw new IllegalStateException("the disk is gone");
        };
    try (TenantStores tenants = tenants(10)) {
      var first = CompletableFuture.supplyAsync(() -> tenants.open("a"), THREADS);
      await(opening);
      var second = CompletableFuture.supplyAsync(() -> tenants.open("a"), THREADS);
      source.beforeOpen = () -> {};
      tenants.open("b").close();
      go.countDown();

      assertThatThrownBy(() -> first.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("the disk is gone")
          .hasMessageContaining("the store of the tenant a cannot be opened: the disk is gone");
      // the second came in time to share the failure, or opens anew
      var _ = second.handle((lease, e) -> e == null ? lease.tenant() : e.getMessage()).join();
      assertThat(tenants.with("a", EventStore::head).value()).isEqualTo(-1);
    }
  }

  @Test
  void aStoreThatDoesNotCloseWellHurtsNobodyElse() {
    source.beforeClose =
        () -> {
          source.beforeClose = () -> {};
          throw new IllegalStateException("once");
        };
    try (TenantStores tenants = tenants(1)) {
      tenants.open("a").close();
      append(tenants.store("b"));
      assertThat(tenants.openTenants()).containsExactly("b");
    }
    source.misuses.clear();
  }

  @Test
  void readsSubscriptionsAndAppendsUnderWayHoldTheStore() throws Exception {
    try (TenantStores tenants = tenants(10)) {
      EventStore handle = tenants.store("acme");
      handle
          .appendAsync(Append.to("s-1").events(Event.json("Happened", "{}")))
          .get(10, TimeUnit.SECONDS);
      var read = handle.read(Query.everything());
      clock.pass(Duration.ofHours(1));
      assertThat(tenants.closeIdle()).isZero();
      assertThat(read.iterator().next().type()).isEqualTo("Happened");
      assertThat(tenants.closeIdle()).isZero();
      read.close();
      read.close();
      assertThat(tenants.closeIdle()).isZero();
      clock.pass(Duration.ofHours(1));
      assertThat(tenants.closeIdle()).isOne();

      try (var subscription = handle.subscribe(SubscriptionRequest.of(Query.everything()));
          var names = handle.list(Dimension.STREAM, "")) {
        clock.pass(Duration.ofHours(1));
        assertThat(tenants.closeIdle()).isZero();
        assertThat(subscription.next()).isInstanceOf(SubscriptionMessage.Delivered.class);
        assertThat(names.iterator().next()).isEqualTo("s-1");
        assertThatThrownBy(() -> tenants.delete("acme"))
            .isInstanceOf(TenantException.class)
            .hasMessageContaining("is in use");
      }
      clock.pass(Duration.ofHours(1));
      assertThat(tenants.closeIdle()).isOne();
    }
  }

  @Test
  void aReadThatIsReadToItsEndHoldsNothing() {
    try (TenantStores tenants = tenants(1)) {
      append(tenants.store("a"));
      assertThat(tenants.store("a").read(Query.everything()).stream().count()).isEqualTo(1);
      append(tenants.store("b"));
      assertThat(tenants.openTenants()).containsExactly("b");
    }
  }

  @Test
  void aClosedHandleEndsItsSubscriptionsAndLeavesTheStore() {
    try (TenantStores tenants = tenants(10)) {
      EventStore handle = tenants.store("acme");
      var subscription = handle.subscribe(SubscriptionRequest.of(Query.everything()));
      handle.close();
      assertThatThrownBy(subscription::next).isInstanceOf(EventStoreClosedException.class);
      assertThatThrownBy(handle::head).isInstanceOf(EventStoreClosedException.class);
      append(tenants.store("acme"));
      clock.pass(Duration.ofHours(1));
      assertThat(tenants.closeIdle()).isOne();
    }
  }

  @Test
  void allAreClosedAtTheEnd() {
    TenantStores tenants = tenants(10);
    var lease = tenants.open("a");
    tenants.open("b").close();
    tenants.close();
    tenants.close();
    assertThat(source.nowOpen).hasValue(0);
    lease.close();
    assertThatThrownBy(() -> tenants.open("a")).isInstanceOf(EventStoreClosedException.class);
  }

  @Test
  void aStoreIsDeleted() {
    try (TenantStores tenants = tenants(10)) {
      append(tenants.store("a"));
      append(tenants.store("b"));
      assertThat(tenants.list()).containsExactly("a", "b");
      tenants.delete("a");
      tenants.delete("never-there");
      assertThat(tenants.list()).containsExactly("b");
      assertThat(tenants.with("a", EventStore::head).value()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ".",
        "..",
        "../acme",
        "a/b",
        "a\\b",
        "/etc",
        "Acme",
        "a b",
        "-a",
        "_a",
        "a.b",
        "a\u0000",
        "a\n",
        "ü",
        "nul",
        "com1",
        "C:",
        "~",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void aNameThatLeadsElsewhereIsRefused(String name) {
    try (TenantStores tenants = tenants(10)) {
      assertThatThrownBy(() -> tenants.open(name)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> tenants.store(name)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> tenants.delete(name)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(source.opened).hasValue(0);
  }

  @Test
  void foldersAreListedAndDeleted(@TempDir Path folder) throws Exception {
    Path all = folder.resolve("tenants");
    TenantSource folders =
        TenantSource.folders(
            all,
            path -> {
              try {
                Files.createDirectories(path.resolve("log"));
                Files.writeString(path.resolve("log/1"), "x");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return new InMemoryStore();
            });
    assertThat(folders.list()).isEmpty();
    folders.delete("none");
    folders.open("b").close();
    folders.open("a").close();
    Files.createDirectories(all.resolve(".deleted-a-1/log"));
    Files.createDirectories(all.resolve("Other"));
    Files.writeString(all.resolve("file"), "");
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "");
    Files.createSymbolicLink(all.resolve("a").resolve("link"), outside);

    assertThat(folders.list()).containsExactly("a", "b");
    folders.delete("a");
    assertThat(folders.list()).containsExactly("b");
    try (var left = Files.list(all)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("b", "Other", "file");
    }
    assertThat(outside.resolve("kept")).exists();
  }

  /** Many threads, few stores: none is used closed or open twice, and nothing is lost. */
  @Test
  void manyThreadsShareLittleRoom() throws Exception {
    var all = new ArrayList<CompletableFuture<Void>>();
    int each = 40;
    try (TenantStores tenants = tenants(3);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < 30; thread++) {
        all.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < each; i++) {
                    append(tenants.store("t" + ThreadLocalRandom.current().nextInt(8)));
                    if (i % 10 == 0) {
                      var _ = tenants.closeIdle();
                    }
                  }
                },
                threads));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
      assertThat(source.mostOpen.get()).isLessThanOrEqualTo(3);
    }
    assertThat(source.nowOpen).hasValue(0);
    assertThat(source.stores.values().stream().mapToLong(s -> s.head().value() + 1).sum())
        .isEqualTo(30L * each);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
