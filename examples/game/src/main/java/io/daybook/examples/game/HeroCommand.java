package io.daybook.examples.game;

import org.jspecify.annotations.Nullable;

/** Something that a player wants of a hero. {@link HeroDecider#decide} accepts it or refuses it. */
sealed interface HeroCommand {

  /** Sends a new hero out. */
  record Start(String hero) implements HeroCommand {}

  /**
   * Fights a monster.
   *
   * @param damage what the hero does to the monster, from 1
   * @param wounds what the monster does to the hero: so many hit points are lost
   */
  record Fight(String monster, int damage, int wounds) implements HeroCommand {}

  /** Puts things into the inventory. */
  record Take(String item, int quantity) implements HeroCommand {}

  /** Uses one thing up. */
  record Use(String item) implements HeroCommand {}

  /** Leaves things behind. */
  record Drop(String item, int quantity) implements HeroCommand {}

  /** Makes a point to come back to. */
  record Save(String savePoint) implements HeroCommand {}

  /**
   * Goes back to a save point: what happened since is compensated.
   *
   * @param savePoint null means the last one
   */
  record Undo(@Nullable String savePoint) implements HeroCommand {}
}
