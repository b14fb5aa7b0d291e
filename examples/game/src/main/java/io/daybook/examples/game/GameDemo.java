package io.daybook.examples.game;

import io.daybook.cli.Demo;
import io.daybook.cli.DemoStory;
import io.daybook.cli.ExitCode;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventstore.EventStore;
import io.daybook.examples.game.HandHistory.BadHandException;
import io.daybook.examples.game.HeroCommand.Fight;
import io.daybook.examples.game.HeroCommand.Save;
import io.daybook.examples.game.HeroCommand.Start;
import io.daybook.examples.game.HeroCommand.Take;
import io.daybook.examples.game.HeroCommand.Undo;
import io.daybook.examples.game.HeroCommand.Use;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The story that {@code daybook demo game} tells, on a store of its own, which stays. */
public final class GameDemo implements Demo {
  private static final String BEA = "bea";
  private static final String HAND = "friday-1";

  private final Function<Path, EventStore> stores;

  /** On the embedded engine. */
  public GameDemo() {
    this(EngineStore::open);
  }

  GameDemo(Function<Path, EventStore> stores) {
    this.stores = stores;
  }

  @Override
  public String name() {
    return "game";
  }

  @Override
  public String description() {
    return "a hero who is defeated and undoes it, and a hand of poker with a side pot";
  }

  @Override
  public int run(List<String> arguments, Terminal terminal) throws IOException {
    Path data = DemoStory.directory(name(), arguments);
    var story = new DemoStory(terminal);
    new Story(story).tell(data);
    story.end();
    return ExitCode.OK;
  }

  /** A hand of four friends: one is all in early, so that there is a side pot. */
  static HandHistory friday() {
    List<Chips> stacks = List.of(Chips.of(155), Chips.of(400), Chips.of(600), Chips.of(600));
    List<Chips> none = List.of(Chips.ZERO, Chips.ZERO, Chips.ZERO, Chips.ZERO);
    List<Chips> blinds = List.of(Chips.of(5), Chips.of(10), Chips.ZERO, Chips.ZERO);
    List<String> players = List.of("Ana", "Ben", "Cleo", "Dan");
    return new HandHistory(
        new HandName(HAND, false, null),
        new HandSetup(players, stacks, none, true, blinds, Chips.of(10)),
        List.of(
            "d dh p1 AhKd",
            "d dh p2 QsQh",
            "d dh p3 AcKs",
            "d dh p4 7h7s",
            "p3 cbr 30",
            "p4 cc",
            "p1 cbr 155",
            "p2 cbr 400",
            "p3 cc",
            "p4 f",
            "p2 sm QsQh",
            "p3 sm AcKs",
            "p1 sm AhKd",
            "d db Kh7c2d",
            "d db 9s",
            "d db 3h"));
  }

  /** The story, told once. */
  private final class Story {
    private final DemoStory story;

    Story(DemoStory story) {
      this.story = story;
    }

    void tell(Path data) {
      story.say("Two games on Daybook. All that is told here is written to an event store,");
      story.say("and read back from there: " + data);
      String before;
      try (EventStore store = stores.apply(data)) {
        var heroes = new Heroes(store);
        setOut(heroes);
        loseAndUndo(heroes);
        winAndTell(heroes);
        var room = new PokerRoom(store);
        playPoker(room);
        before = summary(heroes, room);
      }
      reopen(data, before);
      whatToTry(data);
    }

    private void setOut(Heroes heroes) {
      story.chapter("Bea sets out, and reaches level 2");
      play(heroes, new Start(BEA), "start");
      play(heroes, new Fight("a wolf", 12, 30), "wolf");
      story.say("Experience is damage × 10, and level 1 ends at 100.");
      play(heroes, new Take("potion", 2), "potions");
      play(heroes, new Take("potion", 2), "potions");
      story.say("The last move was sent twice by a bad connection: it counts once.");
    }

    private void loseAndUndo(Heroes heroes) {
      story.chapter("A save point, a defeat, and an undo");
      play(heroes, new Save("before the dragon"), "save");
      play(heroes, new Fight("a troll", 5, 60), "troll");
      play(heroes, new Use("potion"), "potion");
      play(heroes, new Fight("the dragon", 40, 500), "dragon");
      refuse(heroes, new Take("gold", 100));
      play(heroes, new Undo(null), "undo");
      story.say("Nothing was deleted: events that say the opposite were added.");
    }

    private void winAndTell(Heroes heroes) {
      story.chapter("The dragon, once more");
      play(heroes, new Fight("the dragon", 40, 120), "dragon-again");
      play(heroes, new Take("gold", 100), "gold");
      story.chapter("The whole story, replayed from the events");
      List<Recorded<HeroEvent>> history = heroes.history(BEA, request -> request);
      for (int i = 0; i < history.size(); i++) {
        story.say("%2d  %s".formatted(i, HeroText.of(history.get(i).event())));
      }
      Recorded<HeroEvent> defeat =
          history.stream()
              .filter(e -> e.event() instanceof HeroEvent.HeroDefeated)
              .findFirst()
              .orElseThrow();
      var then = heroes.replayed(BEA, request -> request.asOf(defeat.position()));
      story.say("And as it was in the worst moment:");
      story.say(HeroText.line(then) + ".");
    }

    private void playPoker(PokerRoom room) {
      story.chapter("A hand of poker, of which every action is an event");
      HandHistory hand = friday();
      refuseCheating(hand);
      try {
        room.record(Map.of(HAND, hand.events()));
      } catch (BadHandException e) {
        throw new IllegalStateException("the hand of the story is refused", e);
      }
      HandText.of(room.events(HAND)).forEach(story::say);
      story.say("Ana could win 155 of each player and no more. What Ben and Cleo bet beyond");
      story.say("that is the side pot. The stacks are nowhere stored: they are folded.");
    }

    private void refuseCheating(HandHistory hand) {
      var actions = new ArrayList<>(hand.actions());
      actions.set(4, "p3 cbr 601");
      try {
        new HandHistory(hand.name(), hand.setup(), actions).events();
        throw new IllegalStateException("the table took a bet of more than the stack");
      } catch (BadHandException e) {
        story.say("Cleo first says 601. Refused:");
        story.say(e.getMessage() + ".");
      }
    }

    private void reopen(Path data, String before) {
      story.chapter("The store is closed, and opened again");
      try (EventStore store = stores.apply(data)) {
        var heroes = new Heroes(store);
        if (!summary(heroes, new PokerRoom(store)).equals(before)) {
          throw new IllegalStateException(
              "the games are not the same after they were opened again");
        }
        story.say("All is the same: " + HeroText.line(heroes.hero(BEA)) + ".");
      }
    }

    private String summary(Heroes heroes, PokerRoom room) {
      var summary = new StringBuilder(HeroText.sheet(heroes.hero(BEA)));
      room.finished(table -> summary.append(PokerReports.stacks(table)));
      NetResults net = room.net();
      if (!net.total().isZero()) {
        throw new IllegalStateException("chips got lost: " + net.total());
      }
      return summary.append(PokerReports.netAsCsv(net)).toString();
    }

    private void whatToTry(Path data) {
      story.chapter("What to try now");
      String game = "examples/game/game --data " + data;
      story.say(game + " fight bea goblin 3");
      story.say(game + " story bea");
      story.say(game + " poker net");
      story.say("./daybook read hero-bea --data " + data);
      story.say("examples/game/game help");
    }

    private void play(Heroes heroes, HeroCommand command, String commandId) {
      Heroes.Turn turn = heroes.handle(BEA, command, "demo-" + commandId);
      List<String> told = turn.events().stream().map(HeroText::of).toList();
      told.subList(0, told.size() - 1).forEach(story::say);
      story.tell(told.getLast(), HeroText.figures(turn.hero()));
    }

    private void refuse(Heroes heroes, HeroCommand command) {
      try {
        var _ = heroes.handle(BEA, command, "demo-refused");
        throw new IllegalStateException("the game took a move that it should not have taken");
      } catch (Refused e) {
        story.say("Bea reaches for the gold. Refused, " + e.reason() + ":");
        story.say(e.getMessage() + ".");
      }
    }
  }
}
