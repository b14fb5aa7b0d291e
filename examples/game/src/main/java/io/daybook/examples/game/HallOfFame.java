package io.daybook.examples.game;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who has earned what: a read model over all heroes. To be used by one thread at a time.
 *
 * @param heroes the heroes by their achievements
 */
record HallOfFame(SortedMap<String, SortedSet<String>> heroes) {
  /** Nobody has earned anything yet. */
  static HallOfFame empty() {
    return new HallOfFame(new TreeMap<>());
  }

  void earned(String hero, String achievement) {
    heroes.computeIfAbsent(achievement, _ -> new TreeSet<>()).add(hero);
  }

  void takenBack(String hero, String achievement) {
    heroes.computeIfPresent(
        achievement,
        (_, its) -> {
          its.remove(hero);
          return its.isEmpty() ? null : its;
        });
  }
}
