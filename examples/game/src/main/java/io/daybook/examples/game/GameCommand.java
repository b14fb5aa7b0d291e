package io.daybook.examples.game;

import io.daybook.cli.Application;
import io.daybook.cli.ApplicationCommands;
import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ExitCode;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import io.daybook.examples.game.HeroCommand.Drop;
import io.daybook.examples.game.HeroCommand.Fight;
import io.daybook.examples.game.HeroCommand.Save;
import io.daybook.examples.game.HeroCommand.Start;
import io.daybook.examples.game.HeroCommand.Take;
import io.daybook.examples.game.HeroCommand.Undo;
import io.daybook.examples.game.HeroCommand.Use;
import io.daybook.jackson.JsonState;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The command line: each subcommand is a method. Runs once, on one thread. */
@Command(
    name = "game",
    description =
        "Games on an event store: a role-playing game, and poker hands that were really played.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CommandLine.HelpCommand.class, PokerCommand.class},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; one line on standard error says why",
      "2:asked wrongly: an unknown option, a missing argument, damage that is no number",
      "3:conflict: others played the same hero all the time; try again",
      "4:refused by the rules of the game; standard error names the reason"
    })
final class GameCommand {
  private static final String HERO = "HERO";
  private static final String ITEM = "ITEM";
  private static final String SAVE_POINT = "SAVE_POINT";
  private static final String DEFAULT_DATA = "./game-data";

  private final Function<Path, EventStore> stores;
  private final Application application;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      defaultValue = DEFAULT_DATA,
      description = "The store's directory; default: ${DEFAULT-VALUE}")
  private Path data = Path.of(DEFAULT_DATA);

  @Mixin final Help help = new Help();

  /** Every subcommand explains itself. */
  static final class Help {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Print this help and exit")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean asked;
  }

  /** How a move is made. */
  static final class Move {
    @Mixin final Help help = new Help();

    @Option(
        names = "--command-id",
        paramLabel = "ID",
        description = "Names this move: sent twice with the same id, it counts once")
    private String commandId = UUID.randomUUID().toString();
  }

  /** What a look back looks at. */
  static final class Then {
    @Mixin final Help help = new Help();

    @Option(
        names = "--as-of",
        paramLabel = "POSITION|INSTANT",
        description = "What had happened by then, like 1234 or 2026-01-31T12:00:00Z")
    private @Nullable String asOf;

    /** The read, restricted to what had happened by then. */
    ReadRequest restrict(ReadRequest request) {
      if (asOf == null) {
        return request;
      }
      try {
        return asOf.chars().allMatch(Character::isDigit)
            ? request.asOf(new Position(Long.parseLong(asOf)))
            : request.asOf(Instant.parse(asOf));
      } catch (DateTimeParseException | NumberFormatException e) {
        throw new IllegalArgumentException(
            "--as-of is a position like 1234 or an instant like 2026-01-31T12:00:00Z, not " + asOf,
            e);
      }
    }
  }

  GameCommand(Function<Path, EventStore> stores, Application application) {
    this.stores = stores;
    this.application = application;
  }

  /** Runs the command that the arguments name, and returns its exit code. Never throws. */
  int execute(String... args) {
    return application.run(
        this,
        commandLine -> {
          watching().addTo(commandLine);
          commandLine.registerConverter(int.class, GameCommand::number);
        },
        Application.withNumbersBelowZero(args));
  }

  /** The commands that look at what was recorded, as every application on Daybook has them. */
  private ApplicationCommands watching() {
    return ApplicationCommands.of(application, () -> data, GameCommand::reader)
        .states(Heroes.CATEGORY, Heroes.DECIDER, Heroes.CODEC, JsonState.of(HeroState.class))
        .states(
            PokerRoom.CATEGORY, PokerRoom.DECIDER, HandJson.codec(), JsonState.of(HandState.class));
  }

  /** Beside whoever plays. */
  private static EventStore reader(Path folder) {
    return EngineStore.openReadOnly(folder, EngineOptions.defaults());
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException _) {
      throw new TypeConversionException("'" + text.strip() + "' is not a whole number");
    }
  }

  @Command(description = "Sends a new hero out. The first one makes the store.")
  void start(@Parameters(paramLabel = HERO) String hero, @Mixin Move move) {
    play(hero, new Start(hero), move);
  }

  @Command(description = "Fights a monster: experience is damage times 10.")
  void fight(
      @Parameters(paramLabel = HERO) String hero,
      @Parameters(paramLabel = "MONSTER") String monster,
      @Parameters(paramLabel = "DAMAGE", description = "What the hero does to it") int damage,
      @Option(
              names = "--wounds",
              paramLabel = "HP",
              defaultValue = "0",
              description = "What it does to the hero; default: nothing")
          int wounds,
      @Mixin Move move) {
    play(hero, new Fight(monster, damage, wounds), move);
  }

  @Command(description = "Puts things into the inventory.")
  void take(
      @Parameters(paramLabel = HERO) String hero,
      @Parameters(paramLabel = ITEM) String item,
      @Parameters(paramLabel = "QUANTITY", arity = "0..1", defaultValue = "1") int quantity,
      @Mixin Move move) {
    play(hero, new Take(item, quantity), move);
  }

  @Command(description = "Uses one of an item: a potion heals 50 HP, an elixir all wounds.")
  void use(
      @Parameters(paramLabel = HERO) String hero,
      @Parameters(paramLabel = ITEM) String item,
      @Mixin Move move) {
    play(hero, new Use(item), move);
  }

  @Command(description = "Leaves things behind.")
  void drop(
      @Parameters(paramLabel = HERO) String hero,
      @Parameters(paramLabel = ITEM) String item,
      @Parameters(paramLabel = "QUANTITY", arity = "0..1", defaultValue = "1") int quantity,
      @Mixin Move move) {
    play(hero, new Drop(item, quantity), move);
  }

  @Command(description = "Makes a point to come back to.")
  void save(
      @Parameters(paramLabel = HERO) String hero,
      @Parameters(paramLabel = SAVE_POINT) String savePoint,
      @Mixin Move move) {
    play(hero, new Save(savePoint), move);
  }

  @Command(description = "Goes back to a save point, by events that compensate what came after it.")
  void undo(
      @Parameters(paramLabel = HERO) String hero,
      @Parameters(paramLabel = SAVE_POINT, arity = "0..1", description = "Default: the last one")
          @Nullable String savePoint,
      @Mixin Move move) {
    play(hero, new Undo(savePoint), move);
  }

  @Command(description = "Prints what is known of a hero.")
  void show(@Parameters(paramLabel = HERO) String hero, @Mixin Then then) {
    read(heroes -> out().print(HeroText.sheet(hero(heroes, hero, then))));
  }

  @Command(description = "Prints what a hero carries.")
  void inventory(@Parameters(paramLabel = HERO) String hero, @Mixin Then then) {
    read(heroes ->
        hero(heroes, hero, then)
            .inventory()
            .forEach((item, quantity) -> out().println(HeroText.things(item, quantity))));
  }

  @Command(description = "Tells all that happened to a hero.")
  void story(@Parameters(paramLabel = HERO) String hero, @Mixin Then then) {
    read(heroes -> {
      for (Recorded<HeroEvent> e : heroes.history(hero, then::restrict)) {
        out().println("%6d  %s".formatted(e.position().value(), HeroText.of(e.event())));
      }
    });
  }

  @Command(name = "heroes", description = "Prints all heroes.")
  void list(@Mixin Help own) {
    read(heroes -> heroes.names().forEach(name -> out().println(HeroText.line(heroes.hero(name)))));
  }

  @Command(
      description = {
        "Prints the hall of fame, and then announces each achievement as it is earned.",
        "Others play meanwhile; Ctrl-C ends it."
      })
  void watch(
      @Option(
              names = "--count",
              paramLabel = "N",
              description = "End after so many announcements; default: never")
          @Nullable Integer count,
      @Mixin Help own) {
    if (count != null && count < 0) {
      throw new IllegalArgumentException("--count is 0 or more, not " + count);
    }
    requireGame();
    var news = new LinkedBlockingQueue<String>();
    try (EventStore store = reader(data);
        var fame =
            new Heroes(store).watch((hero, earned) -> news.add(hero + " has earned: " + earned))) {
      fame.awaitHead();
      out().print(fame.<String>query(HeroText::hall));
      out().println("watching " + data + "; Ctrl-C ends it");
      // when nobody reads any more, as in "| head", there is nothing left to do
      for (int told = 0; (count == null || told < count) && !out().checkError(); told++) {
        out().println(next(news, fame));
      }
    } catch (InterruptedException _) {
      // this is how it ends
    }
  }

  private static String next(BlockingQueue<String> news, ReadModel<?> fame)
      throws InterruptedException {
    while (true) {
      String next = news.poll(1, TimeUnit.SECONDS);
      if (next != null) {
        return next;
      }
      fame.awaitHead(); // throws if it has failed, and tells nothing any more
    }
  }

  /** What is done with the heroes. */
  private interface HeroWork {
    void on(Heroes heroes) throws Exception;
  }

  /** What is done with the store. */
  interface StoreWork {
    void on(EventStore store) throws Exception;
  }

  private void play(String hero, HeroCommand command, Move move) {
    withStore(
        command instanceof Start,
        store -> {
          Heroes.Turn turn = new Heroes(store).handle(hero, command, move.commandId);
          turn.events().forEach(event -> out().println(HeroText.of(event)));
          out().println(HeroText.line(turn.hero()));
        });
  }

  private void read(HeroWork work) {
    withStore(false, store -> work.on(new Heroes(store)));
  }

  private static Hero hero(Heroes heroes, String name, Then then) {
    return then.asOf == null ? heroes.hero(name) : heroes.replayed(name, then::restrict);
  }

  /** Opens the store, which is made if need be, and does the work. */
  void withStore(boolean create, StoreWork work) {
    if (!create) {
      requireGame();
    }
    try (EventStore store = stores.apply(data)) {
      work.on(store);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  private void requireGame() {
    if (!EngineStore.exists(data)) {
      throw new CommandFailedException(
          ExitCode.FAILURE,
          "there is no game in "
              + data
              + "; start and poker import make one, --data names another");
    }
  }

  PrintStream out() {
    return application.out();
  }

  Terminal terminal() {
    return application.terminal();
  }
}
