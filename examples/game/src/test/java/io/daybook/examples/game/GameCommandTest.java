package io.daybook.examples.game;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.cli.Application;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventstore.Query;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, in this process, on a store on disk that each call opens and closes. */
@Tag("long")
class GameCommandTest {
  private static final String HAND =
      """
      {"variant": "NT", "blinds_or_straddles": [5, 11], "min_bet": 11, \
      "starting_stacks": [100, 100, 100], "players": ["Ana", "Ben", "Cleo, \\"C\\""], \
      "actions": ["d dh p1 AcKd", "d dh p2 QcQd", "d dh p3 AdKc", "p3 cbr 100", "p1 cc", "p2 f", \
      "d db AhKh2c3d8s", "p3 sm AdKc", "p1 sm AcKd"], "hand": 7, "file": "friday"}
      """;

  @TempDir private Path directory;

  private String out = "";
  private String err = "";

  /** Words are separated by spaces; a word with spaces of its own has underscores instead. */
  private int game(String words) {
    var args = new ArrayList<>(List.of("--data", directory.resolve("data").toString()));
    for (String word : words.split(" ", -1)) {
      args.add(word.replace('_', ' '));
    }
    return run(args.toArray(String[]::new));
  }

  private int run(String... args) {
    var outBytes = new ByteArrayOutputStream();
    var errBytes = new ByteArrayOutputStream();
    var terminal = Terminal.of(InputStream.nullInputStream(), outBytes, errBytes);
    int exitCode = new GameCommand(EngineStore::open, new Application(terminal)).execute(args);
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return exitCode;
  }

  private void ok(String words) {
    assertThat(game(words)).as(err).isZero();
    assertThat(err).isEmpty();
  }

  private void fails(int exitCode, String words) {
    assertThat(game(words)).as(err).isEqualTo(exitCode);
    assertThat(out).isEmpty();
    assertThat(err).hasLineCount(1).startsWith("game").endsWith("\n").doesNotContain("\tat ");
  }

  private Path file(String... lines) throws IOException {
    return Files.writeString(directory.resolve("hands.jsonl"), String.join("\n", lines));
  }

  @Test
  void playsAnAdventure() {
    ok("start bea");
    assertThat(out)
        .isEqualTo(
            """
            bea sets out with 100 HP.
            Achievement: New Adventure!
            bea: level 1, 0 XP, 100 HP
            """);
    ok("take bea potion 2");
    ok("save bea before_the_dragon");
    ok("fight bea wolf 12 --wounds 20");
    assertThat(out)
        .isEqualTo(
            """
            Fights wolf: 12 damage, 120 XP, costs 20 HP.
            Reaches level 2, with 140 HP.
            Achievement: Level 2 Hero!
            bea: level 2, 120 XP, 140 HP
            """);
    ok("drop bea potion");
    ok("inventory bea");
    assertThat(out).isEqualTo("1 x potion\n");
    ok("fight bea dragon 9 --wounds 999");
    assertThat(out).contains("Is defeated by dragon").contains("bea: level 2, 120 XP, 0 HP");
    fails(4, "fight bea wolf 1");
    assertThat(err).contains("refused, hero-defeated: ");
    ok("undo bea");
    assertThat(out)
        .contains("Undone: not a Level 2 Hero any more.\n")
        .contains("Undone: 1 x potion given back.\n")
        .endsWith("bea: level 1, 0 XP, 100 HP\n");
    ok("show bea");
    assertThat(out)
        .isEqualTo(
            """
            bea, level 1
            100 of 100 HP
            0 XP, level 2 at 100
            inventory: 2 x potion
            achievements: New Adventure
            save points: before the dragon
            """);
    ok("heroes");
    assertThat(out).isEqualTo("bea: level 1, 0 XP, 100 HP\n");
  }

  @Test
  void aFileThatIsNotWholeLeavesNothing() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zipped = new GZIPOutputStream(bytes)) {
      zipped.write(HAND.getBytes(StandardCharsets.UTF_8));
    }
    byte[] whole = bytes.toByteArray();
    // all of the hand is there, and only the check sum is not
    Path cut = Files.write(directory.resolve("cut.gz"), Arrays.copyOf(whole, whole.length - 8));
    Path empty = Files.writeString(directory.resolve("empty"), "\n \n");
    fails(1, "poker import " + cut);
    assertThat(err).contains("is cut off after line");
    fails(1, "poker import " + empty);
    fails(1, "poker import " + directory);
    fails(1, "poker import " + directory.resolve("none"));
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void tellsTheStoryAndLooksBack() {
    ok("start bea");
    ok("fight bea wolf 12");
    ok("take bea rope");
    ok("story bea");
    assertThat(out)
        .hasLineCount(6)
        .contains("     4  Achievement: Level 2 Hero!\n")
        .endsWith("     5  Takes 1 x rope.\n");
    ok("story bea --as-of 1");
    assertThat(out).hasLineCount(2);
    ok("show bea --as-of 2");
    assertThat(out).contains("bea, level 1\n").contains("120 XP");
    ok("inventory bea --as-of 4");
    assertThat(out).isEmpty();
    fails(4, "show bea --as-of 2000-01-01T00:00:00Z");
    fails(2, "show bea --as-of yesterday");
  }

  @Test
  void countsAMoveOnce() {
    ok("start bea");
    ok("take bea gold 5 --command-id g");
    ok("take bea gold 5 --command-id g");
    ok("inventory bea");
    assertThat(out).isEqualTo("5 x gold\n");
  }

  @Test
  void refusesByNameWithExitCode4() {
    ok("start bea");
    ok("take bea potion");
    ok("take bea rope");
    for (String refused :
        List.of(
            "start bea|hero-exists",
            "start a/b|invalid-name",
            "fight nobody wolf 1|unknown-hero",
            "show nobody|unknown-hero",
            "story nobody|unknown-hero",
            "fight bea wolf -5|damage-out-of-range",
            "fight bea wolf 5 --wounds -5|wounds-out-of-range",
            "take bea gold 0|quantity-not-positive",
            "take bea gold 1001|inventory-full",
            "drop bea gold|item-missing",
            "use bea potion|nothing-to-heal",
            "use bea rope|item-without-use",
            "undo bea|unknown-save-point",
            "poker show 9|unknown-hand")) {
      String[] wordsAndReason = refused.split("[|]", -1);
      fails(4, wordsAndReason[0]);
      assertThat(err).contains("refused, " + wordsAndReason[1] + ": ");
    }
  }

  @Test
  void saysInOneLineWhatIsWrongWithTheCommandLine() {
    for (String words :
        List.of(
            "fight bea",
            "fight bea wolf much",
            "fight bea wolf 99999999999",
            "start",
            "start bea extra",
            "nonsense",
            "poker",
            "poker nonsense",
            "poker import",
            "poker net --format pdf",
            "poker show")) {
      fails(2, words);
    }
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void makesNoStoreByLooking() throws IOException {
    fails(1, "show bea");
    fails(1, "fight bea wolf 1");
    fails(1, "poker stacks");
    assertThat(err).contains("there is no game in");
    fails(1, "poker import " + directory.resolve("none.jsonl"));
    assertThat(err).contains("there is no file");
    fails(1, "poker import " + directory);
    assertThat(directory.resolve("data")).doesNotExist();
    Files.createDirectory(directory.resolve("data"));
    fails(1, "poker stacks");
    assertThat(directory.resolve("data")).isEmptyDirectory();
  }

  @Test
  void importsHandsAndTellsWhatCameOfThem() throws Exception {
    Path file = file(HAND);
    ok("poker import " + file);
    assertThat(out).isEqualTo("1 hands recorded, 0 known, 0 bad\n");
    ok("poker import " + file);
    assertThat(out).isEqualTo("0 hands recorded, 1 known, 0 bad\n");
    ok("poker stacks");
    assertThat(out).isEqualTo("{\"hand\":7,\"file\":\"friday\",\"stacks\":[105.5,89,105.5]}\n");
    ok("poker net --format csv");
    assertThat(out).isEqualTo("player,net\nAna,5.5\nBen,-11\n\"Cleo, \"\"C\"\"\",5.5\n");
    ok("poker net");
    assertThat(out).containsPattern("Ben +1 +-11\n").containsPattern("together +0\n");
    ok("poker show 7");
    assertThat(out)
        .contains("hand 7 of friday, 3 players\n")
        .contains("the pot of 211 goes to Ana (105.5) and Cleo, \"C\" (105.5)\n");
    String told = out;
    ok("poker show friday");
    assertThat(out).isEqualTo(told);
    ok("poker show friday#7");
    assertThat(out).isEqualTo(told);
  }

  @Test
  void tellsOfBadLinesAndFailsThen() throws Exception {
    Path file = file(HAND.strip().replace("cbr 100", "cbr 101"), HAND);
    assertThat(game("poker import " + file)).isEqualTo(1);
    assertThat(err)
        .isEqualTo(
            file
                + ":1: hand 7 of friday, action 4 \"p3 cbr 101\": bet-over-stack: p3 can bet to"
                + " 100, not to 101\n");
    assertThat(out).isEqualTo("1 hands recorded, 0 known, 1 bad\n");
    fails(1, "poker import --strict " + file);
    assertThat(err).contains(file + ":1: hand 7 of friday").contains("; no hand before that line");
  }

  @Test
  void makesNoStoreOfAFileOfWhichNothingCanBeRecorded() throws Exception {
    Path file = file("InvoiceNo,StockCode", "1,2", HAND.strip().replace("cbr 100", "cbr 101"));
    fails(1, "poker import " + file);
    assertThat(err)
        .contains(file + ":1: not JSON: ")
        .endsWith("; no hand of the file can be recorded\n");
    fails(1, "poker import --strict " + file("[" + HAND.strip(), HAND));
    assertThat(err)
        .contains(":1: not JSON: Unexpected end-of-input: expected close marker for Array; ");
    assertThat(directory.resolve("data")).doesNotExist();
    assertThat(game("poker import " + file("nonsense", HAND))).isEqualTo(1);
    assertThat(out).isEqualTo("1 hands recorded, 0 known, 1 bad\n");
  }

  @Test
  void oneImportAtATime() throws Exception {
    Path file = file(HAND);
    try (var _ = EngineStore.open(directory.resolve("data"))) {
      fails(1, "poker import " + file);
      assertThat(err).contains("is in use");
    }
    ok("poker import " + file);
  }

  @Test
  void asksWhichHandIsMeant() throws Exception {
    ok("poker import " + file(HAND.strip(), HAND.replace("friday", "saturday")));
    fails(4, "poker show 7");
    assertThat(err).contains("2 hands are called 7: name one of friday#7, saturday#7");
    ok("poker show saturday");
  }

  @Test
  void announcesAchievementsWhileOthersPlay() throws Exception {
    ok("start bea");
    var watching = new CountDownLatch(1);
    var told = new ByteArrayOutputStream();
    var outBytes =
        new OutputStream() {
          @Override
          public synchronized void write(int b) {
            told.write(b);
            if (b == '\n' && told.toString(StandardCharsets.UTF_8).contains("Ctrl-C")) {
              watching.countDown();
            }
          }
        };
    var terminal =
        Terminal.of(InputStream.nullInputStream(), outBytes, new ByteArrayOutputStream());
    String data = directory.resolve("data").toString();
    var watcher =
        CompletableFuture.supplyAsync(
            () ->
                new GameCommand(EngineStore::open, new Application(terminal))
                    .execute("--data", data, "watch", "--count", "2"),
            task -> Thread.ofVirtual().start(task));
    assertThat(watching.await(60, TimeUnit.SECONDS)).isTrue();
    ok("start cid");
    ok("fight bea wolf 12");
    assertThat(watcher.get(60, TimeUnit.SECONDS)).isZero();
    assertThat(told.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "New Adventure: bea\n"
                + ("watching " + data + "; Ctrl-C ends it\n")
                + "cid has earned: New Adventure\n"
                + "bea has earned: Level 2 Hero\n");
  }

  @Test
  void watchesOnlyAGameThatIsThere() {
    fails(1, "watch");
    ok("start bea");
    fails(2, "watch --count -1");
    ok("watch --count 0");
    assertThat(out).startsWith("New Adventure: bea\nwatching ");
  }

  @Test
  void helps() {
    ok("help");
    for (String command : List.of("start", "fight", "undo", "story", "poker")) {
      assertThat(out).contains("  " + command);
    }
    ok("poker help");
    assertThat(out).contains("import").contains("stacks").contains("net");
    ok("poker help import");
    ok("fight --help");
    assertThat(out).contains("--wounds");
  }

  @Test
  void tellsWhatChangedAndWhatLedToIt() throws IOException {
    ok("start bea");
    ok("fight bea wolf 12 --wounds 20");
    ok("diff hero-bea --from 0");
    assertThat(out).contains("/xp ").contains("before: revision 0,");
    ok("diff hero-bea --json");
    assertThat(out).startsWith("{\"stream\":\"hero-bea\",\"before\":{\"revision\":null,");
    String[] importing = {"--data", directory.resolve("data").toString(), "poker", "import"};
    var args = new ArrayList<>(List.of(importing));
    args.add(file(HAND).toString());
    assertThat(run(args.toArray(String[]::new))).as(err).isZero();
    String stream;
    String event;
    try (var store = EngineStore.openReadOnly(directory.resolve("data"), EngineOptions.defaults());
        var read = store.read(Query.category("hand"))) {
      var first = read.toList().getFirst();
      stream = first.stream();
      event = first.id().toString();
    }
    assertThat(run("--data", directory.resolve("data").toString(), "diff", stream, "--from", "0"))
        .as(err)
        .isZero();
    assertThat(out).contains("/ended").contains("/board");
    ok("causation " + event);
    assertThat(out).contains("> HandDealt");
    fails(2, "diff hero-bea --from never");
  }
}
