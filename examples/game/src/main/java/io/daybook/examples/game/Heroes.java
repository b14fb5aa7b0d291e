package io.daybook.examples.game;

import static io.daybook.examples.game.Refused.Reason.UNKNOWN_HERO;

import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.snapshot.EventStoreSnapshots;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ReadRequest;
import io.daybook.examples.game.HeroEvent.AchievementEarned;
import io.daybook.examples.game.HeroEvent.AchievementTakenBack;
import io.daybook.jackson.JsonCodec;
import io.daybook.jackson.JsonState;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The heroes on an event store: each is a stream {@code hero-NAME}, with a snapshot every 100
 * events. May be used by any number of threads.
 *
 * <p>A command is sent with an id. Sent again with the same id, it is not carried out again.
 */
final class Heroes {
  static final Decider<HeroCommand, HeroEvent, HeroState> DECIDER =
      Decider.of(HeroDecider.initial(), HeroDecider::decide, HeroDecider::evolve);

  static final JsonCodec<HeroEvent> CODEC = JsonCodec.of(HeroEvent.class);

  static final String CATEGORY = "hero";

  private static final int EVENTS_PER_SNAPSHOT = 100;

  private final EventStore store;
  private final CommandHandler<HeroCommand, HeroEvent, HeroState> heroes;

  /** On that store. */
  Heroes(EventStore store) {
    this.store = store;
    heroes =
        CommandHandler.of(CATEGORY, DECIDER, CODEC)
            .snapshots(
                EVENTS_PER_SNAPSHOT, JsonState.of(HeroState.class), new EventStoreSnapshots(store))
            .on(store);
  }

  /** Is told when a hero earns an achievement. */
  interface Herald {
    void announce(String hero, String achievement);
  }

  /** What came of a command: the events, and the hero after them. */
  record Turn(List<HeroEvent> events, Hero hero) {}

  /**
   * Carries out a command.
   *
   * @throws Refused if the rules don't allow it
   */
  Turn handle(String name, HeroCommand command, String commandId) {
    var outcome = heroes.handle(name, command, commandId);
    return new Turn(outcome.events(), (Hero) outcome.state());
  }

  /**
   * A hero as it is now.
   *
   * @throws Refused if there is no such hero
   */
  Hero hero(String name) {
    return known(name, heroes.stateOf(name));
  }

  /**
   * The events of a hero, in their order.
   *
   * @param scope restricts what is read, for example to what had happened at an instant
   * @throws Refused if there is no such hero, or was none then
   */
  List<Recorded<HeroEvent>> history(String name, UnaryOperator<ReadRequest> scope) {
    try (var read = heroes.history(name, scope)) {
      List<Recorded<HeroEvent>> events = read.toList();
      if (events.isEmpty()) {
        throw unknown(name);
      }
      return events;
    }
  }

  /**
   * A hero as the events of that scope tell it: replayed, without snapshots.
   *
   * @throws Refused if there is no such hero, or was none then
   */
  Hero replayed(String name, UnaryOperator<ReadRequest> scope) {
    var events = history(name, scope).stream().map(Recorded::event).toList();
    return known(name, DECIDER.evolve(DECIDER.initial(), events));
  }

  /** Who has earned what. */
  static Projection<HallOfFame> hallOfFame() {
    return Projection.named("hall-of-fame", HallOfFame::empty)
        .reading(CODEC, CATEGORY)
        .update(
            AchievementEarned.class,
            (hall, e) -> hall.earned(e.streamId(), e.event().achievement()))
        .update(
            AchievementTakenBack.class,
            (hall, e) -> hall.takenBack(e.streamId(), e.event().achievement()));
  }

  /**
   * Keeps the hall of fame current, and has each achievement announced that is earned from now on:
   * once, and after it is in the hall. What was earned before is not announced, so neither catching
   * up nor a rebuild repeats anything.
   *
   * @param herald called by another thread
   */
  ReadModel<HallOfFame> watch(Herald herald) {
    return hallOfFame()
        .effect(
            AchievementEarned.class, e -> herald.announce(e.streamId(), e.event().achievement()))
        .follow(store);
  }

  /** The names of all heroes. */
  List<String> names() {
    String prefix = heroes.streamOf("");
    try (var streams = store.list(Dimension.STREAM, prefix)) {
      return streams.stream().map(stream -> stream.substring(prefix.length())).toList();
    }
  }

  private static Hero known(String name, HeroState state) {
    return switch (state) {
      case Hero hero -> hero;
      case HeroState.NotStarted _ -> throw unknown(name);
    };
  }

  private static Refused unknown(String name) {
    return new Refused(UNKNOWN_HERO, "there is no hero " + name);
  }
}
