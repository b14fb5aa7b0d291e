package io.daybook.examples.game;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.examples.game.HeroCommand.Drop;
import io.daybook.examples.game.HeroCommand.Fight;
import io.daybook.examples.game.HeroCommand.Save;
import io.daybook.examples.game.HeroCommand.Start;
import io.daybook.examples.game.HeroCommand.Take;
import io.daybook.examples.game.HeroCommand.Undo;
import io.daybook.examples.game.HeroCommand.Use;
import io.daybook.examples.game.HeroEvent.AchievementEarned;
import io.daybook.examples.game.HeroEvent.AchievementTakenBack;
import io.daybook.examples.game.HeroEvent.AdventureStarted;
import io.daybook.examples.game.HeroEvent.GameSaved;
import io.daybook.examples.game.HeroEvent.HeroDefeated;
import io.daybook.examples.game.HeroEvent.HpCorrected;
import io.daybook.examples.game.HeroEvent.ItemDropped;
import io.daybook.examples.game.HeroEvent.ItemGivenBack;
import io.daybook.examples.game.HeroEvent.ItemTaken;
import io.daybook.examples.game.HeroEvent.ItemTakenBack;
import io.daybook.examples.game.HeroEvent.ItemUsed;
import io.daybook.examples.game.HeroEvent.LevelTakenBack;
import io.daybook.examples.game.HeroEvent.LeveledUp;
import io.daybook.examples.game.HeroEvent.MonsterFought;
import io.daybook.examples.game.HeroEvent.ReturnedToSavePoint;
import io.daybook.examples.game.HeroEvent.XpTakenBack;
import io.daybook.testkit.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of the adventure, and every way to be refused. */
class HeroRulesTest {
  private static final AdventureStarted STARTED = new AdventureStarted("bea", 100);
  private static final AchievementEarned NEW = new AchievementEarned("New Adventure");
  private static final HeroDefeated DEFEATED = new HeroDefeated("dragon", 100);

  private static final Scenario<HeroCommand, HeroEvent, HeroState> NOTHING =
      Scenario.of(Heroes.DECIDER);
  private static final Scenario<HeroCommand, HeroEvent, HeroState> BEA =
      NOTHING.given(STARTED, NEW);

  private static Fight fight(int damage) {
    return new Fight("wolf", damage, 0);
  }

  private static MonsterFought fought(int damage) {
    return new MonsterFought("wolf", damage, 0, damage * 10);
  }

  private static AchievementEarned levelHero(int level) {
    return new AchievementEarned("Level " + level + " Hero");
  }

  @Nested
  class SettingOut {
    @Test
    void beginsWithAnAchievement() {
      NOTHING.when(new Start("bea")).thenEvents(STARTED, NEW);
      BEA.thenState(
          new Hero("bea", 1, 0, 100, new TreeMap<>(), List.of("New Adventure"), List.of()));
    }

    @Test
    void happensOnce() {
      BEA.when(new Start("bea")).thenRejected("hero-exists");
      BEA.given(DEFEATED).when(new Start("bea")).thenRejected("hero-exists");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "a\nb"})
    void needsAName(String name) {
      NOTHING.when(new Start(name)).thenRejected("invalid-name");
    }

    @Test
    void comesBeforeAllElse() {
      for (HeroCommand command :
          List.of(
              fight(1), new Take("gold", 1), new Use("potion"), new Save("s"), new Undo(null))) {
        NOTHING.when(command).thenRejected("unknown-hero");
      }
    }
  }

  @Nested
  class Fighting {
    @Test
    void givesTenTimesTheDamageAsExperience() {
      BEA.when(fight(9)).thenEvents(fought(9));
      BEA.when(new Fight("wolf", 3, 40))
          .thenEvents(new MonsterFought("wolf", 3, 40, 30))
          .thenState(
              new Hero("bea", 1, 30, 60, new TreeMap<>(), List.of("New Adventure"), List.of()));
    }

    @Test
    void levelsUpWhenExperienceReachesTheLevelTimesAHundred() {
      BEA.given(fought(9))
          .when(fight(1))
          .thenEvents(fought(1), new LeveledUp(2, 140), levelHero(2));
      BEA.when(fight(10)).thenEvents(fought(10), new LeveledUp(2, 140), levelHero(2));
    }

    @Test
    void addsExperienceUpOverLevels() {
      var level2 = BEA.given(fought(10), new LeveledUp(2, 140), levelHero(2));
      level2.when(fight(9)).thenEvents(fought(9));
      level2
          .given(fought(9))
          .when(fight(1))
          .thenEvents(fought(1), new LeveledUp(3, 160), levelHero(3));
    }

    @Test
    void mayEndSeveralLevelsAtOnce() {
      BEA.when(fight(35))
          .thenEvents(
              fought(35),
              new LeveledUp(2, 140),
              levelHero(2),
              new LeveledUp(3, 160),
              levelHero(3),
              new LeveledUp(4, 180),
              levelHero(4));
    }

    @Test
    void healsOnLevelUp() {
      BEA.when(new Fight("wolf", 10, 99))
          .thenState(
              new Hero(
                  "bea",
                  2,
                  100,
                  140,
                  new TreeMap<>(),
                  List.of("New Adventure", "Level 2 Hero"),
                  List.of()));
    }

    @Test
    void defeatsWhoeverHasNoHitPointLeft() {
      BEA.when(new Fight("dragon", 50, 99))
          .thenEventsSatisfy(e -> assertThat(e.getFirst()).isInstanceOf(MonsterFought.class));
      BEA.when(new Fight("dragon", 50, 100)).thenEvents(DEFEATED);
      BEA.when(new Fight("dragon", 50, Integer.MAX_VALUE)).thenEvents(DEFEATED);
    }

    @Test
    void refusesFightsThatAreNone() {
      BEA.when(fight(0)).thenRejected("damage-out-of-range");
      BEA.when(fight(10_001)).thenRejected("damage-out-of-range");
      BEA.when(new Fight("wolf", 1, -1)).thenRejected("wounds-out-of-range");
      BEA.when(new Fight(" ", 1, 0)).thenRejected("invalid-name");
    }

    @Test
    void endsAThousandLevelsAtMost() {
      BEA.when(fight(10_000)).thenEventsSatisfy(e -> assertThat(e).hasSize(1 + 2 * 1_000));
    }
  }

  @Test
  void theDefeatedCanOnlyUndo() {
    var defeated = BEA.given(new ItemTaken("potion", 1), DEFEATED);
    for (HeroCommand command :
        List.of(
            fight(1),
            new Take("gold", 1),
            new Use("potion"),
            new Drop("potion", 1),
            new Save("s"))) {
      defeated.when(command).thenRejected("hero-defeated");
    }
    defeated.when(new Undo(null)).thenRejected("unknown-save-point");
  }

  @Nested
  class Inventory {
    private static final Scenario<HeroCommand, HeroEvent, HeroState> PACKED =
        BEA.given(new ItemTaken("potion", 2), new ItemTaken("elixir", 1), new ItemTaken("rope", 3));

    @Test
    void takesAndDrops() {
      BEA.when(new Take("rope", 3)).thenEvents(new ItemTaken("rope", 3));
      PACKED.when(new Drop("rope", 3)).thenEvents(new ItemDropped("rope", 3));
      PACKED
          .given(new ItemDropped("rope", 3))
          .when(new Drop("rope", 1))
          .thenRejected("item-missing");
    }

    @Test
    void refusesWhatIsNotThere() {
      PACKED.when(new Drop("rope", 4)).thenRejected("item-missing");
      PACKED.when(new Drop("gold", 1)).thenRejected("item-missing");
      PACKED.when(new Use("gold")).thenRejected("item-missing");
      PACKED.when(new Drop("rope", 0)).thenRejected("quantity-not-positive");
      PACKED.when(new Take("rope", -1)).thenRejected("quantity-not-positive");
      PACKED.when(new Take("", 1)).thenRejected("invalid-name");
    }

    @Test
    void holdsAThousandThings() {
      PACKED.when(new Take("gold", 994)).thenEvents(new ItemTaken("gold", 994));
      PACKED.when(new Take("gold", 995)).thenRejected("inventory-full");
      PACKED.when(new Take("gold", Integer.MAX_VALUE)).thenRejected("inventory-full");
    }

    @Test
    void healsByPotionsAndElixirs() {
      var wounded = PACKED.given(new MonsterFought("wolf", 1, 60, 10));
      wounded.when(new Use("potion")).thenEvents(new ItemUsed("potion", 50));
      wounded.when(new Use("elixir")).thenEvents(new ItemUsed("elixir", 60));
      wounded
          .given(new ItemUsed("potion", 50))
          .when(new Use("potion"))
          .thenEvents(new ItemUsed("potion", 10));
      wounded
          .given(new ItemUsed("elixir", 60))
          .when(new Use("elixir"))
          .thenRejected("item-missing");
    }

    @Test
    void wastesNothing() {
      PACKED.when(new Use("potion")).thenRejected("nothing-to-heal");
      PACKED.when(new Use("rope")).thenRejected("item-without-use");
    }
  }

  @Nested
  class SavingAndUndoing {
    private static final Scenario<HeroCommand, HeroEvent, HeroState> SAVED =
        BEA.given(new ItemTaken("potion", 2), new ItemTaken("rope", 1), new GameSaved("cave"));

    @Test
    void savesUnderNamesThatAreNew() {
      BEA.when(new Save("cave")).thenEvents(new GameSaved("cave"));
      SAVED.when(new Save("cave")).thenRejected("save-point-exists");
      SAVED.when(new Save("")).thenRejected("invalid-name");
    }

    @Test
    void compensatesAllThatHappenedSince() {
      SAVED
          .given(
              new MonsterFought("wolf", 10, 30, 100),
              new LeveledUp(2, 140),
              levelHero(2),
              new MonsterFought("orc", 1, 60, 10),
              new ItemUsed("potion", 50),
              new ItemDropped("rope", 1),
              new ItemTaken("gold", 7))
          .when(new Undo(null))
          .thenEvents(
              new AchievementTakenBack("Level 2 Hero"),
              new LevelTakenBack(1),
              new XpTakenBack(110),
              new HpCorrected(-30),
              new ItemTakenBack("gold", 7),
              new ItemGivenBack("potion", 1),
              new ItemGivenBack("rope", 1),
              new ReturnedToSavePoint("cave"));
    }

    @Test
    void bringsTheDefeatedBack() {
      SAVED
          .given(DEFEATED)
          .when(new Undo("cave"))
          .thenEvents(new HpCorrected(100), new ReturnedToSavePoint("cave"));
    }

    @Test
    void forgetsLaterSavePoints() {
      var twice = SAVED.given(new ItemTaken("gold", 1), new GameSaved("castle"));
      twice.when(new Undo(null)).thenRejected("nothing-to-undo");
      twice
          .when(new Undo("cave"))
          .thenEvents(new ItemTakenBack("gold", 1), new ReturnedToSavePoint("cave"));
      twice
          .given(new ItemTakenBack("gold", 1), new ReturnedToSavePoint("cave"))
          .when(new Undo("castle"))
          .thenRejected("unknown-save-point");
      SAVED
          .given(new GameSaved("castle"))
          .when(new Undo("cave"))
          .thenEvents(new ReturnedToSavePoint("cave"));
    }

    @Test
    void keepsTheSavePoint() {
      SAVED
          .given(DEFEATED, new HpCorrected(100), new ReturnedToSavePoint("cave"), fought(1))
          .when(new Undo(null))
          .thenEvents(new XpTakenBack(10), new ReturnedToSavePoint("cave"));
    }

    @Test
    void refusesWhereThereIsNothingToUndo() {
      BEA.when(new Undo(null)).thenRejected("unknown-save-point");
      SAVED.when(new Undo("moon")).thenRejected("unknown-save-point");
      SAVED.when(new Undo(null)).thenRejected("nothing-to-undo");
    }

    /** Whatever was played: after the undo the hero is the one who was saved. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void leadsBackExactly(long seed) {
      var random = new Random(seed);
      HeroState state = played(new Start("bea"), Heroes.DECIDER.initial());
      for (int i = 0; i < 30; i++) {
        state = played(anything(random), state);
      }
      Hero saved = (Hero) played(new Save("here"), alive(state));
      state = saved;
      for (int i = 0; i < 40; i++) {
        state = played(anything(random), state);
      }
      assertThat(played(new Undo("here"), state)).as("seed " + seed).isEqualTo(saved);
    }

    private static HeroState alive(HeroState state) {
      return state instanceof Hero hero && hero.isDefeated() ? hero.plusHp(1) : state;
    }

    private static HeroCommand anything(Random random) {
      var commands = new ArrayList<HeroCommand>();
      commands.add(new Fight("wolf", 1 + random.nextInt(20), random.nextInt(60)));
      commands.add(new Take(random.nextBoolean() ? "potion" : "elixir", 1 + random.nextInt(3)));
      commands.add(new Use(random.nextBoolean() ? "potion" : "elixir"));
      commands.add(new Drop("potion", 1 + random.nextInt(2)));
      commands.add(new Save("point " + random.nextInt(1_000_000)));
      return commands.get(random.nextInt(commands.size()));
    }

    private static HeroState played(HeroCommand command, HeroState state) {
      try {
        return Heroes.DECIDER.evolve(state, Heroes.DECIDER.decide(command, state));
      } catch (Refused _) {
        return state;
      }
    }
  }
}
