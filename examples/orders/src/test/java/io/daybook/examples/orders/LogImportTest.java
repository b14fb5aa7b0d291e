package io.daybook.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ProgressLine;
import io.daybook.cli.Terminal;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of other systems: real ones, small ones with gaps, and files that are none. */
class LogImportTest {
  @TempDir private Path directory;

  private final EventStore store = new InMemoryStore();

  @AfterEach
  void closeStore() {
    store.close();
  }

  private static ProgressLine progress() {
    var terminal =
        Terminal.of(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream());
    return new ProgressLine(terminal, "event");
  }

  private static LogImport.Summary importOcel(EventStore store, Path file) {
    return LogImport.ocel(file, progress()).recordIn(store);
  }

  private static LogImport.Summary importXes(EventStore store, Path file) {
    return LogImport.xes(file, progress()).recordIn(store);
  }

  @Test
  @Tag("long")
  void theRealOcelLogAddsUpAndIsRecordedOnce() {
    Path file = RealData.file("ocel2-order-management-ocpa.sqlite.gz");

    assertThat(importOcel(store, file)).isEqualTo(new LogImport.Summary(18_211, 0, 10_151, 0));
    Position head = store.head();
    assertThat(importOcel(store, file)).isEqualTo(new LogImport.Summary(0, 18_211, 0, 10_151));
    assertThat(store.head()).isEqualTo(head);

    assertThat(LogViews.checks(store))
        .extracting(LogViews.Check::toString)
        .containsExactly(
            "order price = items + 5.00: 2000 of 2000", "package weight = items: 320 of 320");
    assertThat(LogViews.activities(store)).containsEntry("pick item", 7_670L).hasSize(8);
    assertThat(LogViews.cases(store, LogImport.CASES)).hasSize(2_000);
    assertThat(store.read(Query.tags("order:990001", "activity:place order")).toList()).hasSize(1);
    assertThat(store.read(Query.tags("item:880007", "activity:item out of stock")).toList())
        .isNotEmpty();
  }

  @Test
  @Tag("long")
  void theRealXesLogHasItsOwnTotalsAndIsRecordedOnce() {
    Path file = RealData.file("07_bpic2013_incidents.xes.gz");

    assertThat(importXes(store, file)).isEqualTo(new LogImport.Summary(65_533, 0, 0, 0));
    Position head = store.head();
    assertThat(importXes(store, file)).isEqualTo(new LogImport.Summary(0, 65_533, 0, 0));
    assertThat(store.head()).isEqualTo(head);

    assertThat(LogViews.checks(store))
        .extracting(LogViews.Check::toString)
        .containsExactly("activities as often as the log states: 4 of 4");
    assertThat(LogViews.cases(store, LogImport.CASES)).hasSize(7_554);
  }

  private static final String XES =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <log xmlns="http://www.xes-standard.org/">
        <global scope="event"><string key="concept:name" value="NOTHING"/></global>
        <int key="meta_concept:named_events_total" value="4">
          <int key="A" value="3"/><int key="NOTHING" value="1"/>
        </int>
        <trace>
          <string key="concept:name" value="c, &quot;1&quot;"/>
          <event>
            <string key="concept:name" value="A"/>
            <date key="time:timestamp" value="2026-01-01T10:00:00+01:00"/>
            <list key="l"><string key="x" value="y"/></list>
          </event>
          <event><date key="time:timestamp" value="2026-01-01T11:00:00.500+01:00"/></event>
        </trace>
        <trace>
          <event><string key="concept:name" value="A"/></event>
          <event><string key="concept:name" value="A"/></event>
        </trace>
      </log>
      """;

  @Test
  void whatAnXesLogLeavesOutIsAsItDeclares() throws Exception {
    Path file = Files.writeString(directory.resolve("small.xes"), XES);

    assertThat(importXes(store, file)).isEqualTo(new LogImport.Summary(4, 0, 0, 0));

    assertThat(LogViews.cases(store, LogImport.CASES))
        .extracting(LogViews.Case::id, LogViews.Case::events, LogViews.Case::lastActivity)
        .containsExactly(tuple("UNKNOWN", 2L, "A"), tuple("c, \"1\"", 2L, "NOTHING"));
    assertThat(LogViews.checks(store).getFirst().right()).isEqualTo(2);
    assertThat(store.read(Query.stream("log-case:c, \"1\"")).toList().getFirst().data().text())
        .contains("\"l/x\":\"y\"");
  }

  @Test
  void anInterruptedImportGoesOn() throws Exception {
    var many = new StringBuilder("<log><trace><string key='concept:name' value='c'/>");
    for (int i = 0; i < 1_200; i++) {
      many.append("<event><string key='concept:name' value='A'/></event>");
    }
    Path file = packed(many.append("</trace></log>").toString());
    var failing =
        new ForwardingStore(store) {
          private int appends;

          @Override
          public AppendResult append(Append append) {
            if (++appends > 1) {
              throw new EventStoreFailedException("full", null);
            }
            return super.append(append);
          }
        };
    assertThatThrownBy(() -> importXes(failing, file))
        .isInstanceOf(EventStoreFailedException.class);
    assertThat(importXes(store, file)).isEqualTo(new LogImport.Summary(700, 500, 0, 0));
    assertThat(LogViews.activities(store)).containsEntry("A", 1_200L);
  }

  private Path xes(String name, String... events) throws Exception {
    var text = new StringBuilder("<log><trace><string key='concept:name' value='c'/>");
    for (String event : events) {
      text.append("<event><string key='concept:name' value='").append(event).append("'/></event>");
    }
    return Files.writeString(directory.resolve(name), text.append("</trace></log>"));
  }

  @Test
  void logsThatTellSomeOfTheSameAreRecordedOnce() throws Exception {
    Path first = xes("first.xes", "A", "B", "B", "C");
    Path second = xes("second.xes", "B", "C", "D", "D");

    assertThat(importXes(store, first)).isEqualTo(new LogImport.Summary(4, 0, 0, 0));
    assertThat(importXes(store, second)).isEqualTo(new LogImport.Summary(2, 2, 0, 0));
    assertThat(importXes(store, first)).isEqualTo(new LogImport.Summary(0, 4, 0, 0));

    assertThat(LogViews.activities(store)).isEqualTo(Map.of("A", 1L, "B", 2L, "C", 1L, "D", 2L));
  }

  private Path ocel(String... sql) throws Exception {
    Path file = directory.resolve("small.sqlite");
    Files.deleteIfExists(file);
    try (var database = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = database.createStatement()) {
      for (String one :
          List.of(
              "CREATE TABLE event(ocel_id TEXT, ocel_type TEXT)",
              "CREATE TABLE object(ocel_id TEXT, ocel_type TEXT)",
              "CREATE TABLE event_object(ocel_event_id TEXT, ocel_object_id TEXT)",
              "CREATE TABLE object_object(ocel_source_id TEXT, ocel_target_id TEXT)",
              "CREATE TABLE event_map_type(ocel_type TEXT, ocel_type_map TEXT)",
              "CREATE TABLE object_map_type(ocel_type TEXT, ocel_type_map TEXT)",
              "INSERT INTO object_map_type VALUES ('orders','Orders'),('items','Items')",
              "INSERT INTO event_map_type VALUES ('place order','PlaceOrder')",
              "CREATE TABLE object_Orders(ocel_id, ocel_time, ocel_changed_field, price REAL)",
              "CREATE TABLE object_Items(ocel_id, ocel_time, ocel_changed_field, price REAL)",
              "CREATE TABLE event_PlaceOrder(ocel_id TEXT, ocel_time TEXT, channel TEXT)",
              "INSERT INTO object VALUES ('o1','orders'),('o2','orders'),('o3','orders')",
              "INSERT INTO object VALUES ('i1','items'),('i2','items'),('i3','items')",
              "INSERT INTO object_object VALUES ('o1','i1'),('o1','i2'),('o2','i2'),('o3','i3')",
              "INSERT INTO object_Items VALUES ('i1',NULL,NULL,0.1),('i2',NULL,NULL,0.2)",
              "INSERT INTO object_Orders VALUES ('o1',NULL,NULL,5.3),('o2',NULL,NULL,5.21)",
              "INSERT INTO event VALUES ('e1','place order'),('e2','place order')",
              "INSERT INTO event_PlaceOrder VALUES ('e1','2026-01-02 10:00:00','web')",
              "INSERT INTO event_object VALUES ('e1','o1'),('e2','o2')")) {
        statement.execute(one);
      }
      for (String one : sql) {
        statement.execute(one);
      }
    }
    return file;
  }

  @Test
  void figuresAreExactAndMissingOnesAreTold() throws Exception {
    assertThat(importOcel(store, ocel())).isEqualTo(new LogImport.Summary(2, 0, 6, 0));

    LogViews.Check price = LogViews.checks(store).getFirst();
    assertThat(price.toString())
        .isEqualTo(
            "order price = items + 5.00: 1 of 2 (1 without a figure); the first that is not:"
                + " order:o2 has 5.21, not 5.20");
  }

  /** It says of itself that a log of changes stands beside it. */
  @Test
  void aDatabaseWithAWriteAheadLogIsReadAndLeavesNothingBeside() throws Exception {
    Path file = ocel("PRAGMA journal_mode=WAL", "UPDATE event SET ocel_type = ocel_type");
    assertThat(Files.readAllBytes(file)[18]).isEqualTo((byte) 2);
    assertThat(importOcel(store, file)).isEqualTo(new LogImport.Summary(2, 0, 6, 0));
    try (var beside = Files.list(directory)) {
      assertThat(beside).containsExactly(file);
    }
  }

  @Test
  void anEventMayTouchMoreObjectsThanItCanHaveTags() throws Exception {
    var objects = new StringBuilder("INSERT INTO object VALUES ('x0','items')");
    var links = new StringBuilder("INSERT INTO event_object VALUES ('e1','x0')");
    for (int i = 1; i < 150; i++) {
      objects.append(",('x").append(i).append("','items')");
      links.append(",('e1','x").append(i).append("')");
    }
    Path file = ocel(objects.toString(), links.toString());

    assertThat(importOcel(store, file).events()).isEqualTo(2);
    assertThat(importOcel(store, file).knownEvents()).isEqualTo(2);
    for (int i = 0; i < 150; i++) {
      assertThat(store.read(Query.tags("item:x" + i, "activity:place order")).toList()).hasSize(1);
    }
    assertThat(LogViews.activities(store)).containsEntry("place order", 2L);
  }

  @Test
  void badFilesAreToldInOneLineAndLeaveNothing() throws Exception {
    Path text = Files.writeString(directory.resolve("text"), "hello, this is no log");
    Path half = Files.writeString(directory.resolve("half.xes"), XES.substring(0, 700));
    Path badTime =
        Files.writeString(
            directory.resolve("time.xes"), XES.replace("2026-01-01T10:00:00+01:00", "yesterday"));

    refused("not an SQLite database", () -> importOcel(store, text));
    refused("line 1: it is not well-formed XML", () -> importXes(store, text));
    refused("it is not well-formed XML", () -> importXes(store, half));
    refused("is cut off: get it again", () -> importXes(store, cutOff(XES)));
    refused("is cut off: get it again", () -> importOcel(store, cutOff(XES)));
    Path latin =
        Files.writeString(
            directory.resolve("latin.xes"),
            XES.replaceFirst("concept", "conc\u00e9pt"),
            StandardCharsets.ISO_8859_1);
    refused("it is not well-formed XML: Invalid byte", () -> importXes(store, latin));
    refused("not a date and time: yesterday", () -> importXes(store, badTime));
    refused("there is no file", () -> importXes(store, directory.resolve("none")));
    refused("is a directory", () -> importOcel(store, directory));
    refused("the table event is missing", () -> importOcel(store, ocel("DROP TABLE event")));
    refused(
        "the event e1 stands twice",
        () -> importOcel(store, ocel("INSERT INTO event VALUES ('e1','x')")));
    refused(
        "the object o9 is used",
        () -> importOcel(store, ocel("INSERT INTO event_object VALUES ('e1','o9')")));
    refused(
        "the event e8",
        () ->
            importOcel(
                store,
                ocel("INSERT INTO event_PlaceOrder VALUES ('e8','2026-01-02 10:00:00','web')")));
    refused(
        "the event e9",
        () -> importOcel(store, ocel("INSERT INTO event_object VALUES ('e9','o1')")));
    refused(
        "not a date and time: soon",
        () -> importOcel(store, ocel("UPDATE event_PlaceOrder SET ocel_time='soon'")));
    assertThat(store.head()).isEqualTo(Position.BEFORE_FIRST);
  }

  /** All of it is there, but what it is checked by. */
  private Path cutOff(String text) throws IOException {
    byte[] whole = Files.readAllBytes(packed(text));
    return Files.write(directory.resolve("cut"), Arrays.copyOf(whole, whole.length - 1));
  }

  private Path packed(String text) throws IOException {
    Path file = directory.resolve("packed.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private static void refused(String problem, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining(problem)
        .hasMessageNotContaining("\n");
  }
}
