package io.daybook.examples.game;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Passes on each hand once it is over, in the order in which they were recorded, and keeps only
 * those that are being played. To be used by one thread at a time.
 */
final class FinishedHands {
  private final Map<String, HandState> played = new HashMap<>();
  private final Consumer<? super Table> finished;

  FinishedHands(Consumer<? super Table> finished) {
    this.finished = finished;
  }

  /** Takes one more event into account. */
  void apply(String stream, HandEvent event) {
    HandState before = played.getOrDefault(stream, HandDecider.initial());
    HandState state = HandDecider.evolve(before, event);
    if (state instanceof Table table && table.ended()) {
      played.remove(stream);
      finished.accept(table);
    } else {
      played.put(stream, state);
    }
  }
}
