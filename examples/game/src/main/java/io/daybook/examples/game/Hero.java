package io.daybook.examples.game;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A hero as the events tell it.
 *
 * @param xp all experience ever gained: it is not reset when a level is reached
 * @param hp hit points; 0 means defeated
 * @param inventory how many of each item
 * @param achievements in the order in which they were earned
 * @param savePoints in the order in which they were made
 */
record Hero(
    String name,
    int level,
    long xp,
    int hp,
    SortedMap<String, Integer> inventory,
    List<String> achievements,
    List<SavePoint> savePoints)
    implements HeroState {

  private static final int FIRST_HP = 100;
  private static final int HP_PER_LEVEL = 20;
  private static final int XP_PER_LEVEL = 100;

  /**
   * What a hero had when the game was saved: enough to compensate what came after.
   *
   * @param achievements how many there were
   */
  record SavePoint(
      String name,
      int level,
      long xp,
      int hp,
      SortedMap<String, Integer> inventory,
      int achievements) {
    SavePoint {
      inventory = Collections.unmodifiableSortedMap(new TreeMap<>(inventory));
    }
  }

  Hero {
    inventory = Collections.unmodifiableSortedMap(new TreeMap<>(inventory));
    achievements = List.copyOf(achievements);
    savePoints = List.copyOf(savePoints);
  }

  /** A hero who sets out. */
  static Hero beginning(String name, int hp) {
    return new Hero(name, 1, 0, hp, new TreeMap<>(), List.of(), List.of());
  }

  /** The most hit points on a level, with which the level also begins. */
  static int fullHp(int level) {
    return level == 1 ? FIRST_HP : FIRST_HP + HP_PER_LEVEL * level;
  }

  /** The experience at which a level ends. */
  static long xpToLeave(int level) {
    return (long) level * XP_PER_LEVEL;
  }

  boolean isDefeated() {
    return hp == 0;
  }

  /** How many of that item the hero carries. */
  int count(String item) {
    return inventory.getOrDefault(item, 0);
  }

  /** How many things the hero carries. */
  int load() {
    return inventory.values().stream().mapToInt(Integer::intValue).sum();
  }

  Optional<SavePoint> savePoint(String wanted) {
    return savePoints.stream().filter(point -> point.name().equals(wanted)).findFirst();
  }

  Hero plusXp(long change) {
    return new Hero(name, level, xp + change, hp, inventory, achievements, savePoints);
  }

  Hero plusHp(int change) {
    return new Hero(name, level, xp, hp + change, inventory, achievements, savePoints);
  }

  Hero at(int newLevel) {
    return new Hero(name, newLevel, xp, hp, inventory, achievements, savePoints);
  }

  Hero plusItem(String item, int change) {
    var items = new TreeMap<>(inventory);
    items.merge(item, change, (had, more) -> had + more == 0 ? null : had + more);
    return new Hero(name, level, xp, hp, items, achievements, savePoints);
  }

  Hero plusAchievement(String achievement) {
    var more = new ArrayList<>(achievements);
    more.add(achievement);
    return new Hero(name, level, xp, hp, inventory, more, savePoints);
  }

  Hero minusAchievement(String achievement) {
    var fewer = new ArrayList<>(achievements);
    fewer.remove(fewer.lastIndexOf(achievement));
    return new Hero(name, level, xp, hp, inventory, fewer, savePoints);
  }

  Hero saved(String savePoint) {
    var more = new ArrayList<>(savePoints);
    more.add(new SavePoint(savePoint, level, xp, hp, inventory, achievements.size()));
    return new Hero(name, level, xp, hp, inventory, achievements, more);
  }

  /** Without the save points that came after that one. */
  Hero withoutSavePointsAfter(String savePoint) {
    var kept = new ArrayList<SavePoint>();
    for (SavePoint point : savePoints) {
      kept.add(point);
      if (point.name().equals(savePoint)) {
        break;
      }
    }
    return new Hero(name, level, xp, hp, inventory, achievements, kept);
  }
}
