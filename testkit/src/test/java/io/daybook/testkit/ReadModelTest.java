package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.projection.InlineProjectionException;
import io.daybook.eventsourcing.projection.InlineStore;
import io.daybook.eventsourcing.projection.InlineView;
import io.daybook.eventsourcing.projection.Progress;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventsourcing.projection.ProjectionTimeoutException;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.projection.Temporal;
import io.daybook.eventsourcing.snapshot.InMemorySnapshots;
import io.daybook.eventsourcing.snapshot.SnapshotStore;
import io.daybook.eventsourcing.subscription.DeadLetter;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.jackson.JsonCodec;
import io.daybook.jackson.JsonState;
import io.daybook.testkit.Account.Command.Deposit;
import io.daybook.testkit.Account.Command.Open;
import io.daybook.testkit.Account.Command.Withdraw;
import io.daybook.testkit.Account.Event.Deposited;
import io.daybook.testkit.Account.Event.Withdrawn;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a read model in memory does besides following. */
@Timeout(60)
final class ReadModelTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final EventStore store = new InMemoryStore();
  private final Codec<Account.Event> codec = JsonCodec.of(Account.Event.class);
  private final CommandHandler<Account.Command, Account.Event, Account> accounts =
      CommandHandler.of("account", Account.DECIDER, codec).on(store);

  /** A sum that a snapshot can be taken of. */
  record Total(long cents, int events) {
    Total plus(BigDecimal amount) {
      return new Total(cents + amount.longValueExact(), events + 1);
    }
  }

  private final Projection<Total> total =
      Projection.named("total", () -> new Total(0, 0))
          .reading(codec, "account")
          .on(Deposited.class, (sum, e) -> sum.plus(e.event().amount()))
          .on(Withdrawn.class, (sum, e) -> sum.plus(e.event().amount().negate()));

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void pausingAndResuming() {
    accounts.handle("1", new Open("Ada"));
    try (ReadModel<Total> model = total.follow(store)) {
      accounts.handle("1", new Deposit(eur(1)));
      model.awaitHead(SOON);
      model.pause();
      accounts.handle("1", new Deposit(eur(1)));
      assertThat(model.status()).isEqualTo(ReadModel.Status.PAUSED);
      assertThatThrownBy(() -> model.awaitHead(Duration.ofMillis(20)))
          .isInstanceOf(ProjectionTimeoutException.class);
      assertThat(model.lag()).isOne();
      assertThat(model.lagTime()).isPositive();
      assertThat(model.current()).isEqualTo(new Total(1, 1));
      model.resume();
      model.awaitHead(SOON);
      assertThat(model.current()).isEqualTo(new Total(2, 2));
      assertThat(model.lagTime()).isZero();
    }
  }

  @Test
  void aPausedOneCanBeClosed() {
    ReadModel<Total> model = total.effect(Deposited.class, _ -> {}).follow(store);
    model.pause();
    accounts.handle("1", new Open("Ada"));
    accounts.handle("1", new Deposit(eur(1)));
    model.close();
    assertThat(model.status()).isEqualTo(ReadModel.Status.CLOSED);
  }

  @Test
  void aResetBeginsAnew() {
    var factor = new AtomicInteger(1);
    var scaled =
        Projection.named("scaled", () -> 0)
            .reading(codec)
            .on(Deposited.class, (sum, _) -> sum + factor.get());
    accounts.handle("1", new Open("Ada"));
    accounts.handle("1", new Deposit(eur(1)));
    try (var model = scaled.follow(store)) {
      model.awaitHead(SOON);
      factor.set(10);
      model.reset();
      model.awaitHead(SOON);
      assertThat(model.current()).isEqualTo(10);
    }
  }

  @Test
  void aRestartGoesOnFromASnapshot() {
    var handled = new AtomicInteger();
    SnapshotStore snapshots = new InMemorySnapshots();
    Projection<Total> kept =
        total
            .on(
                Deposited.class,
                (sum, _) -> {
                  handled.incrementAndGet();
                  return sum;
                })
            .snapshots(3, JsonState.of(Total.class), snapshots);
    accounts.handle("1", new Open("Ada"));
    for (int i = 0; i < 10; i++) {
      accounts.handle("1", new Deposit(eur(1)));
    }
    try (var model = kept.follow(store)) {
      model.awaitHead(SOON);
    }
    assertThat(snapshots.latest("projection:total").orElseThrow().revision().value()).isEqualTo(10);
    accounts.handle("1", new Deposit(eur(5)));
    try (var model = kept.follow(store)) {
      model.awaitHead(SOON);
      assertThat(model.current()).isEqualTo(new Total(15, 11));
      assertThat(handled).hasValue(11);
      model.rebuild();
      assertThat(model.current()).isEqualTo(new Total(15, 11));
      assertThat(handled).hasValue(22);
    }
    // a snapshot of another store's event is passed over
    try (var other = new InMemoryStore();
        var model = kept.follow(other)) {
      model.awaitHead(SOON);
      assertThat(model.current()).isEqualTo(new Total(0, 0));
    }
  }

  @Test
  void partitionsAreBuiltInParallelAndInOrder() {
    Projection<Map<String, List<Integer>>> histories =
        Projection.named(
                "histories",
                () -> (Map<String, List<Integer>>) new HashMap<String, List<Integer>>())
            .reading(codec)
            .update(
                Deposited.class,
                (view, e) ->
                    view.computeIfAbsent(e.streamId(), _ -> new ArrayList<>())
                        .add(e.event().amount().intValueExact()));
    for (int i = 0; i < 400; i++) {
      String stream = "account-" + i % 20;
      store.append(
          stream,
          ExpectedRevision.any(),
          codec.encode(
              io.daybook.eventstore.Event.newId(),
              new Deposited(eur(i / 20)),
              io.daybook.eventsourcing.audit.Audit.none()));
    }
    try (var model = histories.follow(store, 4)) {
      model.awaitHead(SOON);
      assertThat(model.<Integer>queryAll(Map::size).stream().mapToInt(n -> n).sum()).isEqualTo(20);
      assertThat(model.<Integer>queryAll(Map::size)).allMatch(n -> n > 0);
      for (int i = 0; i < 20; i++) {
        String id = "" + i;
        List<Integer> history = model.of("account-" + id).query(view -> List.copyOf(view.get(id)));
        assertThat(history).hasSize(20).isSorted();
      }
      assertThat(model.lag()).isZero();
      assertThat(model.position()).isEqualTo(store.head());
    }
  }

  @Test
  void effectsFollowWhatIsAppendedAndAreNotRepeated() throws Exception {
    var mails = new LinkedBlockingQueue<String>();
    accounts.handle("1", new Open("Ada"));
    accounts.handle("1", new Deposit(eur(1)));
    var mailing = total.effect(Deposited.class, e -> mails.add("mail " + e.event().amount()));
    try (var model = mailing.follow(store)) {
      model.awaitHead(SOON);
      accounts.handle("1", new Deposit(eur(2)));
      model.rebuild();
      model.reset();
      accounts.handle("1", new Deposit(eur(3)));
      assertThat(mails.poll(30, TimeUnit.SECONDS)).isEqualTo("mail 2");
      assertThat(mails.poll(30, TimeUnit.SECONDS)).isEqualTo("mail 3");
    }
    assertThat(mails).isEmpty();
  }

  @Test
  void poisonIsParkedReplayedAndDiscarded() {
    var broken = new AtomicBoolean(true);
    var retries = new AtomicInteger();
    Projection<Total> fragile =
        total
            .on(
                Withdrawn.class,
                (sum, _) -> {
                  if (broken.get()) {
                    throw new IllegalStateException("broken\n\u00e9\u20ac\"\\");
                  }
                  return sum;
                })
            .onFailure(
                FailurePolicy.park()
                    .withAttempts(3)
                    .withPauses(Duration.ofMillis(1), Duration.ofMillis(1)))
            .watchedBy(
                new ProjectionListener() {
                  @Override
                  public void retrying(
                      String projection,
                      io.daybook.eventstore.RecordedEvent event,
                      int failures,
                      Duration pause,
                      Throwable cause) {
                    retries.incrementAndGet();
                  }
                });
    accounts.handle("1", new Open("Ada"));
    accounts.handle("1", new Deposit(eur(100)));
    accounts.handle("1", new Withdraw(eur(30)));
    accounts.handle("1", new Deposit(eur(1)));
    accounts.handle("2", new Open("Bob"));
    accounts.handle("2", new Deposit(eur(50)));
    try (var model = fragile.follow(store)) {
      model.awaitHead(SOON);
      assertThat(model.current()).isEqualTo(new Total(150, 2));
      assertThat(retries).hasValue(2);
      List<DeadLetter> letters = model.deadLetters().list();
      assertThat(letters).extracting(DeadLetter::waits).containsExactly(false, true);
      assertThat(letters.getFirst().error()).endsWith("broken\n\u00e9\u20ac\"\\");
      assertThat(letters.getFirst().type()).isEqualTo("Withdrawn");
    }
    // parked is parked, also after a restart, whose view is built of all events again
    broken.set(false);
    try (var model = fragile.follow(store)) {
      model.awaitHead(SOON);
      assertThat(model.current()).isEqualTo(new Total(150, 2));
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(model.current()).isEqualTo(new Total(121, 4));
      model.rebuild();
      assertThat(model.current()).isEqualTo(new Total(121, 4));
      assertThat(model.deadLetters().list()).isEmpty();
    }
    try (var model = fragile.follow(store)) {
      model.awaitHead(SOON);
      assertThat(model.current()).isEqualTo(new Total(121, 4));
    }
  }

  @Test
  void aParkedEventAloneIsOvertaken() {
    Projection<Total> fragile =
        total
            .on(
                Withdrawn.class,
                (_, _) -> {
                  throw new IllegalStateException("broken");
                })
            .onFailure(FailurePolicy.park().withAttempts(1).then(FailurePolicy.Then.PARK_ALONE));
    accounts.handle("1", new Open("Ada"));
    accounts.handle("1", new Deposit(eur(100)));
    accounts.handle("1", new Withdraw(eur(30)));
    accounts.handle("1", new Deposit(eur(1)));
    try (var model = fragile.follow(store)) {
      model.awaitHead(SOON);
      assertThat(model.current()).isEqualTo(new Total(101, 2));
      assertThat(model.deadLetters().list()).hasSize(1);
    }
  }

  @Test
  void anInlineViewIsCurrentWhenTheAppendReturns() {
    accounts.handle("1", new Open("Ada"));
    accounts.handle("1", new Deposit(eur(1))); // as after a crash
    InlineView<Total> view = total.inline();
    EventStore inline = InlineStore.of(store, view);
    assertThat(view.current()).isEqualTo(new Total(1, 1));
    var through = CommandHandler.of("account", Account.DECIDER, codec).on(inline);
    for (int i = 2; i < 10; i++) {
      through.handle("1", new Deposit(eur(1)));
      assertThat(view.current().events()).isEqualTo(i);
      assertThat(view.position()).isEqualTo(store.head());
    }
  }

  @Test
  void aFailureInlineSaysThatTheEventsAreStored() {
    var broken = new AtomicBoolean(true);
    InlineView<Total> view =
        total
            .on(
                Deposited.class,
                (sum, _) -> {
                  if (broken.get()) {
                    throw new IllegalStateException("broken");
                  }
                  return sum;
                })
            .inline();
    EventStore inline = InlineStore.of(store, view);
    var through = CommandHandler.of("account", Account.DECIDER, codec).on(inline);
    through.handle("1", new Open("Ada"));
    assertThatThrownBy(() -> through.handle("1", new Deposit(eur(1))))
        .isInstanceOf(InlineProjectionException.class)
        .hasMessageContaining("which are stored");
    broken.set(false);
    through.handle("1", new Deposit(eur(1)));
    assertThat(view.current()).isEqualTo(new Total(2, 2));
  }

  @Test
  void progressAndLagAreTold() throws Exception {
    var progress = new ConcurrentLinkedQueue<Progress>();
    var live = new CountDownLatch(1);
    accounts.handle("1", new Open("Ada"));
    for (int i = 0; i < 10; i++) {
      accounts.handle("1", new Deposit(eur(1)));
    }
    var watched =
        total.watchedBy(
            new ProjectionListener() {
              @Override
              public void progress(String projection, Progress now) {
                progress.add(now);
              }

              @Override
              public void caughtUp(String projection, Position position) {
                live.countDown();
              }
            });
    try (var _ = watched.follow(store)) {
      assertThat(live.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(progress).isNotEmpty();
      assertThat(progress.stream().mapToLong(Progress::events).max()).hasValue(10);
    }
    var half = new Progress(50, new Position(49), new Position(99), Duration.ofSeconds(5), 50);
    assertThat(half.eventsPerSecond()).isEqualTo(10);
    assertThat(half.timeLeft()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aTemporalValueTakesInWhatIsToldLate() {
    var balance = new Temporal<Integer>();
    Instant monday = Instant.parse("2025-01-06T00:00:00Z");
    Instant tuesday = monday.plus(Duration.ofDays(1));
    Instant friday = monday.plus(Duration.ofDays(4));
    assertThat(balance.at(monday)).isEmpty();
    balance.change(tuesday, 0, b -> b + 10);
    balance.change(friday, 0, b -> b + 5);
    balance.change(monday, 0, b -> b + 100);
    assertThat(balance.at(monday.minusSeconds(1))).isEmpty();
    assertThat(balance.at(monday)).contains(100);
    assertThat(balance.at(friday.minusSeconds(1))).contains(110);
    assertThat(balance.latest()).contains(115);
    assertThat(balance.history()).hasSize(3);
  }

  private static BigDecimal eur(long amount) {
    return BigDecimal.valueOf(amount);
  }
}
