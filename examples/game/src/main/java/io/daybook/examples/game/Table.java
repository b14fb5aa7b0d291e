package io.daybook.examples.game;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A hand of poker as the events tell it. Players are named by their seats, from 1.
 *
 * @param seats in their order, the first left of the button
 * @param dead chips of the main pot that count for no seat
 * @param lastRaise the largest raise on this street
 * @param turn who is to act; {@link #NOBODY} while cards are to be dealt or shown
 * @param mucked who mucked, in their order
 */
record Table(
    HandName name,
    HandSetup setup,
    List<Seat> seats,
    List<Card> board,
    Chips dead,
    Chips lastRaise,
    int turn,
    List<Integer> mucked,
    boolean ended)
    implements HandState {
  static final int NOBODY = 0;
  static final int FULL_BOARD = 5;

  private static final int FLOP = 3;

  Table {
    seats = List.copyOf(seats);
    board = List.copyOf(board);
    mucked = List.copyOf(mucked);
  }

  static Table of(HandName name, HandSetup setup) {
    List<Seat> seats = setup.stacks().stream().map(Seat::of).toList();
    return new Table(
        name, setup, seats, List.of(), Chips.ZERO, Chips.ZERO, NOBODY, List.of(), false);
  }

  int size() {
    return seats.size();
  }

  Seat seat(int player) {
    return seats.get(player - 1);
  }

  /** The chips that each player has, in the order of the seats. */
  List<Chips> stacks() {
    return seats.stream().map(Seat::stack).toList();
  }

  Stream<Integer> players() {
    return IntStream.rangeClosed(1, size()).boxed();
  }

  /** Those who have not folded. */
  List<Integer> contenders() {
    return players().filter(player -> !seat(player).isFolded()).toList();
  }

  Chips highestBet() {
    return seats.stream().map(Seat::bet).reduce(Chips.ZERO, Chips::max);
  }

  /** The least that a bet or raise goes to, unless the player has no more than less. */
  Chips leastBet() {
    return highestBet().plus(setup.minBet().max(lastRaise));
  }

  /** Whether all players have their cards. */
  boolean isDealt() {
    return seats.stream().allMatch(seat -> seat.cards().size() == Seat.HOLE_CARDS);
  }

  /** Whether two players or more have chips to bet, so that another street has bets. */
  boolean canBetOn() {
    return seats.stream().filter(Seat::canBet).count() > 1;
  }

  /** Whether nothing can be done but show cards, and deal what is missing of the board. */
  boolean isAtShowdown() {
    return isDealt()
        && turn == NOBODY
        && contenders().size() > 1
        && (board.size() == FULL_BOARD || !canBetOn());
  }

  /** How many cards may come to the board now. */
  int boardCardsDue() {
    if (!canBetOn()) {
      return FULL_BOARD - board.size();
    }
    return board.size() < FLOP ? FLOP - board.size() : Math.min(1, FULL_BOARD - board.size());
  }

  /** Whether a card that is known lies on the board or with another player. */
  boolean isDealt(Card card, int exceptPlayer) {
    return board.contains(card)
        || players()
            .anyMatch(player -> player != exceptPlayer && seat(player).cards().contains(card));
  }

  /** Who has to act after that player. */
  private int turnAfter(int player) {
    for (int i = 0; i < size(); i++) {
      int next = (player + i) % size() + 1;
      if (mustAct(next)) {
        return next;
      }
    }
    return NOBODY;
  }

  private boolean mustAct(int player) {
    Seat seat = seat(player);
    if (!seat.canBet() || contenders().size() < 2) {
      return false;
    }
    return highestBet().isMoreThan(seat.bet()) || (!seat.acted() && canBetOn());
  }

  /** After the cards are dealt, the one after the highest blind begins. */
  private int firstTurn() {
    int last = 1;
    for (int player = 1; player <= size(); player++) {
      if (!seat(last).bet().isMoreThan(seat(player).bet())) {
        last = player;
      }
    }
    return turnAfter(last);
  }

  Table withSeat(int player, UnaryOperator<Seat> change) {
    var changed = new ArrayList<>(seats);
    changed.set(player - 1, change.apply(seat(player)));
    return with(changed);
  }

  Table withHoleCards(int player, List<Card> cards) {
    Table dealt = withSeat(player, seat -> seat.withMore(cards));
    return dealt.isDealt() ? dealt.withTurn(dealt.firstTurn()) : dealt;
  }

  Table withBoard(List<Card> cards) {
    var all = new ArrayList<>(board);
    all.addAll(cards);
    List<Seat> onward = seats.stream().map(Seat::onNextStreet).toList();
    var dealt = new Table(name, setup, onward, all, dead, Chips.ZERO, NOBODY, mucked, ended);
    return all.size() < FLOP ? dealt : dealt.withTurn(dealt.turnAfter(size()));
  }

  /** The player has acted, and the next one has to. */
  Table acted(int player) {
    Table after = withSeat(player, seat -> seat.withActed(true));
    return after.withTurn(after.turnAfter(player));
  }

  /** The player has bet or raised: the others have to act again. */
  Table raised(int player, Chips amount, Chips to) {
    Chips raise = to.minus(highestBet());
    List<Seat> waiting = seats.stream().map(seat -> seat.withActed(false)).toList();
    return new Table(name, setup, waiting, board, dead, lastRaise.max(raise), turn, mucked, ended)
        .withSeat(player, seat -> seat.bets(amount))
        .acted(player);
  }

  Table mucks(int player) {
    var all = new ArrayList<>(mucked);
    all.add(player);
    return new Table(name, setup, seats, board, dead, lastRaise, turn, all, ended)
        .withSeat(player, seat -> seat.with(Seat.Status.MUCKED));
  }

  Table plusDead(Chips amount) {
    return new Table(name, setup, seats, board, dead.plus(amount), lastRaise, turn, mucked, ended);
  }

  Table asEnded() {
    return new Table(name, setup, seats, board, dead, lastRaise, NOBODY, mucked, true);
  }

  private Table with(List<Seat> newSeats) {
    return new Table(name, setup, newSeats, board, dead, lastRaise, turn, mucked, ended);
  }

  private Table withTurn(int newTurn) {
    return new Table(name, setup, seats, board, dead, lastRaise, newTurn, mucked, ended);
  }
}
