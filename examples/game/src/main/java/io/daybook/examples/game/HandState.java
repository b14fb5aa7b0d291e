package io.daybook.examples.game;

/** A hand of poker, or none yet. */
sealed interface HandState permits Table, HandState.NotDealt {

  /** There are no events yet. */
  record NotDealt() implements HandState {}
}
