package io.daybook.examples.game;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.InMemoryStore;
import io.daybook.examples.game.HandEvent.BlindPosted;
import io.daybook.examples.game.HandEvent.HandDealt;
import io.daybook.examples.game.HandEvent.HandEnded;
import io.daybook.examples.game.HandEvent.PotAwarded;
import io.daybook.examples.game.HandEvent.Share;
import io.daybook.examples.game.NetResults.Net;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What players won or lost over many hands, counted in parallel: the same as one by one. */
class NetResultsTest {
  private static final int HANDS = 200;

  private final InMemoryStore store = new InMemoryStore();
  private final PokerRoom room = new PokerRoom(store);

  /** The players change seats, and the stakes are not whole. */
  private static List<HandEvent> hand(int number) {
    var names = new ArrayList<>(List.of("Ana", "Ben", "Cleo"));
    Collections.rotate(names, number);
    Chips stake = new Chips(new BigDecimal(number + 1).movePointLeft(1));
    List<Chips> stacks = List.of(Chips.of(100), Chips.of(100), Chips.of(100));
    List<Chips> none = List.of(Chips.ZERO, Chips.ZERO, Chips.ZERO);
    var setup =
        new HandSetup(
            names.subList(0, 2 + number % 2),
            stacks.subList(0, 2 + number % 2),
            none.subList(0, 2 + number % 2),
            true,
            none.subList(0, 2 + number % 2),
            Chips.of(1));
    return List.of(
        new HandDealt(new HandName(String.valueOf(number), true, null), setup),
        new BlindPosted(1, stake),
        new BlindPosted(2, stake),
        new PotAwarded(1, stake.plus(stake), List.of(new Share(1, stake.plus(stake)))),
        new HandEnded());
  }

  /** As it is counted without a store. */
  private static Map<String, Net> oneByOne(int hands) {
    var net = new NetResults();
    for (int i = 0; i < hands; i++) {
      String stream = "hand-" + i;
      hand(i).forEach(event -> net.apply(stream, event));
    }
    return new TreeMap<>(net.players());
  }

  private void play(int from, int to) {
    var hands = new LinkedHashMap<String, List<HandEvent>>();
    for (int i = from; i < to; i++) {
      hands.put(String.valueOf(i), hand(i));
    }
    room.record(hands);
  }

  @Test
  void areTheSameHoweverManyCountThem() {
    play(0, HANDS);
    assertThat(room.net().players()).isEqualTo(oneByOne(HANDS));
    assertThat(room.net().total().isZero()).isTrue();
  }

  @Test
  void areKeptCurrentWhileMoreIsPlayed() {
    play(0, HANDS / 2);
    try (var model = room.followNet()) {
      model.awaitHead(Duration.ofSeconds(60));
      assertThat(PokerRoom.net(model).players()).isEqualTo(oneByOne(HANDS / 2));
      play(HANDS / 2, HANDS);
      model.awaitHead(Duration.ofSeconds(60));
      assertThat(PokerRoom.net(model).players()).isEqualTo(oneByOne(HANDS));
      // the hands are shared among the views, each whole in one
      assertThat(model.queryAll(view -> view.players().isEmpty())).hasSize(4).containsOnly(false);
    }
  }

  @Test
  void ofNoHandAreNone() {
    assertThat(room.net().players()).isEmpty();
    assertThat(room.net().total().isZero()).isTrue();
  }
}
