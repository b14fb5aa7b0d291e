package io.daybook.examples.game;

import static io.daybook.examples.game.Hands.chips;
import static io.daybook.examples.game.Hands.history;
import static io.daybook.examples.game.Hands.setup;
import static io.daybook.examples.game.Hands.stacks;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.examples.game.HandEvent.PotAwarded;
import io.daybook.examples.game.HandEvent.Share;
import io.daybook.examples.game.HandEvent.UncalledBetReturned;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gets how much: main pots, side pots, split pots, antes, and what nobody called. */
class PotRulesTest {
  private static final String BOARD = "d db 2s3s7h8hJs";

  @Test
  void threeAllInsMakeTwoSidePots() throws Exception {
    // p1 has the best hand and the fewest chips, p2 the second best of both
    var history =
        history(
            setup("50 100 200 200"),
            "AcAd KcKd QcQd 4c4d",
            "p3 cbr 200",
            "p4 cc",
            "p1 cc",
            "p2 cc",
            BOARD);
    assertThat(stacks(history)).isEqualTo(chips("200 150 200 0"));
    assertThat(history.events())
        .contains(
            new PotAwarded(1, Chips.of(200), List.of(new Share(1, Chips.of(200)))),
            new PotAwarded(2, Chips.of(150), List.of(new Share(2, Chips.of(150)))),
            new PotAwarded(3, Chips.of(200), List.of(new Share(3, Chips.of(200)))));
  }

  @Test
  void theBestHandTakesEveryPotThatItIsIn() throws Exception {
    var history =
        history(setup("50 100 200"), "KcKd AcAd QcQd", "p3 cbr 200", "p1 cc", "p2 cc", BOARD);
    assertThat(stacks(history)).isEqualTo(chips("0 250 100"));
    assertThat(history.events()).contains(new UncalledBetReturned(3, Chips.of(100)));
  }

  @Test
  void theChipsOfTheFoldedStayInThePotsTheyLieIn() throws Exception {
    var history =
        history(
            setup("50 300 300 300"),
            "AcAd KcKd QcQd 4c4d",
            "p3 cbr 100",
            "p4 cc",
            "p1 cc",
            "p2 cc",
            "d db 2s3s7h",
            "p2 cbr 100",
            "p3 cbr 200",
            "p4 f",
            "p2 cc",
            "d db 8hJs");
    // main pot: 4 × 50; side pot: 3 × 50 and 2 × 200
    assertThat(stacks(history)).isEqualTo(chips("200 550 0 200"));
  }

  @Test
  void anUncalledBetComesBack() throws Exception {
    var history = history(setup("30 100"), "AcAd KcKd", "p2 cbr 100", "p1 cc", BOARD);
    assertThat(stacks(history)).isEqualTo(chips("60 70"));
  }

  @Test
  void equalHandsSplitToTheHalfChip() throws Exception {
    var history =
        history(
            setup("100 100 100"),
            "AcKd AdKc QcQd",
            "p3 cbr 100",
            "p1 cc",
            "p2 f",
            "d db AhKh2c3d8s");
    // 100 + 100 + the blind of 10
    assertThat(stacks(history)).isEqualTo(chips("210 90 0"));
    history =
        history(
            setup("100 100 100", "0", true, "5 11"),
            "AcKd QcQd AdKc",
            "p3 cbr 100",
            "p1 cc",
            "p2 f",
            "d db AhKh2c3d8s");
    assertThat(stacks(history)).isEqualTo(chips("105.5 89 105.5"));
  }

  @Test
  void threeSplitWithTheOddHalvesToTheFirstSeats() throws Exception {
    var history =
        history(
            setup("100 100 100 100"),
            "AcKd AdKc AhKh QcQd",
            "p3 cbr 20",
            "p4 cc",
            "p1 cbr 40",
            "p2 cc",
            "p3 cc",
            "p4 f",
            "d db As5s2c",
            "p1 cc",
            "p2 cc",
            "p3 cc",
            "d db 3d",
            "p1 cc",
            "p2 cc",
            "p3 cc",
            "d db 8s",
            "p1 cc",
            "p2 cc",
            "p3 cc");
    assertThat(stacks(history)).isEqualTo(chips("107 106.5 106.5 80"));
  }

  @Test
  void aSidePotIsSplitByItself() throws Exception {
    var history =
        history(
            setup("25 101 101"),
            "AcAd KcQd KdQc",
            "p3 cbr 101",
            "p1 cc",
            "p2 cc",
            "d db 2s3s7h8hKs");
    assertThat(stacks(history)).isEqualTo(chips("75 76 76"));
  }

  @Test
  void deadAntesBelongToTheMainPot() throws Exception {
    // the big blind pays an ante of 10 for all: the short stack wins it, too
    String[] actions = {"p3 cbr 100", "p1 cc", "p2 cc", BOARD};
    var dead = history(setup("20 110 100", "0 10 0", false, "5 10"), "AcAd KcKd QcQd", actions);
    assertThat(stacks(dead)).isEqualTo(chips("70 160 0"));
    // trimmed, nobody else pays one, and neither does he
    var trimmed = history(setup("20 110 100", "0 10 0", true, "5 10"), "AcAd KcKd QcQd", actions);
    assertThat(stacks(trimmed)).isEqualTo(chips("60 170 0"));
  }

  @Test
  void aShortAnteIsALayerOfItsOwnIfAntesAreUniform() throws Exception {
    String[] actions = {"p3 cbr 90", "p1 f", "p2 f", BOARD};
    // p4 is all in by an ante of 4
    var uniform =
        history(
            setup("100 100 100 4", "10 10 10 10", true, "5 10"), "KcKd QcQd TcTd AcAd", actions);
    assertThat(stacks(uniform)).isEqualTo(chips("85 80 123 16"));
    // where antes are dead, he wins all of them
    var dead =
        history(
            setup("100 100 100 4", "10 10 10 10", false, "5 10"), "KcKd QcQd TcTd AcAd", actions);
    assertThat(stacks(dead).getLast()).isEqualTo(Chips.of(34));
    assertThat(Chips.sum(stacks(dead))).isEqualTo(Chips.of(304));
  }

  @Test
  void aSidePotThatAllMuckedGoesToTheLast() throws Exception {
    var history =
        history(
            setup("50 100 100"),
            "AcAd KcKd QcQd",
            "p3 cbr 100",
            "p1 cc",
            "p2 cc",
            BOARD,
            "p1 sm AcAd",
            "p2 sm",
            "p3 sm");
    assertThat(stacks(history)).isEqualTo(chips("150 0 100"));
  }

  @Test
  void headsUpAndTenAtATable() throws Exception {
    assertThat(stacks(history(setup("100 100"), "", "p2 f"))).isEqualTo(chips("105 95"));
    var ten =
        history(
            setup("100 90 80 70 60 50 40 30 20 10"),
            "",
            "p3 cbr 80",
            "p4 cc",
            "p5 cc",
            "p6 cc",
            "p7 cc",
            "p8 cc",
            "p9 cc",
            "p10 cc",
            "p1 cbr 100",
            "p2 cc",
            "d db 2s3s2hJhAs");
    assertThat(stacks(ten)).isEqualTo(chips("550 0 0 0 0 0 0 0 0 0"));
  }
}
