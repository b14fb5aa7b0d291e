package io.daybook.examples.game;

/** A hero, or none yet. */
sealed interface HeroState permits Hero, HeroState.NotStarted {

  /** There are no events yet. */
  record NotStarted() implements HeroState {}
}
