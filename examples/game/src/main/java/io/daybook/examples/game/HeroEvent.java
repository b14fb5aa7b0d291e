package io.daybook.examples.game;

/** Something that happened to a hero. */
sealed interface HeroEvent {

  /**
   * A hero set out.
   *
   * @param hp the hit points to begin with
   */
  record AdventureStarted(String hero, int hp) implements HeroEvent {}

  record AchievementEarned(String achievement) implements HeroEvent {}

  /**
   * A fight was won.
   *
   * @param wounds the hit points that it cost
   * @param xp the experience that was gained
   */
  record MonsterFought(String monster, int damage, int wounds, int xp) implements HeroEvent {}

  /**
   * Experience led to the next level.
   *
   * @param hp the hit points after it
   */
  record LeveledUp(int level, int hp) implements HeroEvent {}

  /**
   * A fight was lost: no hit point is left.
   *
   * @param wounds the hit points that it cost
   */
  record HeroDefeated(String monster, int wounds) implements HeroEvent {}

  record ItemTaken(String item, int quantity) implements HeroEvent {}

  /**
   * One of that item was used up.
   *
   * @param healed the hit points that it gave back
   */
  record ItemUsed(String item, int healed) implements HeroEvent {}

  record ItemDropped(String item, int quantity) implements HeroEvent {}

  record GameSaved(String savePoint) implements HeroEvent {}

  /**
   * What was undone stays written down; these events say the opposite of it. An undo leads to those
   * that are needed, and ends with {@link ReturnedToSavePoint}.
   */
  sealed interface Compensation extends HeroEvent {}

  record XpTakenBack(long xp) implements Compensation {}

  /**
   * Levels were taken back.
   *
   * @param level the level after it
   */
  record LevelTakenBack(int level) implements Compensation {}

  /**
   * Hit points were given back or, if it is negative, taken back.
   *
   * @param change what is added to the hit points
   */
  record HpCorrected(int change) implements Compensation {}

  record ItemGivenBack(String item, int quantity) implements Compensation {}

  record ItemTakenBack(String item, int quantity) implements Compensation {}

  record AchievementTakenBack(String achievement) implements Compensation {}

  /** The hero stands where the game was saved; later save points are gone. */
  record ReturnedToSavePoint(String savePoint) implements Compensation {}
}
