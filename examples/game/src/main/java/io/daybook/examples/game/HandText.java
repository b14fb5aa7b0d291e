package io.daybook.examples.game;

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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A hand of poker in words. */
final class HandText {
  private HandText() {}

  /**
   * All that happened, one thing a line, and what everybody has in the end.
   *
   * @param events from the deal on
   */
  static List<String> of(List<HandEvent> events) {
    var lines = new ArrayList<String>();
    HandState state = HandDecider.initial();
    for (HandEvent event : events) {
      state = HandDecider.evolve(state, event);
      if (state instanceof Table table && !(event instanceof HandEnded)) {
        lines.add(of(event, table));
      }
    }
    if (state instanceof Table table) {
      lines.add("the stacks:");
      table.players().forEach(player -> lines.add(stack(player, table)));
    }
    return lines;
  }

  private static String stack(int player, Table table) {
    Chips stack = table.seat(player).stack();
    Chips change = stack.minus(table.setup().stacks().get(player - 1));
    String sign = change.isPositive() ? "+" : "";
    return "  %-24s%12s  %s".formatted(who(player, table), stack, sign + change).stripTrailing();
  }

  /** What happened, and how the table is after it. */
  private static String of(HandEvent event, Table table) {
    return switch (event) {
      case HandDealt e -> e.name() + ", " + table.size() + " players";
      case AntePosted e -> who(e.player(), table) + " posts an ante of " + e.amount();
      case BlindPosted e ->
          who(e.player(), table) + " posts a blind of " + e.amount() + allIn(e.player(), table);
      case HoleCardsDealt e -> who(e.player(), table) + " gets " + Card.text(e.cards());
      case BoardDealt e -> "the board: " + Card.text(table.board());
      case Checked e -> who(e.player(), table) + " checks";
      case Folded e -> who(e.player(), table) + " folds";
      case Called e -> who(e.player(), table) + " calls " + e.amount() + allIn(e.player(), table);
      case BetMade e -> who(e.player(), table) + " bets to " + e.to() + allIn(e.player(), table);
      case HandShown e ->
          who(e.player(), table) + " shows " + Card.text(e.cards()) + worth(e, table);
      case HandMucked e -> who(e.player(), table) + " mucks";
      case UncalledBetReturned e ->
          who(e.player(), table) + " gets back " + e.amount() + ", which nobody called";
      case PotAwarded e ->
          (e.pot() == 1 ? "the pot of " : "the side pot of ")
              + e.amount()
              + " goes to "
              + e.shares().stream()
                  .map(share ->
                      who(share.player(), table)
                          + (e.shares().size() == 1 ? "" : " (" + share.amount() + ")"))
                  .collect(Collectors.joining(" and "));
      case HandEnded _ -> "the hand is over";
    };
  }

  private static String worth(HandShown shown, Table table) {
    if (table.board().size() < Table.FULL_BOARD) {
      return "";
    }
    var cards = new ArrayList<>(table.board());
    cards.addAll(shown.cards());
    return ": " + HandRank.best(cards).category();
  }

  private static String allIn(int player, Table table) {
    return table.seat(player).stack().isZero() ? ", all in" : "";
  }

  private static String who(int player, Table table) {
    return table.setup().players().get(player - 1);
  }
}
