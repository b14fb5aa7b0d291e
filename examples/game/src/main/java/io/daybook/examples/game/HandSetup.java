package io.daybook.examples.game;

import java.util.List;

/**
 * How a hand begins: who sits at the table with how much. Seats are counted from 1, the first left
 * of the button; the button is the last. Of two players, the second is the button and posts the
 * small blind, though blinds are given from the small one on.
 *
 * @param antes what each seat has to pay into the pot
 * @param antesTrimmed whether an ante counts like a bet, and is cut to what another seat can pay;
 *     otherwise it is a part of the main pot, whoever paid it
 * @param blinds what each seat has to bet before the cards are dealt
 * @param minBet the least bet, and the least by which to raise
 */
record HandSetup(
    List<String> players,
    List<Chips> stacks,
    List<Chips> antes,
    boolean antesTrimmed,
    List<Chips> blinds,
    Chips minBet) {
  HandSetup {
    players = List.copyOf(players);
    stacks = List.copyOf(stacks);
    antes = List.copyOf(antes);
    blinds = List.copyOf(blinds);
  }
}
