package io.daybook.examples.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ImportObserver;
import io.daybook.engine.EngineStore;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.examples.game.HandImport.Summary;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Files of hands: what is recorded of them, once, and what is said of bad lines. */
class HandImportTest {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final String HAND =
      """
      {"variant": "NT", "antes": [0, 0], "blinds_or_straddles": [5, 10], "min_bet": 10, \
      "starting_stacks": [100, 100], "players": ["Ana", "Ben"], \
      "actions": ["d dh p1 AcAd", "d dh p2 ????", "p2 f"], "hand": 1}\
      """;

  @TempDir private Path directory;

  private final List<String> problems = new ArrayList<>();
  private final ImportObserver observer =
      new ImportObserver() {
        @Override
        public void progress(long hands, long bytes, long of) {
          assertThat(bytes).isBetween(0L, of);
        }

        @Override
        public void bad(long line, String problem) {
          problems.add(line + ": " + problem);
        }
      };

  private Summary run(EventStore store, Path file, boolean strict) throws Exception {
    return new HandImport(new PokerRoom(store), file, strict, observer).run();
  }

  private Path file(String... lines) throws IOException {
    return Files.writeString(directory.resolve("hands.jsonl"), String.join("\n", lines));
  }

  private static String hand(int number) {
    return HAND.replace("\"hand\": 1", "\"hand\": " + number);
  }

  private static List<String> stacks(EventStore store) {
    var lines = new ArrayList<String>();
    new PokerRoom(store).finished(table -> lines.add(PokerReports.stacks(table)));
    return lines;
  }

  private static List<JsonNode> told(Path file) throws IOException {
    var hands = new ArrayList<JsonNode>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      lines.lines().map(MAPPER::readTree).forEach(hands::add);
    }
    return hands;
  }

  @Test
  @Tag("long")
  void findsTheFinishingStacksOfAllRealHands() throws Exception {
    Path file = RealData.hands();
    List<JsonNode> told = told(file);
    List<String> stacks;
    try (var store = EngineStore.open(directory.resolve("game"))) {
      assertThat(run(store, file, true)).isEqualTo(new Summary(5_000, 0, 0));
      stacks = stacks(store);
      assertThat(stacks).hasSize(5_000);
      for (int i = 0; i < stacks.size(); i++) {
        JsonNode found = MAPPER.readTree(stacks.get(i));
        JsonNode hand = told.get(i);
        assertThat(found.get("hand")).isEqualTo(hand.get("hand"));
        assertThat(found.get("file")).isEqualTo(hand.get("file"));
        assertThat(amounts(found.get("stacks")))
            .as(hand.get("file").asString())
            .isEqualTo(amounts(hand.get("finishing_stacks")));
      }
      NetResults net = new PokerRoom(store).net();
      assertThat(net.total()).isEqualTo(Chips.ZERO);
      assertThat(net.players()).hasSize(14);
      assertThat(net.players().values().stream().mapToLong(NetResults.Net::hands).sum())
          .isEqualTo(30_000);
      assertThat(net.players().get("Pluribus"))
          .isEqualTo(new NetResults.Net(5_000, netOf("Pluribus", told)));
    }
    // once more, in a store that was opened again
    try (var store = EngineStore.open(directory.resolve("game"))) {
      long head = store.head().value();
      assertThat(run(store, file, true)).isEqualTo(new Summary(0, 5_000, 0));
      assertThat(store.head().value()).isEqualTo(head);
    }
    checkWithoutTheAnswers(told, stacks);
  }

  /** The file's own finishing stacks are no input, nor is the file's name needed. */
  private void checkWithoutTheAnswers(List<JsonNode> told, List<String> stacks) throws Exception {
    var lines = new StringBuilder();
    for (JsonNode hand : told) {
      ObjectNode bare = (ObjectNode) hand.deepCopy();
      bare.remove(List.of("finishing_stacks", "file"));
      lines.append(bare).append('\n');
    }
    var store = new InMemoryStore();
    assertThat(run(store, file(lines.toString()), true)).isEqualTo(new Summary(5_000, 0, 0));
    assertThat(stacks(store))
        .isEqualTo(stacks.stream().map(s -> s.replaceAll("\"file\":\"[^\"]*\",", "")).toList());
  }

  private static List<Chips> amounts(JsonNode array) {
    var amounts = new ArrayList<Chips>();
    array.forEach(amount -> amounts.add(new Chips(amount.decimalValue())));
    return amounts;
  }

  private static Chips netOf(String player, List<JsonNode> told) {
    Chips net = Chips.ZERO;
    for (JsonNode hand : told) {
      for (int i = 0; i < hand.get("players").size(); i++) {
        if (hand.get("players").get(i).asString().equals(player)) {
          net = net.plus(amounts(hand.get("finishing_stacks")).get(i));
          net = net.minus(amounts(hand.get("starting_stacks")).get(i));
        }
      }
    }
    return net;
  }

  @Test
  void aHandIsOneAppendAndItsActionsAreEvents() throws Exception {
    var store = new InMemoryStore();
    assertThat(run(store, file(HAND.replace("\"hand\"", "\"file\": \"a/b\", \"hand\"")), true))
        .isEqualTo(new Summary(1, 0, 0));
    var events = store.read(Query.stream("hand-a/b#1")).toList();
    assertThat(events)
        .extracting(e -> e.type())
        .containsExactly(
            "HandDealt",
            "BlindPosted",
            "BlindPosted",
            "HoleCardsDealt",
            "HoleCardsDealt",
            "Folded",
            "UncalledBetReturned",
            "PotAwarded",
            "HandEnded");
    assertThat(events.get(1).data().text()).isEqualTo("{\"player\":1,\"amount\":10}");
    assertThat(events.get(3).data().text()).isEqualTo("{\"player\":1,\"cards\":[\"Ac\",\"Ad\"]}");
    assertThat(stacks(store)).containsExactly("{\"hand\":1,\"file\":\"a/b\",\"stacks\":[105,95]}");
  }

  @Test
  void readsPlainAndGzippedFilesWithOrWithoutMarksAndBlankLines() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(
          ("\uFEFF" + hand(1) + "\r\n\r\n" + hand(2) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    Path file = Files.write(directory.resolve("any.name"), bytes.toByteArray());
    assertThat(run(new InMemoryStore(), file, true)).isEqualTo(new Summary(2, 0, 0));
    Path cut =
        Files.write(
            directory.resolve("cut"), Arrays.copyOf(bytes.toByteArray(), bytes.size() - 12));
    assertThatThrownBy(() -> run(new InMemoryStore(), cut, true))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("get it again");
  }

  @Test
  void saysWhenThereIsNothingToRead() throws Exception {
    assertThatThrownBy(() -> run(new InMemoryStore(), directory.resolve("none"), true))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("there is no file");
    assertThatThrownBy(() -> run(new InMemoryStore(), directory, true))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("directory");
    Path empty = file("", " ");
    assertThatThrownBy(() -> run(new InMemoryStore(), empty, true))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("is empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not JSON|not JSON: ",
        "[]|a hand is a JSON object",
        "{}|a hand without a number: variant is NT, no-limit Texas hold'em, but missing",
        "{\"variant\": \"FT\"}|variant is NT, no-limit Texas hold'em, not FT",
        "{\"variant\": \"NT\", \"variant\": \"NT\"}|not JSON: ",
        "{\"variant\": \"NT\"}|starting_stacks is missing",
        "{\"hand\": 1.5}|hand is a whole number or a text, not 1.5",
        "{\"hand\": [1]}|hand is a text, not [1]",
        "{\"file\": \"a\\nb\"}|file is a text of 1 to 512 characters that can be printed",
        "{\"variant\": \"NT\", \"starting_stacks\": 5}|starting_stacks is a list, not 5",
        "{\"variant\": \"NT\", \"starting_stacks\": [\"5\"]}|starting_stacks takes numbers, not"
            + " \"5\"",
        "{\"variant\": \"NT\", \"starting_stacks\": [1e999999999]}|up to 15 digits and 6 decimals,"
            + " not 1E+999999999",
        "{\"variant\": \"NT\", \"starting_stacks\": [1e-999999999]}|up to 15 digits and 6 decimals",
        "{\"variant\": \"NT\", \"starting_stacks\": [5], \"blinds_or_straddles\": [], \"min_bet\":"
            + " 1}|actions is missing",
        "{\"variant\": \"NT\", \"starting_stacks\": [5], \"blinds_or_straddles\": [], \"actions\":"
            + " [7]}|actions are texts, not 7",
        "{\"variant\": \"NT\", \"starting_stacks\": [5], \"blinds_or_straddles\": [], \"players\":"
            + " [7]}|players are names, not 7"
      })
  void saysWhatIsWrongWithALine(String line, String problem) throws Exception {
    assertThat(run(new InMemoryStore(), file(line, HAND), false)).isEqualTo(new Summary(1, 0, 1));
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst()).startsWith("1: ").contains(problem).doesNotContain("\n");
  }

  @Test
  void aBadHandStopsNothingElse() throws Exception {
    Path file =
        file(
            hand(1),
            hand(2).replace("p2 f", "p2 cbr 101"),
            hand(3).replace("p2 f", "p1 f"),
            hand(4).replace("p2 f", "p2 cc\", \"p1 cc"),
            hand(5));
    var store = new InMemoryStore();
    assertThat(run(store, file, false)).isEqualTo(new Summary(2, 0, 3));
    assertThat(problems)
        .containsExactly(
            "2: hand 2, action 3 \"p2 cbr 101\": bet-over-stack: p2 can bet to 100, not to 101",
            "3: hand 3, action 3 \"p1 f\": out-of-turn: it is p2's turn, not p1's",
            "4: hand 4, end: hand-not-over: the hand is not played to its end: the board has 0"
                + " cards");
    assertThat(stacks(store))
        .containsExactly("{\"hand\":1,\"stacks\":[105,95]}", "{\"hand\":5,\"stacks\":[105,95]}");
  }

  @Test
  void strictStopsAtTheFirstBadHand() throws Exception {
    var store = new InMemoryStore();
    assertThat(run(store, file(hand(1), "bad", hand(2), "bad"), true))
        .isEqualTo(new Summary(1, 0, 1));
    assertThat(problems).hasSize(1);
    assertThat(stacks(store)).hasSize(1);
  }

  @Test
  void goesOnWhereItStopped() throws Exception {
    String[] lines = new String[200];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = hand(i % 50);
    }
    var store = new InMemoryStore();
    run(store, file(Arrays.copyOf(lines, 111)), true);
    assertThat(run(store, file(lines), true)).isEqualTo(new Summary(89, 111, 0));
    var atOnce = new InMemoryStore();
    run(atOnce, file(lines), true);
    assertThat(stacks(store)).hasSize(200).isEqualTo(stacks(atOnce));
  }

  @Test
  void aHandOfAFileIsRecordedOnce() throws Exception {
    String named = HAND.replace("\"hand\"", "\"file\": \"a\", \"hand\"");
    var store = new InMemoryStore();
    String other = named.replace("p2 f", "p2 cbr 100\", \"p1 f");
    assertThat(run(store, file(named, named, other), false)).isEqualTo(new Summary(1, 1, 1));
    assertThat(run(store, file(other, named), false)).isEqualTo(new Summary(0, 1, 1));
    assertThat(problems)
        .hasSize(2)
        .allMatch(p -> p.contains("hand 1 of a is recorded already, and went otherwise"));
    assertThat(stacks(store)).hasSize(1);
  }

  @Test
  void namesHandsAsTheFileDoes() throws Exception {
    var store = new InMemoryStore();
    run(
        store,
        file(
            HAND.replace("\"hand\": 1", "\"hand\": \"1\""),
            HAND.replace(", \"hand\": 1", ""),
            HAND.replace("\"hand\": 1", "\"hand\": 12345678901234567890")
                .replace("[100, 100]", "[100.5, 100.25]")),
        true);
    assertThat(stacks(store))
        .containsExactly(
            "{\"hand\":\"1\",\"stacks\":[105,95]}",
            "{\"hand\":null,\"stacks\":[105,95]}",
            "{\"hand\":12345678901234567890,\"stacks\":[105.5,95.25]}");
  }

  @Test
  void twoAtOnceRecordEachHandOnce() throws Exception {
    String[] lines = new String[500];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = hand(i);
    }
    Path file = file(lines);
    var store = new InMemoryStore();
    long recorded = 0;
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var imports =
          List.of(
              executor.submit(() -> run(store, file, true)),
              executor.submit(() -> run(store, file, true)));
      for (var summary : imports) {
        recorded += summary.get().recorded();
        assertThat(summary.get().recorded() + summary.get().known()).isEqualTo(500);
      }
    }
    assertThat(recorded).isEqualTo(500);
    assertThat(problems).isEmpty();
    assertThat(stacks(store)).hasSize(500).doesNotHaveDuplicates();
  }

  @Test
  void anInterruptionKeepsWhatWasRead() throws Exception {
    String[] lines = new String[100];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = hand(i);
    }
    var store = new InMemoryStore();
    var interrupting =
        new ImportObserver() {
          @Override
          public void progress(long hands, long bytes, long of) {
            if (hands == 70) {
              Thread.currentThread().interrupt();
            }
          }

          @Override
          public void bad(long line, String problem) {}
        };
    Path file = file(lines);
    assertThatThrownBy(() -> new HandImport(new PokerRoom(store), file, true, interrupting).run())
        .isInstanceOf(InterruptedException.class);
    assertThat(stacks(store)).hasSize(70);
    assertThat(run(store, file, true)).isEqualTo(new Summary(30, 70, 0));
  }
}
