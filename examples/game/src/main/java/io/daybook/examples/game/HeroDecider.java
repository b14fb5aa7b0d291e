package io.daybook.examples.game;

import static io.daybook.examples.game.Refused.Reason.*;
import static io.daybook.examples.game.Refused.require;

import io.daybook.examples.game.Hero.SavePoint;
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
import io.daybook.examples.game.HeroState.NotStarted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The rules of the adventure: which events a command leads to, and what an event changes.
 *
 * <ul>
 *   <li>A fight gives experience: damage × 10. Experience adds up over the whole adventure; level n
 *       ends when it reaches n × 100, so that one fight may end several levels.
 *   <li>A hero sets out with 100 hit points; whoever reaches level n has 100 + 20 × n from then on,
 *       all wounds healed, and earns the achievement "Level n Hero".
 *   <li>Wounds cost hit points. Whoever has none left is defeated: such a fight gives no
 *       experience, and all that can be done is an undo.
 *   <li>A potion heals 50 hit points and an elixir all wounds, up to what the level has. Other
 *       items can be carried, but not used.
 *   <li>An undo compensates, by events of their own, what happened since the save point. Later save
 *       points are gone then; that one stays, and can be returned to again.
 * </ul>
 */
final class HeroDecider {
  static final String FIRST_ACHIEVEMENT = "New Adventure";
  static final String POTION = "potion";
  static final String ELIXIR = "elixir";

  private static final int XP_PER_DAMAGE = 10;
  private static final int POTION_HEALS = 50;

  /** One fight ends a thousand levels at most, whose events are one append. */
  private static final int MOST_DAMAGE = 10_000;

  private static final int MOST_ITEMS = 1_000;
  private static final Pattern HERO_NAME = Pattern.compile("[\\p{L}\\p{N}._-]{1,64}");
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} .,'_-]{0,63}");

  private HeroDecider() {}

  static HeroState initial() {
    return new NotStarted();
  }

  /**
   * The events that the command leads to.
   *
   * @throws Refused if the rules don't allow it
   */
  static List<HeroEvent> decide(HeroCommand command, HeroState state) {
    return switch (state) {
      case NotStarted _ when command instanceof Start(var hero) -> start(hero);
      case NotStarted _ -> throw new Refused(UNKNOWN_HERO, "there is no such hero yet");
      case Hero hero -> decide(command, hero);
    };
  }

  private static List<HeroEvent> decide(HeroCommand command, Hero hero) {
    require(
        !hero.isDefeated() || command instanceof Undo || command instanceof Start,
        HERO_DEFEATED,
        () -> hero.name() + " is defeated; an undo to a save point is all that helps");
    return switch (command) {
      case Start _ -> throw new Refused(HERO_EXISTS, hero.name() + " is on the way already");
      case Fight fight -> fight(fight, hero);
      case Take take -> take(take, hero);
      case Use(var item) -> use(item, hero);
      case Drop(var item, var quantity) -> {
        requireQuantity(quantity);
        requireItem(item, quantity, hero);
        yield List.of(new ItemDropped(item, quantity));
      }
      case Save(var savePoint) -> {
        requireName(savePoint);
        require(
            hero.savePoint(savePoint).isEmpty(),
            SAVE_POINT_EXISTS,
            () -> "there is a save point " + savePoint + " already");
        yield List.of(new GameSaved(savePoint));
      }
      case Undo undo -> undo(undo, hero);
    };
  }

  private static List<HeroEvent> start(String hero) {
    require(
        HERO_NAME.matcher(hero).matches(),
        INVALID_NAME,
        () -> "a hero's name is 1 to 64 letters, digits, dots, dashes and underscores");
    return List.of(
        new AdventureStarted(hero, Hero.fullHp(1)), new AchievementEarned(FIRST_ACHIEVEMENT));
  }

  private static List<HeroEvent> fight(Fight fight, Hero hero) {
    requireName(fight.monster());
    require(
        fight.damage() >= 1 && fight.damage() <= MOST_DAMAGE,
        DAMAGE_OUT_OF_RANGE,
        () -> "damage is 1 to " + MOST_DAMAGE + ", not " + fight.damage());
    require(
        fight.wounds() >= 0,
        WOUNDS_OUT_OF_RANGE,
        () -> "wounds are 0 or more, not " + fight.wounds());
    if (fight.wounds() >= hero.hp()) {
      return List.of(new HeroDefeated(fight.monster(), hero.hp()));
    }
    var events = new ArrayList<HeroEvent>();
    int gained = fight.damage() * XP_PER_DAMAGE;
    events.add(new MonsterFought(fight.monster(), fight.damage(), fight.wounds(), gained));
    for (int level = hero.level(); hero.xp() + gained >= Hero.xpToLeave(level); level++) {
      events.add(new LeveledUp(level + 1, Hero.fullHp(level + 1)));
      events.add(new AchievementEarned("Level " + (level + 1) + " Hero"));
    }
    return events;
  }

  private static List<HeroEvent> take(Take take, Hero hero) {
    requireName(take.item());
    requireQuantity(take.quantity());
    require(
        take.quantity() <= MOST_ITEMS - hero.load(),
        INVENTORY_FULL,
        () -> "a hero carries " + MOST_ITEMS + " things at most, and has " + hero.load());
    return List.of(new ItemTaken(take.item(), take.quantity()));
  }

  private static List<HeroEvent> use(String item, Hero hero) {
    requireItem(item, 1, hero);
    int wounds = Hero.fullHp(hero.level()) - hero.hp();
    int heals =
        switch (item) {
          case POTION -> Math.min(POTION_HEALS, wounds);
          case ELIXIR -> wounds;
          default -> throw new Refused(ITEM_WITHOUT_USE, "a " + item + " can be carried, not used");
        };
    require(wounds > 0, NOTHING_TO_HEAL, () -> hero.name() + " has no wound to heal");
    return List.of(new ItemUsed(item, heals));
  }

  private static List<HeroEvent> undo(Undo undo, Hero hero) {
    require(
        !hero.savePoints().isEmpty(), UNKNOWN_SAVE_POINT, () -> hero.name() + " has no save point");
    String name = undo.savePoint() == null ? hero.savePoints().getLast().name() : undo.savePoint();
    SavePoint then =
        hero.savePoint(name)
            .orElseThrow(() -> new Refused(UNKNOWN_SAVE_POINT, "there is no save point " + name));
    List<HeroEvent> events = compensations(hero, then);
    require(
        !events.isEmpty() || !then.equals(hero.savePoints().getLast()),
        NOTHING_TO_UNDO,
        () -> "nothing happened since the save point " + name);
    events.add(new ReturnedToSavePoint(name));
    return events;
  }

  /** What leads from the hero of now to the hero of then, the last change first. */
  private static List<HeroEvent> compensations(Hero now, SavePoint then) {
    var events = new ArrayList<HeroEvent>();
    now.achievements().subList(then.achievements(), now.achievements().size()).reversed().stream()
        .map(AchievementTakenBack::new)
        .forEach(events::add);
    if (now.level() != then.level()) {
      events.add(new LevelTakenBack(then.level()));
    }
    if (now.xp() != then.xp()) {
      events.add(new XpTakenBack(now.xp() - then.xp()));
    }
    if (now.hp() != then.hp()) {
      events.add(new HpCorrected(then.hp() - now.hp()));
    }
    var items = new TreeSet<>(now.inventory().keySet());
    items.addAll(then.inventory().keySet());
    for (String item : items) {
      int missing = count(then.inventory(), item) - now.count(item);
      if (missing != 0) {
        events.add(
            missing > 0 ? new ItemGivenBack(item, missing) : new ItemTakenBack(item, -missing));
      }
    }
    return events;
  }

  private static int count(Map<String, Integer> items, String item) {
    return items.getOrDefault(item, 0);
  }

  /** The hero with one more event. */
  static HeroState evolve(HeroState state, HeroEvent event) {
    return switch (state) {
      case NotStarted _ when event instanceof AdventureStarted(var name, var hp) ->
          Hero.beginning(name, hp);
      case NotStarted _ ->
          throw new IllegalStateException("an adventure's first event can't be " + event);
      case Hero hero -> evolve(hero, event);
    };
  }

  private static Hero evolve(Hero hero, HeroEvent event) {
    return switch (event) {
      case AdventureStarted _ -> throw new IllegalStateException("started twice: " + event);
      case AchievementEarned(var achievement) -> hero.plusAchievement(achievement);
      case MonsterFought(_, _, var wounds, var xp) -> hero.plusHp(-wounds).plusXp(xp);
      case LeveledUp(var level, var hp) -> hero.at(level).plusHp(hp - hero.hp());
      case HeroDefeated(_, var wounds) -> hero.plusHp(-wounds);
      case ItemTaken(var item, var quantity) -> hero.plusItem(item, quantity);
      case ItemUsed(var item, var healed) -> hero.plusItem(item, -1).plusHp(healed);
      case ItemDropped(var item, var quantity) -> hero.plusItem(item, -quantity);
      case GameSaved(var savePoint) -> hero.saved(savePoint);
      case XpTakenBack(var xp) -> hero.plusXp(-xp);
      case LevelTakenBack(var level) -> hero.at(level);
      case HpCorrected(var change) -> hero.plusHp(change);
      case ItemGivenBack(var item, var quantity) -> hero.plusItem(item, quantity);
      case ItemTakenBack(var item, var quantity) -> hero.plusItem(item, -quantity);
      case AchievementTakenBack(var achievement) -> hero.minusAchievement(achievement);
      case ReturnedToSavePoint(var savePoint) -> hero.withoutSavePointsAfter(savePoint);
    };
  }

  private static void requireName(String name) {
    require(
        NAME.matcher(name).matches(),
        INVALID_NAME,
        () ->
            "a name is 1 to 64 letters, digits, spaces and . , ' _ - and begins with one of the"
                + " first");
  }

  private static void requireQuantity(int quantity) {
    require(quantity >= 1, QUANTITY_NOT_POSITIVE, () -> "at least one, not " + quantity);
  }

  private static void requireItem(String item, int quantity, Hero hero) {
    require(
        hero.count(item) >= quantity,
        ITEM_MISSING,
        () -> hero.name() + " has " + hero.count(item) + " of " + item + ", not " + quantity);
  }
}
