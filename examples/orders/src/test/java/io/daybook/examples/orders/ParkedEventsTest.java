package io.daybook.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.cli.Application;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.subscription.DeadLetter;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.examples.orders.OrderEvent.OrderPaid;
import io.daybook.examples.orders.OrderEvent.OrderRefunded;
import io.daybook.jackson.JsonCodec;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A refund that a script wrote without its day: it is parked, listed, and handled after the mend.
 */
@Tag("long")
class ParkedEventsTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final LocalDate DAY = LocalDate.parse("2026-03-02");

  /** The mend: events of the script, which are of version 1, get a day; we write version 2 now. */
  private static final JsonCodec<OrderEvent> MENDED =
      JsonCodec.of(
          OrderEvent.class,
          types ->
              types.upcast(
                  OrderRefunded.class,
                  1,
                  json -> json.has("date") ? json : json.put("date", DAY.toString())));

  @TempDir private Path directory;

  private String out = "";
  private String err = "";

  private int orders(String... words) {
    var outBytes = new ByteArrayOutputStream();
    var errBytes = new ByteArrayOutputStream();
    int exitCode = run(Terminal.of(InputStream.nullInputStream(), outBytes, errBytes), words);
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return exitCode;
  }

  private int run(Terminal terminal, String... words) {
    var args = new ArrayList<>(List.of("--data", directory.resolve("data").toString()));
    args.addAll(List.of(words));
    var command =
        new OrdersCommand(EngineStore::open, Clock.systemUTC(), new Application(terminal));
    return command.execute(args.toArray(String[]::new));
  }

  /** Two orders are paid; the first one is refunded by the script, and then once more by us. */
  private static UUID sell(EventStore store) {
    pay(store, "order-7", "10");
    Event poison = Event.json("OrderRefunded", "{\"amount\":2.50}");
    var _ = store.append("order-7", ExpectedRevision.any(), poison);
    append(store, "order-7", new OrderRefunded(new BigDecimal("1"), DAY));
    pay(store, "order-8", "5");
    return poison.id();
  }

  private static void pay(EventStore store, String stream, String amount) {
    append(store, stream, new OrderPaid(new BigDecimal(amount), DAY));
  }

  private static void append(EventStore store, String stream, OrderEvent event) {
    Event encoded = Orders.ORDER_EVENTS.encode(Event.newId(), event, Audit.none());
    var _ = store.append(stream, ExpectedRevision.any(), encoded);
  }

  private static BigDecimal revenue(SortedMap<LocalDate, Views.Day> view) {
    return view.get(DAY).revenue();
  }

  @Test
  void isParkedListedAndHandledAfterTheMend() throws Exception {
    var store = new InMemoryStore();
    UUID poison = sell(store);
    try (var revenue = Views.revenuePerDay().follow(store)) {
      revenue.awaitHead(SOON);
      // the other order counts; what follows in the poisoned one waits for its turn
      BigDecimal sum = revenue.query(ParkedEventsTest::revenue);
      assertThat(sum).isEqualByComparingTo("15");
      List<DeadLetter> parked = revenue.deadLetters().list();
      assertThat(parked).extracting(DeadLetter::type).containsOnly("OrderRefunded");
      assertThat(parked).extracting(DeadLetter::waits).containsExactly(false, true);
      assertThat(parked.getFirst().eventId()).isEqualTo(poison);
      assertThat(parked.getFirst().error()).contains("date");

      // without a mend, it fails again
      revenue.await(revenue.deadLetters().replay(poison), SOON);
      assertThat(revenue.deadLetters().list()).hasSize(2);
    }
    try (var mended = Views.revenuePerDay(MENDED).follow(store)) {
      mended.awaitHead(SOON);
      assertThat(mended.deadLetters().list()).as("a restart ends nothing").hasSize(2);
      mended.await(mended.deadLetters().replayAll(), SOON);
      BigDecimal sum = mended.query(ParkedEventsTest::revenue);
      assertThat(sum).isEqualByComparingTo("11.50");
      assertThat(mended.deadLetters().list()).isEmpty();
    }
  }

  @Test
  void isToldByTheCommandWhichCanAlsoGiveItUp() throws Exception {
    String poison;
    try (EventStore store = EngineStore.open(directory.resolve("data"))) {
      poison = sell(store).toString();
    }
    assertThat(orders("revenue")).as("rather no sum than a wrong one").isEqualTo(1);
    assertThat(err).hasLineCount(1).contains("OrderRefunded");

    try (var said = new PipedInputStream();
        var saying = new PipedOutputStream(said)) {
      var exitCode = new AtomicInteger(-1);
      Terminal terminal = Terminal.of(InputStream.nullInputStream(), saying, saying);
      Thread running = Thread.ofPlatform().start(() -> exitCode.set(run(terminal, "run")));
      var lines = new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8));
      List<String> first = List.of(lines.readLine(), lines.readLine());
      assertThat(first)
          .anyMatch(line -> line.startsWith("at work in"))
          .anyMatch(line -> line.startsWith("revenue: OrderRefunded of order-7 is parked"));

      assertThat(orders("projection", "revenue", "dead-letters")).isZero();
      assertThat(out).contains(poison, "order-7", "date");
      assertThat(orders("projection", "revenue", "dead-letters", "replay", poison)).isZero();
      assertThat(orders("projection", "revenue", "dead-letters", "discard", poison)).isZero();

      running.interrupt();
      running.join();
      assertThat(exitCode).hasValue(0);
    }
  }
}
