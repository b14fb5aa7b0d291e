package io.daybook.examples.game;

import io.daybook.examples.game.HandEvent.HandDealt;
import io.daybook.examples.game.HandEvent.HandEnded;
import io.daybook.examples.game.HandEvent.Paid;
import io.daybook.examples.game.HandEvent.PotAwarded;
import io.daybook.examples.game.HandEvent.UncalledBetReturned;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What each player won or lost over all hands: a read model, made of every event that moves chips.
 * To be used by one thread at a time.
 */
final class NetResults {
  /** Who sits where in the hands that are not over yet. */
  private final Map<String, List<String>> seated = new HashMap<>();

  private final SortedMap<String, Net> players = new TreeMap<>();

  /**
   * A player's result.
   *
   * @param hands how many hands the player was dealt into
   * @param net what was won; negative if it was lost
   */
  record Net(long hands, Chips net) {
    static final Net NONE = new Net(0, Chips.ZERO);

    Net plusHand() {
      return new Net(hands + 1, net);
    }

    Net plus(Chips change) {
      return new Net(hands, net.plus(change));
    }

    Net plus(Net other) {
      return new Net(hands + other.hands, net.plus(other.net));
    }
  }

  /** The results of hands that were counted apart. */
  static NetResults together(List<NetResults> parts) {
    var all = new NetResults();
    parts.forEach(
        part -> part.players.forEach((name, net) -> all.players.merge(name, net, Net::plus)));
    return all;
  }

  /** What the results are now, for another thread. */
  NetResults copy() {
    return together(List.of(this));
  }

  /** Takes one more event into account. */
  void apply(String stream, HandEvent event) {
    switch (event) {
      case HandDealt dealt -> {
        List<String> names = dealt.setup().players();
        seated.put(stream, names);
        names.forEach(name -> players.put(name, players.getOrDefault(name, Net.NONE).plusHand()));
      }
      case Paid paid -> add(stream, paid.player(), paid.amount().negated());
      case UncalledBetReturned returned -> add(stream, returned.player(), returned.amount());
      case PotAwarded pot ->
          pot.shares().forEach(share -> add(stream, share.player(), share.amount()));
      case HandEnded _ -> seated.remove(stream);
      default -> {}
    }
  }

  private void add(String stream, int player, Chips change) {
    List<String> names = seated.get(stream);
    if (names == null) {
      throw new IllegalStateException(stream + " moves chips before it is dealt");
    }
    players.computeIfPresent(names.get(player - 1), (_, net) -> net.plus(change));
  }

  /** The results by the players' names. */
  SortedMap<String, Net> players() {
    return Collections.unmodifiableSortedMap(players);
  }

  /** The sum of all results: chips only change hands, so it is zero. */
  Chips total() {
    return Chips.sum(players.values().stream().map(Net::net).toList());
  }
}
