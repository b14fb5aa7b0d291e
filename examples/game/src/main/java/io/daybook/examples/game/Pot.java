package io.daybook.examples.game;

import io.daybook.examples.game.HandEvent.Share;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;

/**
 * Chips that go to the best hand of some players.
 *
 * <p>Whoever is all in can win from each other player no more than he put in himself. So the chips
 * are cut into layers at the amounts that the players who are left put in, each layer belonging to
 * those who paid it in full; what folded players put in lies in the layers, but cuts none.
 *
 * @param claimants who may win it, in the order of the seats
 */
record Pot(Chips amount, List<Integer> claimants) {
  Pot {
    claimants = List.copyOf(claimants);
  }

  /** The main pot and the side pots of a hand that is over, its uncalled bet being returned. */
  static List<Pot> of(Table table) {
    List<Integer> contenders = table.contenders();
    var levels = new TreeSet<Chips>();
    contenders.forEach(player -> levels.add(table.seat(player).paid()));
    var pots = new ArrayList<Pot>();
    Chips below = Chips.ZERO;
    for (Chips level : levels) {
      // what a folded player put in beyond the last level belongs to the last pot
      Chips upTo = level.equals(levels.last()) ? most(table).max(level) : level;
      Chips amount = pots.isEmpty() ? table.dead() : Chips.ZERO;
      for (Seat seat : table.seats()) {
        amount = amount.plus(seat.paid().min(upTo).minus(seat.paid().min(below)));
      }
      List<Integer> eligible =
          contenders.stream()
              .filter(player -> table.seat(player).paid().compareTo(level) >= 0)
              .toList();
      add(pots, new Pot(amount, claimants(table, eligible)));
      below = level;
    }
    return pots.stream().filter(pot -> pot.amount.isPositive()).toList();
  }

  private static Chips most(Table table) {
    return table.seats().stream().map(Seat::paid).reduce(Chips.ZERO, Chips::max);
  }

  /** Pots that the same players may win are one. */
  private static void add(List<Pot> pots, Pot pot) {
    if (!pots.isEmpty() && pots.getLast().claimants.equals(pot.claimants)) {
      pots.set(pots.size() - 1, new Pot(pots.getLast().amount.plus(pot.amount), pot.claimants));
    } else {
      pots.add(pot);
    }
  }

  /**
   * Who has not mucked; if all have, the last: a player may leave his cards unseen when nobody else
   * wants the pot any more.
   */
  private static List<Integer> claimants(Table table, List<Integer> eligible) {
    List<Integer> holding =
        eligible.stream()
            .filter(player -> table.seat(player).status() != Seat.Status.MUCKED)
            .toList();
    return holding.isEmpty()
        ? List.of(
            table.mucked().reversed().stream().filter(eligible::contains).findFirst().orElseThrow())
        : holding;
  }

  /** Who wins how much of it: the best hands in equal shares, in the order of the seats. */
  List<Share> shares(Table table) {
    List<Integer> winners = claimants.size() == 1 ? claimants : best(table);
    List<Chips> amounts = amount.split(winners.size());
    var shares = new ArrayList<Share>();
    for (int i = 0; i < winners.size(); i++) {
      shares.add(new Share(winners.get(i), amounts.get(i)));
    }
    return shares;
  }

  private List<Integer> best(Table table) {
    var ranks = new HashMap<Integer, HandRank>();
    for (int player : claimants) {
      var cards = new ArrayList<>(table.board());
      cards.addAll(table.seat(player).cards());
      ranks.put(player, HandRank.best(cards));
    }
    HandRank best = ranks.values().stream().max(Comparator.naturalOrder()).orElseThrow();
    return claimants.stream().filter(player -> best.equals(ranks.get(player))).toList();
  }
}
