package io.daybook.examples.game;

import static io.daybook.examples.game.Hands.history;
import static io.daybook.examples.game.Hands.setup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.examples.game.HandCommand.BetTo;
import io.daybook.examples.game.HandCommand.CheckOrCall;
import io.daybook.examples.game.HandCommand.DealBoard;
import io.daybook.examples.game.HandCommand.DealHole;
import io.daybook.examples.game.HandCommand.Fold;
import io.daybook.examples.game.HandCommand.Muck;
import io.daybook.examples.game.HandCommand.Show;
import io.daybook.examples.game.HandHistory.BadHandException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The notation of actions, and how a hand that can't be used is spoken of. */
class HandHistoryTest {
  private static List<Card> cards(String text) {
    return Card.parseAll(text);
  }

  @Test
  void readsTheNotation() {
    assertThat(HandAction.parse("d dh p1 AhK?")).contains(new DealHole(1, cards("AhK?")));
    assertThat(HandAction.parse("d db 7d5h9d")).contains(new DealBoard(cards("7d5h9d")));
    assertThat(HandAction.parse("p10 f")).contains(new Fold(10));
    assertThat(HandAction.parse(" p3  cc ")).contains(new CheckOrCall(3));
    assertThat(HandAction.parse("p3 cbr 0210.50"))
        .contains(new BetTo(3, Hands.chips("210.5").getFirst()));
    assertThat(HandAction.parse("p3 sm AhKh")).contains(new Show(3, cards("AhKh")));
    assertThat(HandAction.parse("p3 sm -")).contains(new Show(3, List.of()));
    assertThat(HandAction.parse("p3 sm")).contains(new Muck(3));
    assertThat(HandAction.parse("p3 cbr 7000 # he thinks for long")).isPresent();
    assertThat(HandAction.parse("# a remark")).isEmpty();
    assertThat(HandAction.parse("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p3",
        "p0 f",
        "p3 x",
        "p3 f 5",
        "p3 cbr",
        "p3 cbr -5",
        "p3 cbr 1e5",
        "p3 cbr x",
        "3 f",
        "p3 cbr 1234567890123456",
        "d",
        "d dh",
        "d dh p1",
        "d dh x AhKh",
        "d dh p1 Ah5",
        "d db",
        "d db XX",
        "d xx AhKh",
        "p3 sm A",
        "p3 check",
        "P3 f",
        "p3 pb",
        "p3 sd"
      })
  void refusesWhatIsNoAction(String text) {
    assertThatThrownBy(() -> HandAction.parse(text))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.reason()).isEqualTo("invalid-action"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "p3 cbr 101|hand 1, action 4 \"p3 cbr 101\": bet-over-stack: p3 can bet to 100, not to 101",
        "p1 cc|hand 1, action 4 \"p1 cc\": out-of-turn: it is p3's turn, not p1's",
        "p3 huh|hand 1, action 4 \"p3 huh\": invalid-action: an action is d dh, d db, f, cc, cbr or"
            + " sm with what it needs",
        "p3 f|hand 1, end: hand-not-over: the hand is not played to its end: p1 has to act"
      })
  void namesTheHandAndTheAction(String action, String message) {
    assertThatThrownBy(() -> history(setup("100 100 100"), "", action).events())
        .isInstanceOf(BadHandException.class)
        .hasMessage(message);
  }

  @Test
  void namesTheDeal() {
    assertThatThrownBy(() -> history(setup("100"), "").events())
        .isInstanceOf(BadHandException.class)
        .hasMessage("hand 1, deal: invalid-table: 2 to 10 play, not 1");
  }

  @Test
  void isKnownByItsDigest() {
    var one = history(setup("100 100"), "", "p2 f");
    assertThat(one.digest())
        .hasSize(32)
        .isEqualTo(history(setup("100 100"), "", "p2 f").digest())
        .isNotEqualTo(history(setup("100 101"), "", "p2 f").digest())
        .isNotEqualTo(history(setup("100 100"), "", "p2 f ").digest());
  }
}
