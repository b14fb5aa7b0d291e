package io.daybook.examples.game;

import org.jspecify.annotations.Nullable;

/**
 * What a file calls a hand.
 *
 * @param hand its number, or whatever stands for it; null if nothing does
 * @param isNumber whether the file gives it as a number
 * @param file the file that it comes from; null if that is not said
 */
record HandName(@Nullable String hand, boolean isNumber, @Nullable String file) {

  /** For example {@code hand 12 of pluribus/100/12.phh}. */
  @Override
  public String toString() {
    String text = hand == null ? "a hand without a number" : "hand " + hand;
    return file == null ? text : text + " of " + file;
  }
}
