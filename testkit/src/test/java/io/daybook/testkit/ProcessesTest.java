package io.daybook.testkit;

import static io.daybook.eventsourcing.process.Reaction.schedule;
import static io.daybook.eventsourcing.process.Reaction.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.process.CommandTarget;
import io.daybook.eventsourcing.process.ProcessException;
import io.daybook.eventsourcing.process.ProcessManager;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.process.Processes;
import io.daybook.eventsourcing.process.Timers;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.jackson.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes and timers that lead to each other, waited for as one. */
@Timeout(60)
final class ProcessesTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** What two players do in turn, until one lets the ball go. */
  sealed interface Rally {
    record Played(int left) implements Rally {}

    record Returned(int left) implements Rally {}
  }

  /** How often the ball is still to be played. */
  record Play(int left) {}

  private static final Codec<Rally> CODEC = JsonCodec.of(Rally.class);

  private final TestClock clock = new TestClock();
  private final EventStore store = InMemoryStore.with(clock);

  @AfterEach
  void close() {
    store.close();
  }

  /** Takes a moment for each stroke: a timer, which is due at once. */
  private static ProcessRunner<Integer> player(
      EventStore store, Class<? extends Rally> sees, CommandTarget<Play> target) {
    return ProcessManager.named("after" + sees.getSimpleName(), 0)
        .reading(CODEC, "rally")
        .startedBy(
            sees,
            e -> Integer.toString(leftOf(e.event())),
            (_, _) -> List.of(schedule("stroke", Duration.ZERO)))
        .onTimer(
            "stroke",
            (_, timer) -> {
              int left = Integer.parseInt(timer.instance());
              return left == 0 ? List.of() : List.of(send("1", new Play(left - 1)));
            })
        .on(store)
        .sending(Play.class, JsonCodec.of(Play.class), target)
        .run();
  }

  private static int leftOf(Rally event) {
    return switch (event) {
      case Rally.Played(var left) -> left;
      case Rally.Returned(var left) -> left;
    };
  }

  private ProcessRunner<Integer> server(EventStore on) {
    return player(
        on,
        Rally.Returned.class,
        (id, play, command) -> play(id, command, new Rally.Played(play.left)));
  }

  private ProcessRunner<Integer> receiver(EventStore on) {
    return player(
        on,
        Rally.Played.class,
        (id, play, command) -> play(id, command, new Rally.Returned(play.left)));
  }

  private void play(String id, String command, Rally stroke) {
    UUID eventId = UUID.nameUUIDFromBytes(command.getBytes(StandardCharsets.UTF_8));
    var _ =
        store.append(
            "rally-" + id, ExpectedRevision.any(), CODEC.encode(eventId, stroke, Audit.none()));
  }

  private long strokes() {
    try (var read = store.read(Query.category("rally"))) {
      return read.stream().count();
    }
  }

  @Test
  void whatLeadsToTheNextIsWaitedFor() {
    try (var processes = Processes.of(Timers.run(store, clock), server(store), receiver(store))) {
      for (int rally = 1; rally <= 5; rally++) {
        play("1", "serve " + rally, new Rally.Played(20));
        processes.awaitSettled(LONG);
        assertThat(strokes()).isEqualTo(rally * 21L);
        assertThat(Timers.pending(store)).isEmpty();
      }
      assertThat(processes.runners())
          .extracting(ProcessRunner::name)
          .containsExactly("afterReturned", "afterPlayed");
    }
  }

  @Test
  void whatConcernsNoProcessMayGoOn() {
    EventStore busy =
        new ForwardingStore(store) {
          @Override
          public ReadResult<RecordedEvent> read(ReadRequest request) {
            var _ = append("other-1", ExpectedRevision.any(), Event.json("Written", "{}"));
            return super.read(request);
          }
        };
    try (var processes = Processes.of(Timers.run(busy, clock), server(busy), receiver(busy))) {
      play("1", "serve", new Rally.Played(20));
      processes.awaitSettled(LONG);
      assertThat(strokes()).isEqualTo(21);
    }
  }

  @Test
  void whatNeverEndsIsNotWaitedForLonger() {
    try (var processes = Processes.of(Timers.run(store, clock), server(store), receiver(store))) {
      play("1", "serve", new Rally.Played(Integer.MAX_VALUE));
      assertThatThrownBy(() -> processes.awaitSettled(Duration.ofMillis(300)))
          .isInstanceOf(ProcessException.class)
          .hasMessageContaining("after PT0.3S");
    }
  }

  @Test
  void processesWithoutTimersAreWaitedFor() {
    var answering =
        ProcessManager.named("answering", 0)
            .reading(CODEC, "rally")
            .startedBy(
                Rally.Played.class,
                Recorded::streamId,
                (_, e) -> List.of(send("1", new Play(e.event().left()))))
            .on(store)
            .sending(
                Play.class,
                JsonCodec.of(Play.class),
                (id, play, command) -> play(id, command, new Rally.Returned(play.left)))
            .run();
    try (var processes = Processes.of(answering)) {
      play("1", "serve", new Rally.Played(0));
      processes.awaitSettled(LONG);
      assertThat(strokes()).isEqualTo(2);
    }
    assertThat(answering.status()).isEqualTo(ProcessRunner.Status.CLOSED);
  }

  @Test
  void whatStandsStillIsTold() {
    var failing =
        ProcessManager.named("failing", 0)
            .reading(CODEC, "rally")
            .startedBy(
                Rally.Played.class,
                _ -> {
                  throw new IllegalStateException("whose is it?");
                },
                (_, _) -> List.of())
            .on(store)
            .run();
    try (var processes = Processes.of(Timers.run(store, clock), failing)) {
      play("1", "serve", new Rally.Played(0));
      assertThatThrownBy(() -> processes.awaitSettled(LONG))
          .isInstanceOf(ProcessException.class)
          .hasMessageContaining("failing")
          .hasRootCauseMessage("whose is it?");
    }
  }
}
