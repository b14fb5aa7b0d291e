package io.daybook.examples.game;

import static io.daybook.examples.game.Hands.name;
import static io.daybook.examples.game.Hands.setup;
import static org.assertj.core.api.Assertions.assertThat;

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
import io.daybook.examples.game.HandEvent.Called;
import io.daybook.examples.game.HandEvent.Checked;
import io.daybook.examples.game.HandEvent.Folded;
import io.daybook.examples.game.HandEvent.HandDealt;
import io.daybook.examples.game.HandEvent.HandEnded;
import io.daybook.examples.game.HandEvent.HandMucked;
import io.daybook.examples.game.HandEvent.HandShown;
import io.daybook.examples.game.HandEvent.PotAwarded;
import io.daybook.examples.game.HandEvent.Share;
import io.daybook.examples.game.HandEvent.UncalledBetReturned;
import io.daybook.testkit.Scenario;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every rule of poker, and every way to be refused. */
class HandRulesTest {
  private static final Scenario<HandCommand, HandEvent, HandState> NOTHING =
      Scenario.of(PokerRoom.DECIDER);

  private static List<Card> cards(String text) {
    return Card.parseAll(text);
  }

  private static Deal deal(HandSetup setup) {
    return new Deal(name(), setup);
  }

  /** Three with 100 each, who have their cards: it is the turn of p3. */
  private static Scenario<HandCommand, HandEvent, HandState> three() {
    return table(setup("100 100 100"), "AcAd", "KcKd", "QcQd");
  }

  private static Scenario<HandCommand, HandEvent, HandState> table(
      HandSetup setup, String... holes) {
    var scenario = NOTHING.givenCommands(deal(setup));
    for (int i = 0; i < holes.length; i++) {
      scenario = scenario.givenCommands(new DealHole(i + 1, cards(holes[i])));
    }
    return scenario;
  }

  private static BetTo bet(int player, int to) {
    return new BetTo(player, Chips.of(to));
  }

  private static Chips of(int amount) {
    return Chips.of(amount);
  }

  @Nested
  class Dealing {
    @Test
    void postsBlinds() {
      NOTHING
          .when(deal(setup("100 100 100")))
          .thenEvents(
              new HandDealt(name(), setup("100 100 100")),
              new BlindPosted(1, of(5)),
              new BlindPosted(2, of(10)));
    }

    @Test
    void lettsTheButtonPostTheSmallBlindHeadsUp() {
      var setup = setup("100 100");
      NOTHING
          .when(deal(setup))
          .thenEvents(
              new HandDealt(name(), setup), new BlindPosted(1, of(10)), new BlindPosted(2, of(5)));
      table(setup, "AcAd", "KcKd").when(new Call(2)).thenEvents(new Called(2, of(5)));
      table(setup, "AcAd", "KcKd")
          .givenCommands(new Call(2), new Check(1), new DealBoard(cards("2c3d7h")))
          .when(new Check(2))
          .thenRejected("out-of-turn");
    }

    @Test
    void postsAntesBeforeBlindsAndForLessIfNeedBe() {
      var setup = setup("100 8 3 100", "4 4 4 4", false, "5 10");
      NOTHING
          .when(deal(setup))
          .thenEvents(
              new HandDealt(name(), setup),
              new AntePosted(1, of(4)),
              new AntePosted(2, of(4)),
              new AntePosted(3, of(3)),
              new AntePosted(4, of(4)),
              new BlindPosted(1, of(5)),
              new BlindPosted(2, of(4)));
    }

    @Test
    void trimsAntesToWhatAnotherCanPay() {
      var setup = setup("100 8 3", "20 20 20", true, "5 10");
      NOTHING
          .when(deal(setup))
          .thenEvents(
              new HandDealt(name(), setup),
              new AntePosted(1, of(8)),
              new AntePosted(2, of(8)),
              new AntePosted(3, of(3)),
              new BlindPosted(1, of(5)));
    }

    @Test
    void letsTheOneAfterAStraddleBegin() {
      var straddled =
          table(setup("100 100 100 100", "0", true, "5 10 20"), "AcAd", "KcKd", "QcQd", "JcJd");
      straddled.when(new Fold(1)).thenRejected("out-of-turn");
      straddled.when(new Call(4)).thenEvents(new Called(4, of(20)));
      straddled.when(bet(4, 29)).thenRejected("bet-too-small");
      straddled
          .givenCommands(new Call(4), new Call(1), new Call(2))
          .when(new Check(3))
          .thenEvents(new Checked(3));
    }

    @Test
    void refusesTablesThatAreNone() {
      NOTHING.when(deal(setup("100"))).thenRejected("invalid-table");
      NOTHING.when(deal(setup("1 1 1 1 1 1 1 1 1 1 1"))).thenRejected("invalid-table");
      NOTHING.when(deal(setup("100 0"))).thenRejected("invalid-table");
      NOTHING.when(deal(setup("100 100", "-1", true, "5 10"))).thenRejected("invalid-table");
      NOTHING.when(deal(setup("100 100", "0", true, "5 -10"))).thenRejected("invalid-table");
      NOTHING.when(new Fold(1)).thenRejected("hand-not-dealt");
      three().when(deal(setup("1 1"))).thenRejected("hand-exists");
    }

    @Test
    void dealsTwoCardsToEachPlayerOneOrTwoAtATime() {
      var dealt = NOTHING.givenCommands(deal(setup("100 100")), new DealHole(1, cards("Ac")));
      dealt.when(new DealHole(1, cards("AdAh"))).thenRejected("too-many-cards");
      dealt.when(new DealHole(2, cards("Ac??"))).thenRejected("card-dealt-twice");
      dealt.when(new DealHole(2, cards("KcKc"))).thenRejected("card-dealt-twice");
      dealt.when(new DealHole(3, cards("AdAh"))).thenRejected("unknown-player");
      dealt.when(new Call(2)).thenRejected("cards-not-dealt");
      dealt.when(new DealBoard(cards("2c3d7h"))).thenRejected("cards-not-dealt");
      dealt
          .givenCommands(new DealHole(2, cards("????")), new DealHole(1, cards("??")))
          .when(new Call(2))
          .thenEvents(new Called(2, of(5)));
    }

    @Test
    void dealsTheBoardBetweenTheStreets() {
      three().when(new DealBoard(cards("2c3d7h"))).thenRejected("betting-open");
      var called = three().givenCommands(new Call(3), new Call(1), new Check(2));
      called.when(new DealBoard(cards("2c3d7h8h"))).thenRejected("too-many-cards");
      called.when(new DealBoard(cards("2c3dAc"))).thenRejected("card-dealt-twice");
      called.when(new DealBoard(cards("2c3d??"))).thenRejected("card-unknown");
      var oneByOne = called.givenCommands(new DealBoard(cards("2c")), new DealBoard(cards("3d")));
      oneByOne.when(new Check(1)).thenRejected("betting-closed");
      oneByOne
          .givenCommands(new DealBoard(cards("7h")))
          .when(new Check(1))
          .thenEvents(new Checked(1));
    }
  }

  @Nested
  class Betting {
    @Test
    void goesAroundTheTable() {
      three().when(new Fold(1)).thenRejected("out-of-turn");
      three().when(new Fold(4)).thenRejected("unknown-player");
      three().when(new Fold(3)).thenEvents(new Folded(3));
      three().givenCommands(new Fold(3)).when(new Call(1)).thenEvents(new Called(1, of(5)));
      three().givenCommands(new Call(3), new Fold(1)).when(new Check(2)).thenEvents(new Checked(2));
    }

    @Test
    void refusesACheckThatFacesABet() {
      three().when(new Check(3)).thenRejected("check-facing-bet");
      three().when(new CheckOrCall(3)).thenEvents(new Called(3, of(10)));
      var called = three().givenCommands(new Call(3), new Call(1));
      called.when(new Call(2)).thenRejected("nothing-to-call");
      called.when(new CheckOrCall(2)).thenEvents(new Checked(2));
    }

    @Test
    void betsUpToTheStack() {
      three().when(bet(3, 101)).thenRejected("bet-over-stack");
      three().when(bet(3, 100)).thenEvents(new BetMade(3, of(100), of(100)));
      three().givenCommands(new Call(3)).when(bet(1, 101)).thenRejected("bet-over-stack");
      three()
          .givenCommands(new Call(3))
          .when(bet(1, 100))
          .thenEvents(new BetMade(1, of(95), of(100)));
    }

    @Test
    void raisesByTheLastRaiseAtLeast() {
      three().when(bet(3, 10)).thenRejected("bet-too-small");
      three().when(bet(3, 19)).thenRejected("bet-too-small");
      three().when(bet(3, 20)).thenEvents(new BetMade(3, of(20), of(20)));
      var raised = three().givenCommands(bet(3, 45));
      raised.when(bet(1, 79)).thenRejected("bet-too-small");
      raised.when(bet(1, 80)).thenEvents(new BetMade(1, of(75), of(80)));
    }

    @Test
    void raisesForLessWithAllThereIs() {
      var shortStack =
          table(setup("15 100 100"), "AcAd", "KcKd", "QcQd").givenCommands(new Call(3));
      shortStack.when(bet(1, 14)).thenRejected("bet-too-small");
      shortStack.when(bet(1, 15)).thenEvents(new BetMade(1, of(10), of(15)));
      // the others still have to raise by a whole bet
      shortStack.givenCommands(bet(1, 15)).when(bet(2, 24)).thenRejected("bet-too-small");
      shortStack
          .givenCommands(bet(1, 15))
          .when(bet(2, 25))
          .thenEvents(new BetMade(2, of(15), of(25)));
    }

    @Test
    void anAllInForLessMakesTheNextRaiseNoSmaller() {
      var raised =
          table(setup("45 1000 1000"), "AcAd", "KcKd", "QcQd")
              .givenCommands(bet(3, 30), bet(1, 45));
      raised.when(bet(2, 64)).thenRejected("bet-too-small");
      raised.when(bet(2, 65)).thenEvents(new BetMade(2, of(55), of(65)));
    }

    @Test
    void beginsAfterTheLastOfTheHighestBlinds() {
      var setup = setup("100 100 100 100", "0", true, "10 10");
      table(setup, "AcAd", "KcKd", "QcQd", "JcJd").when(new Fold(3)).thenEvents(new Folded(3));
      var withoutBlinds = setup("100 100 100", "4 4 4", true, "0");
      table(withoutBlinds, "AcAd", "KcKd", "QcQd").when(new Check(1)).thenEvents(new Checked(1));
    }

    @Test
    void isNotOverBeforeTheBoardIsComplete() {
      var allIn = three().givenCommands(bet(3, 100), new Fold(1), new Call(2));
      allIn.when(new EndHand()).thenRejected("hand-not-over");
      allIn
          .givenCommands(new DealBoard(cards("2c3d7h8s")))
          .when(new EndHand())
          .thenRejected("hand-not-over");
    }

    @Test
    void callsForLess() {
      table(setup("100 30 100"), "AcAd", "KcKd", "QcQd")
          .givenCommands(bet(3, 50), new Fold(1))
          .when(new Call(2))
          .thenEvents(new Called(2, of(20)));
    }

    @Test
    void raisesNobodyWhoIsAllIn() {
      var allIn = table(setup("200 30"), "AcAd", "KcKd").givenCommands(bet(2, 30));
      allIn.when(bet(1, 60)).thenRejected("nobody-to-call");
      allIn.givenCommands(new Call(1)).when(bet(1, 60)).thenRejected("betting-closed");
    }

    @Test
    void goesOnUntilEveryoneHasAnswered() {
      var raised = three().givenCommands(new Call(3), new Call(1), bet(2, 30));
      raised.when(new DealBoard(cards("2c3d7h"))).thenRejected("betting-open");
      raised.givenCommands(new Call(3)).when(new Call(1)).thenEvents(new Called(1, of(20)));
      raised
          .givenCommands(new Call(3), new Call(1))
          .when(new Check(2))
          .thenRejected("betting-closed");
    }

    @Test
    void endsWhenAllHaveFolded() {
      three()
          .givenCommands(bet(3, 40), new Fold(1))
          .when(new Fold(2))
          .thenEvents(
              new Folded(2),
              new UncalledBetReturned(3, of(30)),
              new PotAwarded(1, of(25), List.of(new Share(3, of(25)))),
              new HandEnded());
      var over = three().givenCommands(new Fold(3), new Fold(1));
      over.when(new Check(2)).thenRejected("hand-is-over");
      over.when(new EndHand()).thenNothing();
    }

    /** Some histories have this check, and it changes nothing. */
    @Test
    void letsCheckWhoHasNobodyLeftToBetAgainst() {
      var others = table(setup("100 5 5"), "AcAd", "KcKd", "QcQd").givenCommands(new Call(3));
      others.when(new CheckOrCall(1)).thenEvents(new Checked(1));
      others.when(new CheckOrCall(2)).thenRejected("betting-closed");
      others.when(new DealBoard(cards("2c3d7h"))).thenEventsSatisfy(e -> assertThat(e).hasSize(1));
      var blindIsAllIn = table(setup("5 100"), "AcAd", "KcKd");
      blindIsAllIn.when(new CheckOrCall(2)).thenEvents(new Checked(2));
      blindIsAllIn
          .givenCommands(new CheckOrCall(2))
          .when(new CheckOrCall(2))
          .thenRejected("betting-closed");
    }
  }

  @Nested
  class Showdown {
    private static Scenario<HandCommand, HandEvent, HandState> river() {
      return table(setup("100 100"), "AcAd", "????")
          .givenCommands(new Call(2), new Check(1), new DealBoard(cards("2c3d7h")))
          .givenCommands(new Check(1), new Check(2), new DealBoard(cards("8h")))
          .givenCommands(new Check(1), new Check(2), new DealBoard(cards("9s")))
          .givenCommands(new Check(1), new Check(2));
    }

    @Test
    void paysTheBestHand() {
      river()
          .givenCommands(new Show(2, cards("Td7c")))
          .when(new Show(1, cards("AdAc")))
          .thenEvents(
              new HandShown(1, cards("AdAc")),
              new PotAwarded(1, of(20), List.of(new Share(1, of(20)))),
              new HandEnded());
    }

    @Test
    void paysNobodyWhoMucks() {
      river()
          .givenCommands(new Muck(1))
          .when(new Show(2, cards("4d5c")))
          .thenEvents(
              new HandShown(2, cards("4d5c")),
              new PotAwarded(1, of(20), List.of(new Share(2, of(20)))),
              new HandEnded());
      river()
          .givenCommands(new Muck(1))
          .when(new Muck(2))
          .thenEvents(
              new HandMucked(2),
              new PotAwarded(1, of(20), List.of(new Share(2, of(20)))),
              new HandEnded());
    }

    @Test
    void showsWhatWasDealt() {
      river().when(new Show(1, cards("AcAh"))).thenRejected("cards-differ");
      river().when(new Show(1, cards("Ac"))).thenRejected("card-unknown");
      river().when(new Show(1, List.of())).thenEvents(new HandShown(1, cards("AcAd")));
      river().when(new Show(2, List.of())).thenRejected("card-unknown");
      river().when(new Show(2, cards("AcKd"))).thenRejected("card-dealt-twice");
      river().when(new Show(2, cards("2cKd"))).thenRejected("card-dealt-twice");
      river().when(new Show(3, cards("KcKd"))).thenRejected("unknown-player");
    }

    @Test
    void hasItsTime() {
      three().when(new Show(3, cards("QcQd"))).thenRejected("not-at-showdown");
      three().when(new Muck(3)).thenRejected("not-at-showdown");
      var folded = three().givenCommands(new Fold(3), new Call(1), new Check(2));
      folded.when(new Show(1, cards("AcAd"))).thenRejected("not-at-showdown");
      river().givenCommands(new Muck(1)).when(new Muck(1)).thenRejected("not-at-showdown");
    }

    @Test
    void mayComeBeforeTheBoardIsComplete() {
      var shown =
          table(setup("100 100"), "AcAd", "KcKd")
              .givenCommands(bet(2, 100), new Call(1))
              .givenCommands(new Show(1, cards("AcAd")), new Show(2, cards("KcKd")));
      shown
          .givenCommands(new DealBoard(cards("2c3d7h")), new DealBoard(cards("8h")))
          .when(new DealBoard(cards("9s")))
          .thenEventsSatisfy(e ->
              assertThat(e).contains(new PotAwarded(1, of(200), List.of(new Share(1, of(200))))));
      shown
          .when(new DealBoard(cards("2c3d7h8hKs")))
          .thenEventsSatisfy(e ->
              assertThat(e).contains(new PotAwarded(1, of(200), List.of(new Share(2, of(200))))));
    }

    @Test
    void showsAllKnownCardsIfNothingIsSaid() {
      river().when(new EndHand()).thenRejected("hand-not-over");
      river()
          .givenCommands(new Muck(1))
          .when(new EndHand())
          .thenEvents(
              new HandMucked(2),
              new PotAwarded(1, of(20), List.of(new Share(2, of(20)))),
              new HandEnded());
      river()
          .givenCommands(new Show(2, cards("KcKh")))
          .when(new EndHand())
          .thenEvents(
              new HandShown(1, cards("AcAd")),
              new PotAwarded(1, of(20), List.of(new Share(1, of(20)))),
              new HandEnded());
      three().when(new EndHand()).thenRejected("hand-not-over");
    }
  }
}
