package io.daybook.examples.game;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.examples.game.HandCommand.BetTo;
import io.daybook.examples.game.HandCommand.CheckOrCall;
import io.daybook.examples.game.HandCommand.Deal;
import io.daybook.examples.game.HandCommand.DealBoard;
import io.daybook.examples.game.HandCommand.DealHole;
import io.daybook.examples.game.HandCommand.EndHand;
import io.daybook.examples.game.HandCommand.Fold;
import io.daybook.examples.game.HandCommand.Muck;
import io.daybook.examples.game.HandCommand.Show;
import io.daybook.examples.game.HandEvent.HandEnded;
import io.daybook.examples.game.HandEvent.PotAwarded;
import io.daybook.examples.game.HandEvent.UncalledBetReturned;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hands played at random, by two to ten players with stacks of all sizes: each comes to its end, no
 * chip is lost, and the pots are those that another way of counting finds, chip by chip.
 */
@Tag("long")
class RandomHandsTest {
  private static final int HANDS = 150;

  /** Divisible by all numbers of winners: a chip's share in so many parts is a whole number. */
  private static final long PARTS = 2_520;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void comeToAnEndThatAddsUp(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < HANDS; i++) {
      new Hand(random, "seed " + seed + ", hand " + i).play();
    }
  }

  private static final class Hand {
    private final Random random;
    private final String name;
    private final List<Card> deck = new ArrayList<>();
    private final List<HandEvent> events = new ArrayList<>();
    private HandState state = HandDecider.initial();

    Hand(Random random, String name) {
      this.random = random;
      this.name = name;
      int lowest = random.nextBoolean() ? 2 : 8;
      for (int rank = lowest; rank <= Card.ACE; rank++) {
        for (char suit : new char[] {'c', 'd', 'h', 's'}) {
          deck.add(new Card(rank, suit));
        }
      }
      Collections.shuffle(deck, random);
    }

    private Table table() {
      return (Table) state;
    }

    void play() {
      int size = 2 + random.nextInt(9);
      String stacks =
          String.join(
              " ", IntStream.range(0, size).mapToObj(_ -> "" + (1 + random.nextInt(150))).toList());
      boolean trimmed = random.nextBoolean();
      String antes =
          trimmed && random.nextBoolean() ? String.join(" ", Collections.nCopies(size, "3")) : "0";
      carryOut(
          new Deal(
              Hands.name(),
              Hands.setup(
                  stacks, antes, trimmed, size > 2 && random.nextBoolean() ? "5 10 20" : "5 10")));
      for (int player = 1; player <= size; player++) {
        carryOut(new DealHole(player, draw(2)));
      }
      for (int steps = 0; !table().ended(); steps++) {
        assertThat(steps).as(name).isLessThan(1_000);
        carryOut(next());
      }
      check();
    }

    private List<Card> draw(int count) {
      var drawn = new ArrayList<Card>();
      for (int i = 0; i < count; i++) {
        drawn.add(deck.removeLast());
      }
      return drawn;
    }

    private HandCommand next() {
      Table table = table();
      int turn = table.turn();
      if (turn != Table.NOBODY) {
        return bet(turn, table);
      }
      if (table.board().size() < Table.FULL_BOARD) {
        return new DealBoard(draw(Math.min(table.boardCardsDue(), 3)));
      }
      List<Integer> toShow =
          table.contenders().stream().filter(player -> table.seat(player).isToShow()).toList();
      int player = toShow.get(random.nextInt(toShow.size()));
      return switch (random.nextInt(8)) {
        case 0 -> new EndHand();
        case 1 -> new Muck(player);
        default -> new Show(player, table.seat(player).cards());
      };
    }

    private HandCommand bet(int player, Table table) {
      Seat seat = table.seat(player);
      Chips most = seat.bet().plus(seat.stack());
      Chips amount = random.nextInt(3) == 0 ? most : table.leastBet().min(most);
      boolean someoneCanCall =
          table.contenders().stream()
              .filter(other -> other != player)
              .map(table::seat)
              .anyMatch(other -> other.bet().plus(other.stack()).isMoreThan(table.highestBet()));
      return switch (random.nextInt(6)) {
        case 0 -> new Fold(player);
        case 1, 2 ->
            someoneCanCall && amount.isMoreThan(table.highestBet())
                ? new BetTo(player, amount)
                : new CheckOrCall(player);
        default -> new CheckOrCall(player);
      };
    }

    private void carryOut(HandCommand command) {
      for (HandEvent event : HandDecider.decide(command, state)) {
        events.add(event);
        state = HandDecider.evolve(state, event);
      }
    }

    private void check() {
      Table table = table();
      assertThat(Chips.sum(table.stacks())).as(name).isEqualTo(Chips.sum(table.setup().stacks()));
      assertThat(events.getLast()).as(name).isInstanceOf(HandEnded.class);
      boolean odd =
          events.stream()
              .filter(PotAwarded.class::isInstance)
              .map(e -> ((PotAwarded) e).shares().size())
              .anyMatch(winners -> winners % 3 == 0 || winners == 7);
      long[] expected = expected(table);
      for (int player = 1; player <= table.size(); player++) {
        BigDecimal exact =
            new BigDecimal(expected[player - 1])
                .divide(new BigDecimal(PARTS), 6, RoundingMode.HALF_UP);
        BigDecimal off = table.seat(player).stack().amount().subtract(exact).abs();
        // halves that no fraction can express go to someone: less than one chip a pot
        BigDecimal allowed = odd ? new BigDecimal(table.size()) : BigDecimal.ZERO;
        assertThat(off.setScale(5, RoundingMode.HALF_UP))
            .as("%s, p%d of %s", name, player, events)
            .isLessThanOrEqualTo(allowed);
      }
    }

    /** Chip by chip: the n-th chip of all who put in n or more goes to the best of those. */
    private long[] expected(Table table) {
      int[] paid = new int[table.size()];
      long[] stacks = new long[table.size()];
      int returned = 0;
      int returnedTo = 0;
      for (HandEvent event : events) {
        if (event instanceof UncalledBetReturned r) {
          returned = r.amount().amount().intValueExact();
          returnedTo = r.player();
        }
      }
      for (int i = 0; i < paid.length; i++) {
        int start = table.setup().stacks().get(i).amount().intValueExact();
        paid[i] = table.seat(i + 1).paid().amount().intValueExact();
        stacks[i] = (start - paid[i]) * PARTS;
        assertThat(returnedTo == i + 1 ? returned + paid[i] : paid[i]).isLessThanOrEqualTo(start);
      }
      for (int chip = 1; chip <= 200; chip++) {
        int level = chip;
        long layer = IntStream.of(paid).filter(p -> p >= level).count();
        List<Integer> in =
            table.contenders().stream().filter(player -> paid[player - 1] >= level).toList();
        if (layer == 0) {
          break;
        }
        List<Integer> winners = winners(table, in);
        winners.forEach(player -> stacks[player - 1] += layer * PARTS / winners.size());
      }
      return stacks;
    }

    private static List<Integer> winners(Table table, List<Integer> in) {
      List<Integer> showing =
          in.stream().filter(player -> table.seat(player).status() != Seat.Status.MUCKED).toList();
      if (showing.isEmpty()) {
        return List.of(
            table.mucked().reversed().stream().filter(in::contains).findFirst().orElseThrow());
      }
      if (showing.size() == 1) {
        return showing;
      }
      List<HandRank> ranks = showing.stream().map(player -> rank(table, player)).toList();
      HandRank best = Collections.max(ranks);
      return showing.stream().filter(player -> rank(table, player).equals(best)).toList();
    }

    private static HandRank rank(Table table, int player) {
      var cards = new ArrayList<>(table.board());
      cards.addAll(table.seat(player).cards());
      return HandRank.best(cards);
    }
  }
}
