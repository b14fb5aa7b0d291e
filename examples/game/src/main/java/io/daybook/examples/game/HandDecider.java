package io.daybook.examples.game;

import static io.daybook.examples.game.Refused.Reason.*;
import static io.daybook.examples.game.Refused.require;

import io.daybook.examples.game.HandCommand.BetTo;
import io.daybook.examples.game.HandCommand.Call;
import io.daybook.examples.game.HandCommand.Check;
import io.daybook.examples.game.HandCommand.CheckOrCall;
import io.daybook.examples.game.HandCommand.Deal;
import io.daybook.examples.game.HandCommand.DealBoard;
import io.daybook.examples.game.HandCommand.DealHole;
import io.daybook.examples.game.HandCommand.EndHand;
import io.daybook.examples.game.HandCommand.Fold;
import io.daybook.examples.game.HandCommand.Muck;
import io.daybook.examples.game.HandCommand.Show;
import io.daybook.examples.game.HandEvent.AntePosted;
import io.daybook.examples.game.HandEvent.BetMade;
import io.daybook.examples.game.HandEvent.BlindPosted;
import io.daybook.examples.game.HandEvent.BoardDealt;
import io.daybook.examples.game.HandEvent.Called;
import io.daybook.examples.game.HandEvent.Checked;
import io.daybook.examples.game.HandEvent.Folded;
import io.daybook.examples.game.HandEvent.HandDealt;
import io.daybook.examples.game.HandEvent.HandEnded;
import io.daybook.examples.game.HandEvent.HandMucked;
import io.daybook.examples.game.HandEvent.HandShown;
import io.daybook.examples.game.HandEvent.HoleCardsDealt;
import io.daybook.examples.game.HandEvent.PotAwarded;
import io.daybook.examples.game.HandEvent.UncalledBetReturned;
import io.daybook.examples.game.HandState.NotDealt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * The rules of no-limit Texas hold'em: which events an action leads to, and what an event changes.
 *
 * <ul>
 *   <li>The first to act is the one after the highest blind, and on later streets the first left of
 *       the button. Who has fewer chips than a blind, an ante or a call puts in what there is.
 *   <li>A bet is the table's least bet at least; a raise raises by the last raise at least, unless
 *       the player puts in all there is. Whether such a short raise lets others raise again is a
 *       matter of the house, and is allowed. Nobody raises when nobody is left who could call.
 *   <li>What is to be called is the highest bet that is really in.
 *   <li>When the hand is over, what nobody called is returned, and each {@link Pot} goes to the
 *       best five of seven cards.
 *   <li>At the showdown the order is free, and cards speak. When all bets are in, cards may be
 *       shown before the board is complete.
 *   <li>A hand that ends without a word about the showdown shows all cards that are known.
 * </ul>
 */
final class HandDecider {
  private static final int FEWEST_PLAYERS = 2;
  private static final int MOST_PLAYERS = 10;

  private HandDecider() {}

  static HandState initial() {
    return new NotDealt();
  }

  /**
   * The events that the command leads to.
   *
   * @throws Refused if the rules don't allow it
   */
  static List<HandEvent> decide(HandCommand command, HandState state) {
    return switch (state) {
      case NotDealt _ when command instanceof Deal(var name, var setup) -> deal(name, setup);
      case NotDealt _ -> throw new Refused(HAND_NOT_DEALT, "a hand begins with its deal");
      case Table table -> settled(table, decide(command, table));
    };
  }

  private static List<HandEvent> decide(HandCommand command, Table table) {
    if (table.ended()) {
      require(
          command instanceof EndHand,
          HAND_IS_OVER,
          () -> table.name() + " is over, the pot is paid");
      return List.of();
    }
    return switch (command) {
      case Deal _ -> throw new Refused(HAND_EXISTS, table.name() + " is dealt already");
      case DealHole(var player, var cards) -> dealHole(player, cards, table);
      case DealBoard(var cards) -> dealBoard(cards, table);
      case Fold(var player) -> {
        requireTurn(player, table);
        yield List.of(new Folded(player));
      }
      case Check(var player) -> check(player, table);
      case Call(var player) -> call(player, table);
      case CheckOrCall(var player) ->
          owes(player, table) ? call(player, table) : check(player, table);
      case BetTo bet -> bet(bet, table);
      case Show(var player, var cards) -> show(player, cards, table);
      case Muck(var player) -> {
        requireShowdown(player, table);
        yield List.of(new HandMucked(player));
      }
      case EndHand _ -> end(table);
    };
  }

  private static List<HandEvent> deal(HandName name, HandSetup setup) {
    int size = setup.players().size();
    require(
        size >= FEWEST_PLAYERS && size <= MOST_PLAYERS,
        INVALID_TABLE,
        () -> FEWEST_PLAYERS + " to " + MOST_PLAYERS + " play, not " + size);
    require(
        setup.stacks().size() == size
            && setup.antes().size() == size
            && setup.blinds().size() == size,
        INVALID_TABLE,
        () -> "each of " + size + " players has a stack, an ante and a blind");
    require(
        setup.stacks().stream().allMatch(Chips::isPositive),
        INVALID_TABLE,
        () -> "every player has chips, not " + setup.stacks());
    require(
        setup.antes().stream().noneMatch(Chips::isNegative)
            && setup.blinds().stream().noneMatch(Chips::isNegative)
            && setup.minBet().isPositive(),
        INVALID_TABLE,
        () -> "antes and blinds are 0 or more, the least bet is more than 0");
    var events = new ArrayList<HandEvent>();
    events.add(new HandDealt(name, setup));
    var antes = new ArrayList<Chips>();
    for (int i = 0; i < size; i++) {
      antes.add(setup.antes().get(posting(i, size)).min(setup.stacks().get(i)));
    }
    Chips mostCalled = antes.stream().sorted(Comparator.reverseOrder()).toList().get(1);
    for (int i = 0; i < size; i++) {
      Chips ante = setup.antesTrimmed() ? antes.get(i).min(mostCalled) : antes.get(i);
      antes.set(i, ante);
      if (ante.isPositive()) {
        events.add(new AntePosted(i + 1, ante));
      }
    }
    for (int i = 0; i < size; i++) {
      Chips left = setup.stacks().get(i).minus(antes.get(i));
      Chips blind = setup.blinds().get(posting(i, size)).min(left);
      if (blind.isPositive()) {
        events.add(new BlindPosted(i + 1, blind));
      }
    }
    return events;
  }

  /** Of two players, the second posts what is named first. */
  private static int posting(int index, int size) {
    return size == 2 ? 1 - index : index;
  }

  private static List<HandEvent> dealHole(int player, List<Card> cards, Table table) {
    requirePlayer(player, table);
    int had = table.seat(player).cards().size();
    require(
        !cards.isEmpty() && had + cards.size() <= Seat.HOLE_CARDS,
        TOO_MANY_CARDS,
        () -> "p" + player + " gets two cards, not " + (had + cards.size()));
    requireNew(cards, Table.NOBODY, table);
    return List.of(new HoleCardsDealt(player, cards));
  }

  private static List<HandEvent> dealBoard(List<Card> cards, Table table) {
    requireDealt(table);
    require(
        table.turn() == Table.NOBODY,
        BETTING_OPEN,
        () -> "p" + table.turn() + " has to act before the next cards");
    int due = table.boardCardsDue();
    require(
        !cards.isEmpty() && cards.size() <= due,
        TOO_MANY_CARDS,
        () -> due + " cards are due on the board, not " + cards.size());
    require(
        cards.stream().allMatch(Card::isKnown),
        CARD_UNKNOWN,
        () -> "everybody knows the board, but not " + Card.text(cards));
    requireNew(cards, Table.NOBODY, table);
    return List.of(new BoardDealt(cards));
  }

  private static List<HandEvent> check(int player, Table table) {
    if (!mayCheckAfterAll(player, table)) {
      requireTurn(player, table);
    }
    require(
        !owes(player, table),
        CHECK_FACING_BET,
        () -> "p" + player + " faces a bet to " + table.highestBet() + ": call, raise or fold");
    return List.of(new Checked(player));
  }

  /**
   * Some histories let a player check who has chips and nothing to call, though all the others are
   * all in: it changes nothing.
   */
  private static boolean mayCheckAfterAll(int player, Table table) {
    return player >= 1
        && player <= table.size()
        && table.isDealt()
        && table.turn() == Table.NOBODY
        && table.seat(player).canBet()
        && !table.seat(player).acted()
        && !table.canBetOn();
  }

  private static List<HandEvent> call(int player, Table table) {
    requireTurn(player, table);
    require(
        owes(player, table), NOTHING_TO_CALL, () -> "p" + player + " has no bet to call: check");
    Seat seat = table.seat(player);
    return List.of(new Called(player, table.highestBet().minus(seat.bet()).min(seat.stack())));
  }

  private static boolean owes(int player, Table table) {
    requirePlayer(player, table);
    return table.highestBet().isMoreThan(table.seat(player).bet());
  }

  private static List<HandEvent> bet(BetTo bet, Table table) {
    int player = bet.player();
    Chips to = bet.to();
    requireTurn(player, table);
    Seat seat = table.seat(player);
    Chips most = seat.bet().plus(seat.stack());
    Chips highest = table.highestBet();
    require(
        !to.isMoreThan(most),
        BET_OVER_STACK,
        () -> "p" + player + " can bet to " + most + ", not to " + to);
    boolean enough =
        to.isMoreThan(highest) && (to.equals(most) || !table.leastBet().isMoreThan(to));
    require(
        enough,
        BET_TOO_SMALL,
        () -> "p" + player + " can bet to " + table.leastBet() + " or more, not to " + to);
    require(
        table.contenders().stream()
            .filter(other -> other != player)
            .map(table::seat)
            .anyMatch(other -> other.bet().plus(other.stack()).isMoreThan(highest)),
        NOBODY_TO_CALL,
        () -> "p" + player + " can't bet to " + to + ": all the others are all in");
    return List.of(new BetMade(player, to.minus(seat.bet()), to));
  }

  private static List<HandEvent> show(int player, List<Card> shown, Table table) {
    requireShowdown(player, table);
    List<Card> dealt = table.seat(player).cards();
    List<Card> cards = shown.isEmpty() ? dealt : shown;
    require(
        cards.size() == Seat.HOLE_CARDS && cards.stream().allMatch(Card::isKnown),
        CARD_UNKNOWN,
        () -> "p" + player + " shows two known cards, not " + Card.text(cards));
    boolean same =
        (dealt.getFirst().mayBe(cards.getFirst()) && dealt.getLast().mayBe(cards.getLast()))
            || (dealt.getFirst().mayBe(cards.getLast()) && dealt.getLast().mayBe(cards.getFirst()));
    require(
        same,
        CARDS_DIFFER,
        () -> "p" + player + " was dealt " + Card.text(dealt) + ", not " + Card.text(cards));
    requireNew(cards, player, table);
    return List.of(new HandShown(player, cards));
  }

  /** Nothing more is told: whoever should still show, shows. */
  private static List<HandEvent> end(Table table) {
    require(
        table.isAtShowdown() && table.board().size() == Table.FULL_BOARD,
        HAND_NOT_OVER,
        () -> "the hand is not played to its end: " + whatIsMissing(table));
    var events = new ArrayList<HandEvent>();
    for (int player : table.contenders()) {
      Seat seat = table.seat(player);
      if (seat.isToShow()) {
        boolean unopposed = table.mucked().size() == table.contenders().size() - 1;
        require(
            seat.hasKnownCards() || unopposed,
            HAND_NOT_OVER,
            () -> "p" + player + " neither shows nor mucks, and the cards are not known");
        events.add(
            seat.hasKnownCards() ? new HandShown(player, seat.cards()) : new HandMucked(player));
      }
    }
    return events;
  }

  private static String whatIsMissing(Table table) {
    if (!table.isDealt()) {
      return "cards are to be dealt";
    }
    return table.turn() == Table.NOBODY
        ? "the board has " + table.board().size() + " cards"
        : "p" + table.turn() + " has to act";
  }

  /** The events and, if the hand is over with them, what happens to the chips. */
  private static List<HandEvent> settled(Table before, List<HandEvent> events) {
    Table table = evolveAll(before, events);
    boolean over =
        table.contenders().size() == 1
            || (table.isAtShowdown()
                && table.board().size() == Table.FULL_BOARD
                && table.seats().stream().noneMatch(Seat::isToShow));
    if (before.ended() || !over) {
      return events;
    }
    var all = new ArrayList<>(events);
    returnUncalled(table, all);
    Table called = evolveAll(before, all);
    int number = 0;
    for (Pot pot : Pot.of(called)) {
      number++;
      all.add(new PotAwarded(number, pot.amount(), pot.shares(called)));
    }
    all.add(new HandEnded());
    Chips total = Chips.sum(evolveAll(before, all).stacks());
    if (!total.equals(Chips.sum(before.setup().stacks()))) {
      throw new IllegalStateException(before.name() + " ends with " + total + " chips: " + all);
    }
    return all;
  }

  private static void returnUncalled(Table table, List<HandEvent> events) {
    List<Integer> byPaid =
        table
            .players()
            .sorted(Comparator.comparing((Integer player) -> table.seat(player).paid()).reversed())
            .toList();
    int first = byPaid.getFirst();
    Chips uncalled = table.seat(first).paid().minus(table.seat(byPaid.get(1)).paid());
    if (uncalled.isPositive() && !table.seat(first).isFolded()) {
      events.add(new UncalledBetReturned(first, uncalled));
    }
  }

  private static Table evolveAll(Table table, List<HandEvent> events) {
    for (HandEvent event : events) {
      table = evolve(table, event);
    }
    return table;
  }

  /** The hand with one more event. */
  static HandState evolve(HandState state, HandEvent event) {
    return switch (state) {
      case NotDealt _ when event instanceof HandDealt(var name, var setup) -> Table.of(name, setup);
      case NotDealt _ -> throw new IllegalStateException("a hand's first event can't be " + event);
      case Table table -> evolve(table, event);
    };
  }

  private static Table evolve(Table table, HandEvent event) {
    return switch (event) {
      case HandDealt _ -> throw new IllegalStateException("dealt twice: " + event);
      case AntePosted(var player, var amount) ->
          table.setup().antesTrimmed()
              ? table.withSeat(player, seat -> seat.paysAnte(amount))
              : table.withSeat(player, seat -> seat.paysDead(amount)).plusDead(amount);
      case BlindPosted(var player, var amount) -> table.withSeat(player, seat -> seat.bets(amount));
      case HoleCardsDealt(var player, var cards) -> table.withHoleCards(player, cards);
      case BoardDealt(var cards) -> table.withBoard(cards);
      case Checked(var player) -> table.acted(player);
      case Called(var player, var amount) ->
          table.withSeat(player, seat -> seat.bets(amount)).acted(player);
      case BetMade(var player, var amount, var to) -> table.raised(player, amount, to);
      case Folded(var player) ->
          table.withSeat(player, seat -> seat.with(Seat.Status.FOLDED)).acted(player);
      case HandShown(var player, var cards) ->
          table.withSeat(player, seat -> seat.withCards(cards).with(Seat.Status.SHOWN));
      case HandMucked(var player) -> table.mucks(player);
      case UncalledBetReturned(var player, var amount) ->
          table.withSeat(player, seat -> seat.getsBack(amount));
      case PotAwarded(_, _, var shares) -> {
        Table paid = table;
        for (HandEvent.Share share : shares) {
          paid = paid.withSeat(share.player(), seat -> seat.gets(share.amount()));
        }
        yield paid;
      }
      case HandEnded _ -> table.asEnded();
    };
  }

  private static void requirePlayer(int player, Table table) {
    require(
        player >= 1 && player <= table.size(),
        UNKNOWN_PLAYER,
        () -> "p1 to p" + table.size() + " play, not p" + player);
  }

  private static void requireDealt(Table table) {
    require(table.isDealt(), CARDS_NOT_DEALT, () -> "not all players have their two cards");
  }

  private static void requireTurn(int player, Table table) {
    requirePlayer(player, table);
    requireDealt(table);
    require(
        table.turn() != Table.NOBODY,
        BETTING_CLOSED,
        () -> "p" + player + " can't act: the bets of this street are in");
    require(
        table.turn() == player,
        OUT_OF_TURN,
        () -> "it is p" + table.turn() + "'s turn, not p" + player + "'s");
  }

  private static void requireShowdown(int player, Table table) {
    requirePlayer(player, table);
    require(
        table.isAtShowdown() && table.seat(player).isToShow(),
        NOT_AT_SHOWDOWN,
        () -> "p" + player + " has nothing to show or to muck now");
  }

  private static void requireNew(List<Card> cards, int player, Table table) {
    var seen = new HashSet<Card>();
    for (Card card : cards) {
      require(
          !card.isKnown() || (seen.add(card) && !table.isDealt(card, player)),
          CARD_DEALT_TWICE,
          () -> card + " is dealt twice");
    }
  }
}
