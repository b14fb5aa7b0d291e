package io.daybook.examples.game;

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
import java.util.stream.Collectors;

/** A hero in words: the story of what happened, and the sheet of what came of it. */
final class HeroText {
  private HeroText() {}

  /** What happened, as a sentence. */
  static String of(HeroEvent event) {
    return switch (event) {
      case AdventureStarted e -> e.hero() + " sets out with " + e.hp() + " HP.";
      case AchievementEarned e -> "Achievement: " + e.achievement() + "!";
      case MonsterFought e ->
          "Fights "
              + e.monster()
              + ": "
              + e.damage()
              + " damage, "
              + e.xp()
              + " XP"
              + (e.wounds() == 0 ? "." : ", costs " + e.wounds() + " HP.");
      case LeveledUp e -> "Reaches level " + e.level() + ", with " + e.hp() + " HP.";
      case HeroDefeated e ->
          "Is defeated by " + e.monster() + ", losing the last " + e.wounds() + " HP.";
      case ItemTaken e -> "Takes " + things(e.item(), e.quantity()) + ".";
      case ItemUsed e -> "Uses one " + e.item() + ", which heals " + e.healed() + " HP.";
      case ItemDropped e -> "Drops " + things(e.item(), e.quantity()) + ".";
      case GameSaved e -> "Saves the game: " + e.savePoint() + ".";
      case XpTakenBack e -> "Undone: " + e.xp() + " XP are taken back.";
      case LevelTakenBack e -> "Undone: back on level " + e.level() + ".";
      case HpCorrected e ->
          "Undone: "
              + Math.abs(e.change())
              + " HP are "
              + (e.change() > 0 ? "given back." : "taken back.");
      case ItemGivenBack e -> "Undone: " + things(e.item(), e.quantity()) + " given back.";
      case ItemTakenBack e -> "Undone: " + things(e.item(), e.quantity()) + " taken back.";
      case AchievementTakenBack e -> "Undone: not a " + e.achievement() + " any more.";
      case ReturnedToSavePoint e -> "Stands at the save point " + e.savePoint() + " again.";
    };
  }

  /** All that is known of a hero, one thing a line. */
  static String sheet(Hero hero) {
    return "%s, level %d%n%d of %d HP%s%n%d XP, level %d at %d%ninventory: %s%nachievements: %s%nsave points: %s%n"
        .formatted(
            hero.name(),
            hero.level(),
            hero.hp(),
            Hero.fullHp(hero.level()),
            hero.isDefeated() ? ", defeated" : "",
            hero.xp(),
            hero.level() + 1,
            Hero.xpToLeave(hero.level()),
            inventory(hero),
            String.join(", ", hero.achievements()),
            hero.savePoints().isEmpty()
                ? "none"
                : hero.savePoints().stream()
                    .map(Hero.SavePoint::name)
                    .collect(Collectors.joining(", ")));
  }

  /** The hero in one line. */
  static String line(Hero hero) {
    return hero.name() + ": " + figures(hero);
  }

  /** For example {@code level 2, 120 XP, 140 HP}. */
  static String figures(Hero hero) {
    return "level %d, %d XP, %d HP".formatted(hero.level(), hero.xp(), hero.hp());
  }

  /** All that was earned and by whom, one achievement a line. */
  static String hall(HallOfFame hall) {
    var out = new StringBuilder();
    hall.heroes()
        .forEach((achievement, heroes) ->
            out.append("%s: %s%n".formatted(achievement, String.join(", ", heroes))));
    return out.toString();
  }

  private static String inventory(Hero hero) {
    return hero.inventory().isEmpty()
        ? "empty"
        : hero.inventory().entrySet().stream()
            .map(entry -> things(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
  }

  static String things(String item, int quantity) {
    return quantity + " x " + item;
  }
}
