package io.daybook.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.cli.Application;
import io.daybook.cli.Demo;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventstore.Query;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command and the story, in this process, on a store on disk. */
@Tag("long")
class OrdersCommandTest {
  @TempDir private Path directory;

  private Clock clock = Clock.fixed(Instant.parse("2026-03-02T09:00:00Z"), ZoneOffset.UTC);
  private String out = "";
  private String err = "";

  private int orders(String... words) {
    var args = new ArrayList<>(List.of("--data", directory.resolve("data").toString()));
    args.addAll(List.of(words));
    var outBytes = new ByteArrayOutputStream();
    var errBytes = new ByteArrayOutputStream();
    var application =
        new Application(Terminal.of(InputStream.nullInputStream(), outBytes, errBytes));
    var command =
        new OrdersCommand(
            path -> EngineStore.open(path, EngineOptions.defaults().withClock(clock)),
            clock,
            application);
    int exitCode = command.execute(args.toArray(String[]::new));
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return exitCode;
  }

  private void ok(String expected, String... words) {
    assertThat(orders(words)).as(err).isZero();
    assertThat(err).isEmpty();
    assertThat(out).contains(expected);
  }

  private void fails(int exitCode, String problem, String... words) {
    assertThat(orders(words)).isEqualTo(exitCode);
    assertThat(out).isEmpty();
    assertThat(err).hasLineCount(1).startsWith("orders").contains(problem);
  }

  private void pass(Duration duration) {
    clock = Clock.offset(clock, duration);
  }

  @Test
  void anOrderGoesItsWay() {
    ok("pen: 5, of which 5", "receive", "pen", "5", "--command-id", "in-1");
    ok("pen: 5, of which 5", "receive", "pen", "5", "--command-id", "in-1");
    ok("7: placed, 3.00", "place", "7", "pen=2@1.50", "--customer", "Ada, \"the\" Great");
    ok("7,\"Ada, \"\"the\"\" Great\",placed,3.00,2026-03-05\n", "open", "--format", "csv");
    ok("unpaid", "timers");
    ok("7: paid", "pay", "7", "3");
    ok("no timer is pending", "timers");
    pass(Duration.ofDays(4));
    ok("7: packed", "pack", "7", "P-1");
    ok("7: shipped", "ship", "7", "Lasse");
    ok("7: delivered", "deliver", "7");
    ok("7: delivered", "return", "7", "pen", "1");
    ok("7: delivered", "refund", "7", "1.5");
    ok("pen,4,0,4\n", "stock", "--format", "csv");
    ok("2026-03-06,0.00,1.50,-1.50\n", "revenue", "--format", "csv");
    ok("2026-03-05,2026-03-06,1\n", "late", "--format", "csv");
    ok("1 of pen came back", "history", "7");
    ok("given back 1.50", "show", "7");
    ok("running", "processes");
    ok("running", "retry", "7");
  }

  @Test
  void anUnpaidOrderIsCancelledByWhateverCommandComesNext() {
    ok("", "receive", "pen", "5");
    ok("7: placed", "place", "7", "pen=2@1.50", "--customer", "Ada");
    pass(Duration.ofMinutes(30));
    ok("none", "work");
    ok("7: cancelled", "show", "7");
    ok("pen,5,0,5", "stock", "--format", "csv");
    ok("8: cancelled", "place", "8", "pen=6@1", "--customer", "Bert");
    ok("pen is out of stock: 5 are left, 6 are wanted", "history", "8");
    ok("9: placed", "place", "9", "pen=1@1", "--customer", "Cleo");
    ok("9: cancelled", "cancel", "9", "second thoughts");
  }

  @Test
  void aPaymentThatComesTooLateIsRefused() {
    ok("", "receive", "pen", "5");
    for (String id : List.of("7", "8", "9")) {
      ok(id + ": placed", "place", id, "pen=1@1.50", "--customer", "Ada");
    }
    pass(Duration.ofMinutes(30).minusMillis(1));
    ok("7: paid", "pay", "7", "1.50");
    pass(Duration.ofMillis(1));
    fails(4, "order-cancelled", "pay", "8", "1.50");
    pass(Duration.ofDays(1));
    fails(4, "order-cancelled", "pay", "9", "1.50");
    ok("pen,5,1,4", "stock", "--format", "csv");
    ok("not paid within 30 minutes", "history", "9");
  }

  @Test
  void lateIsWhatIsNotShippedOnThePromisedDay() {
    ok("", "receive", "pen", "5");
    for (String id : List.of("7", "8")) {
      ok("", "place", id, "pen=1@1.50", "--customer", "Ada", "--promised", "2026-03-03");
      ok("", "pay", id, "1.50");
    }
    ok("8: cancelled", "cancel", "8");
    String heading = "order,customer,promised_by,shipped_on,days_late\n";
    pass(Duration.ofDays(1));
    ok("", "late", "--format", "csv");
    assertThat(out).isEqualTo(heading);
    pass(Duration.ofDays(1));
    ok("", "late", "--format", "csv");
    assertThat(out).isEqualTo(heading + "7,Ada,2026-03-03,,1\n");
  }

  @Test
  void whatCanBeNoNameOrDayOrAmountIsRefused() {
    String tooLong = "x".repeat(201);
    ok("", "receive", "x".repeat(200), "5");
    ok("", "place", "y".repeat(200), "x".repeat(200) + "=2@1.50", "--customer", "Ada");
    fails(4, "invalid-name", "receive", tooLong, "5");
    fails(4, "invalid-name", "receive", " ", "5");
    fails(4, "invalid-name", "place", tooLong, "pen=2@1.50", "--customer", "Ada");
    fails(4, "invalid-name", "place", "", "pen=2@1.50", "--customer", "Ada");
    fails(4, "invalid-name", "place", "7", tooLong + "=2@1.50", "--customer", "Ada");
    fails(4, "invalid-name", "place", "7", "a\tb=2@1.50", "--customer", "Ada");
    fails(4, "amount-too-large", "place", "7", "pen=2@1e999999999", "--customer", "Ada");
    String[] dated = {"place", "7", "pen=2@1.50", "--customer", "Ada", "--date", ""};
    for (String day : List.of("+999999999-12-31", "0000-12-31", "2026-02-30", "soon")) {
      dated[6] = day;
      fails(2, "'" + day + "' is not a day like", dated);
    }
    fails(2, "'much' is not an amount", "pay", "7", "much");
    fails(2, "'1.5' is not a whole number", "receive", "pen", "1.5");
    fails(4, "quantity-not-positive", "receive", "pen", "-1");
  }

  @Test
  void whatIsWrongIsToldInOneLine() {
    fails(1, "there are no orders in", "open");
    fails(2, "is not PRODUCT=QUANTITY@PRICE", "place", "7", "pen", "--customer", "Ada");
    fails(2, "--customer", "place", "7", "pen=1@1");
    fails(4, "quantity-not-positive", "place", "7", "pen=0@1", "--customer", "Ada");
  }

  @Test
  void logsAreImportedSideBySide() throws Exception {
    Path log = directory.resolve("a.xes");
    Files.writeString(
        log,
        "<log><trace><string key='concept:name' value='c,1'/><event><string key='concept:name'"
            + " value='say \"A\"'/></event></trace></log>");
    ok("events: 1 recorded, 0 known before", "import-xes", log.toString());
    ok("events: 0 recorded, 1 known before", "import-xes", log.toString());
    assertThat(orders("activities", "--format", "csv")).isZero();
    assertThat(out).isEqualTo("activity,count\n\"say \"\"A\"\"\",1\n");
    assertThat(orders("cases", "--format", "csv")).isZero();
    assertThat(out).isEqualTo("case,events,last_activity\n\"c,1\",1,\"say \"\"A\"\"\"\n");
    ok("none", "cases", "--by", "items");
    fails(1, "there is no file", "import-ocel", directory.resolve("none").toString());
    ok("", "check");
  }

  @Test
  void theOrdersAreCopiedWithoutNames() throws Exception {
    Path copy = directory.resolve("copy");
    String target = copy.toString();
    ok("", "receive", "pen", "5", "--actor", "Wim");
    ok("", "place", "7", "pen=2@1.50", "--customer", "Ada Novak", "--actor", "Ada Novak");
    ok("", "pay", "7", "3", "--actor", "Ada Novak", "--reason", "Ada Novak called");
    fails(2, "is the store itself", "anonymous", directory.resolve("data").toString());
    ok(target + ": ", "anonymous", target);
    ok(target + ": 0 events copied", "anonymous", target);
    // what comes later is copied later
    ok("", "cancel", "7", "Ada Novak called again");
    ok(target + ": ", "anonymous", target);
    assertThat(out).doesNotContain(": 0 events");

    try (var store = EngineStore.openReadOnly(copy, EngineOptions.defaults());
        var read = store.read(Query.everything())) {
      assertThat(read.toList())
          .isNotEmpty()
          .noneMatch(event -> (event.data().text() + event.metadata().text()).contains("Novak"))
          .noneMatch(event -> event.metadata().text().contains("Wim"));
      // amounts keep their digits
      assertThat(store.read(Query.types("OrderPlaced")).toList().getFirst().data().text())
          .contains("\"customer\":\"customer of order-7\"", "1.50");
    }
    ok("7: cancelled", "show", "7", "--data", target);
    ok("pen,5,0,5", "stock", "--format", "csv", "--data", target);
    ok("", "place", "8", "pen=1@1", "--customer", "Tester", "--data", target);
    ok("8:", "show", "8", "--data", target);
    fails(4, "unknown-order", "show", "8");
  }

  @Test
  void noStoreIsMadeForAFileThatIsNoLog() throws Exception {
    Path half = Files.writeString(directory.resolve("half.xes"), "<log><trace>");
    Path none = Files.writeString(directory.resolve("none.sqlite"), "this is no SQLite database");
    fails(1, "not well-formed XML", "import-xes", half.toString());
    fails(1, "not an SQLite database", "import-ocel", none.toString());
    fails(1, "there is no file", "import-ocel", directory.resolve("nowhere").toString());
    Path empty = Files.writeString(directory.resolve("empty.xes"), "<log><trace></trace></log>");
    fails(1, "the log has no events", "import-xes", empty.toString());
    assertThat(directory.resolve("data")).doesNotExist();
    Files.createDirectory(directory.resolve("data"));
    fails(1, "there are no orders in", "cases");
    assertThat(directory.resolve("data")).isEmptyDirectory();
    try (var _ = EngineStore.open(directory.resolve("data"))) {
      Path log = Files.writeString(directory.resolve("one.xes"), "<log><event/></log>");
      fails(1, "is in use", "import-xes", log.toString());
    }
  }

  @Test
  void aRefundIsNotBeforeThePayment() {
    ok("", "receive", "pen", "5");
    ok("", "place", "7", "pen=2@1.50", "--customer", "Ada", "--date", "2026-01-02");
    ok("", "pay", "7", "3", "--date", "2026-01-05");
    fails(4, "before-what-came-first", "cancel", "7", "--date", "2026-01-04");
    ok("", "cancel", "7", "--date", "2026-01-06");
    ok("2026-01-05,3.00,0.00,3.00\n2026-01-06,0.00,3.00,-3.00\n", "revenue", "--format", "csv");
  }

  @Test
  void theStoryIsToldOn80Columns() throws Exception {
    var bytes = new ByteArrayOutputStream();
    var terminal =
        Terminal.of(InputStream.nullInputStream(), bytes, OutputStream.nullOutputStream());
    Path data = directory.resolve("demo");
    assertThat(new OrdersDemo().run(List.of(data.toString()), terminal)).isZero();
    String story = bytes.toString(StandardCharsets.UTF_8).replace(data.toString(), "/tmp/demo");
    assertThat(story)
        .contains("bert-1 cancelled: not paid within 30 minutes")
        .contains("cleo-1 cancelled: desk is out of stock")
        .contains("Refused, order-cancelled")
        .contains("2026-03-11    0.00     39.90   -39.90")
        .contains("What to try now");
    assertThat(story.lines()).allMatch(line -> line.length() <= 80);
    assertThat(ServiceLoader.load(Demo.class)).extracting(Demo::name).contains("orders");
  }

  @Test
  void whatHappenedIsExplained() {
    ok("pen: 5", "receive", "pen", "5");
    ok("7: placed, 3.00", "place", "7", "pen=2@1.50", "--customer", "Ada");
    ok("7: paid", "pay", "7", "3");

    ok("/status          \"PLACED\"  \"PAID\"", "diff", "order-7", "--from", "0", "--to", "2");
    ok("\"path\":\"/onHand\",\"before\":0,\"after\":5", "diff", "stock-pen", "--json");
    fails(2, "there are those of order, stock", "diff", "fulfilment-7");

    String placed;
    try (var store = EngineStore.openReadOnly(directory.resolve("data"), EngineOptions.defaults());
        var read = store.read(Query.stream("order-7"))) {
      placed = read.toList().getFirst().id().toString();
    }
    ok("> OrderPlaced", "causation", placed);
    assertThat(out).contains("    StockReserved ").contains("      StockConfirmed ");
  }

  @Test
  void itsReadModelsAreControlledWhileItRuns() throws Exception {
    ok("pen: 5", "receive", "pen", "5");
    ok("stock        -        stopped", "projections");
    ok("fulfilment   -        stopped", "projections");
    fails(1, "takes the running application", "projection", "stock", "pause");

    var running = new OrdersCommandTest();
    running.directory = directory;
    var exitCode = new AtomicInteger(-1);
    Thread application = Thread.ofPlatform().start(() -> exitCode.set(running.orders("run")));
    while (orders("projection", "stock", "--json") != 0 || out.contains("stopped")) {
      Thread.onSpinWait();
    }
    ok("paused", "projection", "stock", "pause");
    fails(1, "is paused", "projection", "stock", "rebuild");
    assertThat(orders("projection", "stock", "resume")).isZero();
    ok("\"name\":\"stock\"", "projection", "stock", "rebuild", "--json");
    ok("no timer is pending", "timers");
    fails(1, "in use", "receive", "pen", "5");

    application.interrupt();
    application.join();
    assertThat(exitCode).hasValue(0);
    assertThat(running.out).contains("at work in").contains("Ctrl-C ends it");
    assertThat(directory.resolve("data.control")).doesNotExist();
    ok("stopped", "projection", "stock");
  }

  @Test
  void the_list_of_commands_tells_what_each_does_in_a_whole_sentence() {
    ok("Checks ", "help");
    List<String> commands = out.substring(out.indexOf("Commands:")).lines().skip(1).toList();
    // a sentence may go on in further lines, which are indented
    for (int i = 0; i < commands.size() && !commands.get(i).isBlank(); i++) {
      boolean last = i + 1 == commands.size() || !commands.get(i + 1).startsWith("     ");
      if (last) {
        assertThat(commands.get(i)).endsWith(".");
      }
    }
  }
}
