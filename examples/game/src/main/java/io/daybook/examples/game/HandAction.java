package io.daybook.examples.game;

import static io.daybook.examples.game.Refused.Reason.INVALID_ACTION;

import io.daybook.examples.game.HandCommand.BetTo;
import io.daybook.examples.game.HandCommand.CheckOrCall;
import io.daybook.examples.game.HandCommand.DealBoard;
import io.daybook.examples.game.HandCommand.DealHole;
import io.daybook.examples.game.HandCommand.Fold;
import io.daybook.examples.game.HandCommand.Muck;
import io.daybook.examples.game.HandCommand.Show;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The notation of actions in the Poker Hand History format (PHH): {@code d dh p1 AhKh}, {@code d db
 * 7d5h9d}, {@code p3 f}, {@code p3 cc}, {@code p3 cbr 210}, {@code p3 sm AhKh}, {@code p3 sm}; what
 * follows a {@code #} is a remark.
 */
final class HandAction {
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern PLAYER = Pattern.compile("p[1-9][0-9]?");
  private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,15}([.][0-9]{1,6})?");

  private HandAction() {}

  /**
   * The command that the text stands for; nothing if it is a remark.
   *
   * @throws Refused if it is neither
   */
  static Optional<HandCommand> parse(String text) {
    int remark = text.indexOf('#');
    String action = (remark < 0 ? text : text.substring(0, remark)).strip();
    if (action.isEmpty()) {
      return Optional.empty();
    }
    String[] words = SPACES.split(action, -1);
    String last = words[words.length - 1];
    String kind = words.length < 2 ? "" : words[1];
    boolean dealer = words[0].equals("d");
    if (dealer && kind.equals("dh") && words.length == 4) {
      return Optional.of(new DealHole(player(words[2]), cards(last)));
    }
    if (dealer && kind.equals("db") && words.length == 3) {
      return Optional.of(new DealBoard(cards(last)));
    }
    int player = player(words[0]);
    HandCommand command =
        switch (kind + " " + words.length) {
          case "f 2" -> new Fold(player);
          case "cc 2" -> new CheckOrCall(player);
          case "cbr 3" -> new BetTo(player, amount(last));
          case "sm 2" -> new Muck(player);
          case "sm 3" -> new Show(player, last.equals("-") ? List.of() : cards(last));
          default ->
              throw new Refused(
                  INVALID_ACTION, "an action is d dh, d db, f, cc, cbr or sm with what it needs");
        };
    return Optional.of(command);
  }

  private static int player(String word) {
    if (!PLAYER.matcher(word).matches()) {
      throw new Refused(INVALID_ACTION, "a player is like p1, not " + word);
    }
    return Integer.parseInt(word.substring(1));
  }

  private static Chips amount(String word) {
    if (!AMOUNT.matcher(word).matches()) {
      throw new Refused(INVALID_ACTION, "an amount is like 210 or 210.5, not " + word);
    }
    return new Chips(new BigDecimal(word));
  }

  private static List<Card> cards(String word) {
    try {
      return Card.parseAll(word);
    } catch (IllegalArgumentException e) {
      throw new Refused(INVALID_ACTION, String.valueOf(e.getMessage()));
    }
  }
}
