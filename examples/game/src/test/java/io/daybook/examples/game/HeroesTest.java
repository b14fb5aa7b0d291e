package io.daybook.examples.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.examples.game.HeroCommand.Fight;
import io.daybook.examples.game.HeroCommand.Save;
import io.daybook.examples.game.HeroCommand.Start;
import io.daybook.examples.game.HeroCommand.Take;
import io.daybook.examples.game.HeroCommand.Undo;
import org.junit.jupiter.api.Test;

/** Heroes on a store. */
class HeroesTest {
  private final InMemoryStore store = new InMemoryStore();
  private final Heroes heroes = new Heroes(store);
  private int commands;

  private Hero play(HeroCommand command) {
    return heroes.handle("bea", command, "c" + commands++).hero();
  }

  @Test
  void takesASnapshotEveryHundredEvents() {
    play(new Start("bea"));
    play(new Save("start"));
    for (int i = 0; i < 350; i++) {
      play(new Take("straw", 1));
    }
    Hero hero = play(new Fight("wolf", 25, 10));
    var snapshots = store.read(Query.stream("snapshot:hero-bea")).toList();
    assertThat(snapshots).isNotEmpty();
    assertThat(store.read(Query.types("SnapshotTaken")).toList()).hasSizeBetween(1, 3);
    assertThat(new Heroes(store).hero("bea"))
        .isEqualTo(hero)
        .isEqualTo(heroes.replayed("bea", request -> request));
    assertThat(heroes.names()).containsExactly("bea");
  }

  /** So a snapshot is really begun with: what stands before it is not read any more. */
  @Test
  void beginsWithTheSnapshot() {
    play(new Start("bea"));
    for (int i = 0; i < 250; i++) {
      play(new Take("straw", 1));
    }
    var snapshot = store.read(Query.stream("snapshot:hero-bea")).toList().getLast();
    assertThat(snapshot.data().text()).contains("\"straw\":");
    play(new Undo(null), "unknown-save-point");
    assertThat(heroes.hero("bea").count("straw")).isEqualTo(250);
  }

  private void play(HeroCommand command, String reason) {
    assertThatThrownBy(() -> play(command))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void countsAMoveOnce() {
    heroes.handle("bea", new Start("bea"), "start");
    var first = heroes.handle("bea", new Take("gold", 5), "gold");
    var second = heroes.handle("bea", new Take("gold", 5), "gold");
    assertThat(second).isEqualTo(first);
    assertThat(heroes.hero("bea").count("gold")).isEqualTo(5);
  }

  @Test
  void undoAddsEventsAndDeletesNone() {
    play(new Start("bea"));
    play(new Save("start"));
    play(new Fight("dragon", 1, 500));
    long before = store.head().value();
    Hero back = play(new Undo(null));
    assertThat(back.hp()).isEqualTo(100);
    assertThat(store.head().value()).isEqualTo(before + 2);
    var history = heroes.history("bea", request -> request);
    var defeat = history.get(3);
    assertThat(defeat.event()).isEqualTo(new HeroEvent.HeroDefeated("dragon", 100));
    assertThat(heroes.replayed("bea", request -> request.asOf(defeat.position())).isDefeated())
        .isTrue();
  }

  @Test
  void knowsWhoIsUnknown() {
    assertThatThrownBy(() -> heroes.hero("nobody")).isInstanceOf(Refused.class);
    assertThatThrownBy(() -> heroes.history("nobody", request -> request))
        .isInstanceOf(Refused.class);
  }
}
