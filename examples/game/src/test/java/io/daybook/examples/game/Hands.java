package io.daybook.examples.game;

import io.daybook.examples.game.HandHistory.BadHandException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Hands for tests. */
final class Hands {
  private static final String HOLES = "AcAd KcKd QcQd JcJd TcTd 9c9d 8c8d 7c7d 6c6d 5c5d";

  private Hands() {}

  static List<Chips> chips(String amounts) {
    return Arrays.stream(amounts.split(" ", -1)).map(a -> new Chips(new BigDecimal(a))).toList();
  }

  /** A table without antes and with blinds of 5 and 10. */
  static HandSetup setup(String stacks) {
    return setup(stacks, "0", true, "5 10");
  }

  static HandSetup setup(String stacks, String antes, boolean trimmed, String blinds) {
    List<Chips> all = chips(stacks);
    return new HandSetup(
        IntStream.rangeClosed(1, all.size()).mapToObj(i -> "P" + i).toList(),
        all,
        padded(chips(antes), all.size()),
        trimmed,
        padded(chips(blinds), all.size()),
        Chips.of(10));
  }

  private static List<Chips> padded(List<Chips> amounts, int size) {
    var all = new ArrayList<>(amounts);
    all.addAll(Collections.nCopies(Math.max(0, size - amounts.size()), Chips.ZERO));
    return all;
  }

  static HandName name() {
    return new HandName("1", true, null);
  }

  /** The history of a hand: hole cards, one pair of cards for each seat, then actions. */
  static HandHistory history(HandSetup setup, String holes, String... actions) {
    var all = new ArrayList<String>();
    String[] cards = holes.isEmpty() ? HOLES.split(" ", -1) : holes.split(" ", -1);
    for (int i = 0; i < setup.players().size(); i++) {
      all.add("d dh p" + (i + 1) + " " + cards[i]);
    }
    all.addAll(List.of(actions));
    return new HandHistory(name(), setup, all);
  }

  /** What everybody has after the hand. */
  static List<Chips> stacks(HandHistory history) throws BadHandException {
    HandState state = HandDecider.initial();
    for (HandEvent event : history.events()) {
      state = HandDecider.evolve(state, event);
    }
    return ((Table) state).stacks();
  }
}
