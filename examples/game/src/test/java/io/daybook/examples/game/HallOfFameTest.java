package io.daybook.examples.game;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.InMemoryStore;
import io.daybook.examples.game.HeroCommand.Fight;
import io.daybook.examples.game.HeroCommand.Save;
import io.daybook.examples.game.HeroCommand.Start;
import io.daybook.examples.game.HeroCommand.Undo;
import io.daybook.examples.game.HeroEvent.AchievementEarned;
import io.daybook.examples.game.HeroEvent.AchievementTakenBack;
import io.daybook.testkit.ProjectionScenario;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who has earned what, and that each achievement is announced once. */
class HallOfFameTest {
  private final InMemoryStore store = new InMemoryStore();
  private final Heroes heroes = new Heroes(store);
  private final LinkedBlockingQueue<String> announced = new LinkedBlockingQueue<>();
  private int commands;

  private void play(String hero, HeroCommand... moves) {
    for (HeroCommand move : moves) {
      var _ = heroes.handle(hero, move, "c" + commands++);
    }
  }

  private void announcedNext(String... expected) throws InterruptedException {
    for (String one : expected) {
      assertThat(announced.poll(30, TimeUnit.SECONDS)).isEqualTo(one);
    }
    assertThat(announced).isEmpty();
  }

  private static HallOfFame hall(Map<String, SortedSet<String>> heroes) {
    return new HallOfFame(new TreeMap<>(heroes));
  }

  private static SortedSet<String> names(String... names) {
    return new TreeSet<>(Arrays.asList(names));
  }

  @Test
  void knowsWhoHasEarnedWhat() {
    ProjectionScenario.of(Heroes.CODEC)
        .given("hero-cid", new AchievementEarned("New Adventure"))
        .given(
            "hero-bea",
            new AchievementEarned("New Adventure"),
            new AchievementEarned("Level 2 Hero"),
            new AchievementEarned("Level 3 Hero"),
            new AchievementTakenBack("Level 3 Hero"))
        .thenView(
            Heroes.hallOfFame(),
            hall(Map.of("New Adventure", names("bea", "cid"), "Level 2 Hero", names("bea"))));
  }

  @Test
  void announcesWhatIsEarnedFromNowOn() throws InterruptedException {
    play("bea", new Start("bea"), new Fight("a wolf", 12, 0));
    try (var fame = heroes.watch((hero, earned) -> announced.add(hero + ": " + earned))) {
      fame.awaitHead();
      assertThat(announced).isEmpty();
      play("cid", new Start("cid"));
      play("bea", new Fight("a dragon", 20, 0));
      announcedNext("cid: New Adventure", "bea: Level 3 Hero", "bea: Level 4 Hero");
    }
  }

  /** If it did, they would be announced before what comes after. */
  @Test
  void aRebuildAnnouncesNothingAgain() throws InterruptedException {
    try (var fame = heroes.watch((hero, earned) -> announced.add(hero + ": " + earned))) {
      play("bea", new Start("bea"), new Save("home"), new Fight("a wolf", 12, 0));
      announcedNext("bea: New Adventure", "bea: Level 2 Hero");

      fame.rebuild();
      fame.reset();
      fame.awaitHead();

      assertThat(fame.<Integer>query(hall -> hall.heroes().size())).isEqualTo(2);
      play("bea", new Undo(null), new Fight("a bear", 11, 0));
      announcedNext("bea: Level 2 Hero");
    }
  }
}
