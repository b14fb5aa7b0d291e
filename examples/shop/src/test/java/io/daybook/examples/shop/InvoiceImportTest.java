package io.daybook.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.cli.ImportObserver;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.examples.shop.InvoiceImport.Summary;
import io.daybook.examples.shop.Purchases.InvoiceEvent;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class InvoiceImportTest {
  @TempDir private Path directory;

  private final List<String> problems = new ArrayList<>();
  private final ImportObserver observer =
      new ImportObserver() {
        @Override
        public void progress(long rows, long done, long of) {
          assertThat(rows).isBetween(0L, of);
        }

        @Override
        public void bad(long line, String problem) {
          problems.add(line + ": " + problem);
        }
      };

  private static Shop shop(EventStore store) {
    return new Shop(store, Clock.systemUTC());
  }

  private Summary run(EventStore store, Path file, boolean strict) throws Exception {
    return shop(store)
        .invoiceImport(file, InvoiceFile.survey(file, strict), strict, observer)
        .run();
  }

  private Path file(String... rows) throws IOException {
    return Files.writeString(
        directory.resolve("invoices.csv"), InvoiceFileTest.HEADER + String.join("\n", rows));
  }

  private static String row(String invoice, String product, int quantity, String customer) {
    return "%s,%s,A thing,%d,2010-12-01 08:26:00,2.5,%s,France"
        .formatted(invoice, product, quantity, customer);
  }

  /** What is stored, in words: invoice, outcome, product and quantity. */
  private static List<String> stored(EventStore store) {
    var all = new ArrayList<String>();
    try (var read = ShopCodecs.INVOICES.read(store, ReadRequest.of(Query.everything()))) {
      for (Recorded<InvoiceEvent> recorded : read) {
        Purchases.Line line = recorded.event().line();
        String outcome = recorded.stored().type();
        all.add(line.invoice() + " " + outcome + " " + line.product() + " " + line.quantity());
      }
    }
    return all;
  }

  private static final Sales.Totals REAL =
      new Sales.Totals(
          541_909, 25_900, 4_372, 4_070, 5_176_450, new BigDecimal("9747747.934"), 1_387);

  @Test
  void theRealInvoicesAddUpAlsoWhenInterruptedAndWhenImportedTwice() throws Exception {
    Path file = RealData.invoices();
    var survey = InvoiceFile.survey(file, true);
    Thread importer = Thread.currentThread();
    var interrupting =
        new ImportObserver() {
          @Override
          public void progress(long rows, long done, long of) {
            if (rows == 200_000) {
              importer.interrupt();
            }
          }

          @Override
          public void bad(long line, String problem) {}
        };
    try (var store = EngineStore.open(directory.resolve("shop"))) {
      assertThatThrownBy(() -> shop(store).invoiceImport(file, survey, true, interrupting).run())
          .isInstanceOf(InterruptedException.class);
    }
    try (var store = EngineStore.open(directory.resolve("shop"))) {
      Summary rest = run(store, file, true);
      assertThat(rest.known()).isBetween(150_000L, 200_001L);
      assertThat(rest.recorded()).isEqualTo(541_909 - rest.known());
      checkRealFigures(store, file);

      long head = store.head().value();
      assertThat(run(store, file, true)).isEqualTo(new Summary(0, 541_909, 0, 0, 0, 0));
      assertThat(store.head().value()).isEqualTo(head);
    }
  }

  /** Beside the read model, the rule and the sums are computed once more from the rows. */
  private static void checkRealFigures(EventStore store, Path file) throws Exception {
    Sales sales = shop(store).sales();
    assertThat(sales.totals()).isEqualTo(REAL);
    Map<String, BigDecimal> revenues = new HashMap<>();
    Map<String, Long> quantities = new HashMap<>();
    Map<List<String>, Long> held = new HashMap<>();
    int[] accepted = {0};
    InvoiceFile.read(
        file,
        new InvoiceFile.Reader() {
          @Override
          public boolean row(long number, Purchases.Line line) {
            boolean counts = true;
            if (!line.customer().isEmpty()) {
              var key = List.of(line.customer(), line.product());
              long before = held.getOrDefault(key, 0L);
              boolean cancels = line.invoice().startsWith("C");
              counts = !cancels || before >= -line.quantity();
              accepted[0] += cancels && counts ? 1 : 0;
              held.put(key, counts ? before + line.quantity() : before);
              BigDecimal value = line.price().multiply(BigDecimal.valueOf(line.quantity()));
              revenues.merge(line.customer(), counts ? value : BigDecimal.ZERO, BigDecimal::add);
            }
            quantities.merge(line.product(), counts ? line.quantity() : 0, Long::sum);
            return true;
          }

          @Override
          public boolean badRow(long line, String problem) {
            throw new AssertionError(line + ": " + problem);
          }
        });
    assertThat(accepted[0]).isEqualTo(7_518);
    assertThat(sales.quantities()).isEqualTo(quantities);
    assertThat(sales.revenues().keySet()).isEqualTo(revenues.keySet());
    revenues.forEach((customer, revenue) ->
        assertThat(sales.revenues().get(customer)).as(customer).isEqualByComparingTo(revenue));
    // 542806 stands in two places, and is one append nevertheless
    var lines = store.read(Query.tags("invoice:542806")).toList();
    assertThat(lines).hasSize(39);
    assertThat(lines.getLast().position().value() - lines.getFirst().position().value())
        .isEqualTo(38);
    assertThat(lines.getFirst().tags())
        .contains("customer:12836.0")
        .anyMatch(tag -> tag.startsWith("product:"));
  }

  @Test
  void anInvoiceIsOneAppendWithAcceptedAndRefusedLines() throws Exception {
    var appends = Collections.synchronizedList(new ArrayList<Append>());
    var store =
        new ForwardingStore(new InMemoryStore()) {
          @Override
          public CompletableFuture<AppendResult> appendAsync(Append append) {
            appends.add(append);
            return super.appendAsync(append);
          }
        };
    Path file =
        file(
            row("1", "pen", 5, "7"),
            row("1", "ink", 1, "7"),
            row("C2", "pen", -4, "7"),
            row("C2", "pen", -4, "7"),
            row("C2", "ink", -1, "7"),
            row("3", "pen", -9, ""),
            row("C4", "pen", -2, "8"));
    assertThat(run(store, file, true)).isEqualTo(new Summary(7, 0, 0, 4, 2, 2));
    assertThat(appends).extracting(Append::eventCount).containsExactly(2, 3, 1, 1);
    assertThat(stored(store))
        .containsExactly(
            "1 LineInvoiced pen 5",
            "1 LineInvoiced ink 1",
            "C2 LineCancelled pen -4",
            "C2 CancellationRefused pen -4",
            "C2 LineCancelled ink -1",
            "3 LineInvoiced pen -9",
            "C4 CancellationRefused pen -2");
    assertThat(store.read(Query.tags("invoice:C2", "customer:7", "product:pen")).toList())
        .hasSize(2)
        .allMatch(event -> event.stream().equals("customer-7"));
    Sales sales = shop(store).sales();
    assertThat(sales.totals())
        .isEqualTo(new Sales.Totals(7, 4, 2, 2, -14, new BigDecimal("-35.0"), 2));
    assertThat(sales.revenues())
        .isEqualTo(Map.of("7", new BigDecimal("2.5"), "8", BigDecimal.ZERO));
    assertThat(sales.quantities()).isEqualTo(Map.of("pen", -8L, "ink", 0L));
  }

  @Test
  void linesAreDecidedInTheOrderOfTheFileAndAnInvoiceIsAppendedWhenItIsComplete() throws Exception {
    var store = new InMemoryStore();
    Path file =
        file(
            row("1", "pen", 5, "7"),
            row("C2", "pen", -5, "7"),
            row("1", "pen", 5, "7"),
            row("C3", "pen", -6, "7"),
            row("C2", "pen", -5, "7"),
            row("1", "ink", 1, "8"),
            row("1", "ink", 1, ""));
    assertThat(run(store, file, true)).isEqualTo(new Summary(7, 0, 0, 3, 2, 1));
    assertThat(stored(store))
        .containsExactly(
            "C3 CancellationRefused pen -6",
            "C2 LineCancelled pen -5",
            "C2 LineCancelled pen -5",
            "1 LineInvoiced pen 5",
            "1 LineInvoiced pen 5",
            "1 LineInvoiced ink 1",
            "1 LineInvoiced ink 1");
    assertThat(store.read(Query.tags("invoice:1")).toList())
        .extracting(event -> event.stream())
        .containsExactly("customer-7", "customer-7", "customer-8", "invoice-1");
    long head = store.head().value();
    assertThat(run(store, file, true)).isEqualTo(new Summary(0, 7, 0, 0, 0, 0));
    assertThat(store.head().value()).isEqualTo(head);
  }

  /** Stopped after any number of appends, it comes to the same in the end. */
  @Test
  void goesOnWhereItStopped() throws Exception {
    for (int seed = 0; seed < 25; seed++) {
      var random = new Random(seed);
      String[] rows = randomRows(random);
      Path file = file(rows);
      var atOnce = new InMemoryStore();
      run(atOnce, file, true);
      var store = new InMemoryStore();
      int appends = random.nextInt(30);
      assertThatThrownBy(() -> run(new FailingStore(store, appends), file, true))
          .isInstanceOf(IllegalStateException.class);
      Summary rest = run(store, file, true);
      assertThat(rest.known() + rest.recorded()).isEqualTo(rows.length);
      assertThat(stored(store)).as("seed %d", seed).isEqualTo(stored(atOnce));
    }
  }

  /** Many invoices of few customers and products, mixed with each other. */
  private static String[] randomRows(Random random) {
    String[] rows = new String[200];
    for (int i = 0; i < rows.length; i++) {
      boolean cancels = random.nextInt(3) == 0;
      String customer = random.nextInt(6) == 0 ? "" : "c" + random.nextInt(3);
      int invoice = i / 4 + random.nextInt(4);
      int quantity = 1 + random.nextInt(5);
      rows[i] =
          row(
              (cancels ? "C" : "") + invoice,
              "p" + random.nextInt(3),
              cancels ? -quantity : quantity,
              customer);
    }
    return rows;
  }

  /** Takes some appends and then breaks, for good. */
  private static final class FailingStore extends ForwardingStore {
    private int left;

    FailingStore(EventStore store, int appends) {
      super(store);
      left = appends;
    }

    @Override
    public CompletableFuture<AppendResult> appendAsync(Append append) {
      return left-- > 0
          ? super.appendAsync(append)
          : CompletableFuture.failedFuture(new IllegalStateException("broken"));
    }
  }

  @Test
  void whatIsHeldIsNeverLessThanNothingWhateverTheOrder() throws Exception {
    for (int seed = 0; seed < 60; seed++) {
      var random = new Random(seed);
      List<String> rows = new ArrayList<>(List.of(randomRows(random)));
      var store = new InMemoryStore();
      // some invoices first, and then all of them in another order
      run(
          store,
          file(rows.stream().filter(row -> row.charAt(1) % 2 == 0).toArray(String[]::new)),
          true);
      Collections.shuffle(rows, random);
      run(store, file(rows.toArray(String[]::new)), true);
      assertThat(problems).isEmpty();
      assertThat(stored(store)).hasSize(rows.size());
      Map<List<String>, Long> held = new HashMap<>();
      try (var read = ShopCodecs.INVOICES.read(store, ReadRequest.of(Query.everything()))) {
        for (Recorded<InvoiceEvent> recorded : read) {
          Purchases.Line line = recorded.event().line();
          if (line.hasCustomer()) {
            var key = List.of(line.customer(), line.product());
            held.merge(key, recorded.event().change(), Long::sum);
          }
        }
      }
      assertThat(held.values()).as("seed %d", seed).allMatch(quantity -> quantity >= 0);
    }
  }

  @Test
  void anotherFileGoesOnFromWhatIsHeld() throws Exception {
    var store = new InMemoryStore();
    run(store, file(row("1", "pen", 5, "7"), row("C2", "pen", -3, "7")), true);
    Path next = file(row("C3", "pen", -3, "7"), row("C4", "pen", -2, "7"));
    assertThat(run(store, next, true)).isEqualTo(new Summary(2, 0, 0, 2, 1, 1));
    assertThat(stored(store).subList(2, 4))
        .containsExactly("C3 CancellationRefused pen -3", "C4 LineCancelled pen -2");
  }

  @Test
  void aNewCancellationBeforeRecordedOnesCannotCancelWhatTheyCancelled() throws Exception {
    var store = new InMemoryStore();
    run(store, file(row("1", "pen", 5, "7"), row("C9", "pen", -5, "7")), true);
    Path file = file(row("1", "pen", 5, "7"), row("C5", "pen", -5, "7"), row("C9", "pen", -5, "7"));
    assertThat(run(store, file, true)).isEqualTo(new Summary(1, 2, 0, 1, 0, 1));
    assertThat(stored(store).getLast()).isEqualTo("C5 CancellationRefused pen -5");
  }

  @Test
  void aBadRowStopsNothingElseAndIsAddedOnceItIsCorrected() throws Exception {
    var store = new InMemoryStore();
    String bad = row("1", "ink", 2, "7").replace(",2,", ",two,");
    String[] rows = {
      row("1", "pen", 5, "7"), bad, "nonsense", row("1", "cup", 1, "7"), row("2", "pen", 1, "8")
    };
    Path file = file(rows);
    assertThat(run(store, file, false)).isEqualTo(new Summary(3, 0, 2, 2, 0, 0));
    assertThat(problems)
        .containsExactly("3: Quantity is not a number: \"two\"", "4: 1 columns instead of 8");
    assertThat(run(store, file, false)).isEqualTo(new Summary(0, 3, 2, 0, 0, 0));

    rows[1] = row("1", "ink", 2, "7");
    file = file(rows);
    assertThat(run(store, file, false)).isEqualTo(new Summary(1, 3, 1, 1, 0, 0));
    assertThat(stored(store).getLast()).isEqualTo("1 LineInvoiced ink 2");
    assertThat(run(store, file, false)).isEqualTo(new Summary(0, 4, 1, 0, 0, 0));
  }

  @Test
  void strictStopsAtTheFirstBadRow() throws Exception {
    var store = new InMemoryStore();
    Path file =
        file(
            row("1", "pen", 5, "7"),
            row("2", "pen", 5, "7"),
            "bad",
            row("2", "pen", 5, "7"),
            "bad");
    assertThat(run(store, file, true)).isEqualTo(new Summary(1, 0, 1, 1, 0, 0));
    assertThat(problems).containsExactly("4: 1 columns instead of 8");
    assertThat(stored(store)).containsExactly("1 LineInvoiced pen 5");
  }

  @Test
  void anInvoiceThatIsRecordedOtherwiseIsLeftAsItIs() throws Exception {
    var store = new InMemoryStore();
    run(store, file(row("1", "pen", 5, "7"), row("1", "ink", 1, "7")), true);
    Path file =
        file(
            row("1", "pen", 6, "7"),
            row("1", "ink", 1, "7"),
            row("C2", "pen", -6, "7"),
            row("C3", "pen", -5, "7"));
    assertThat(run(store, file, false)).isEqualTo(new Summary(2, 1, 1, 2, 0, 2));
    assertThat(problems)
        .containsExactly("2: the invoice 1 is recorded already, with other lines than here");
  }

  @Test
  void twoAtOnceRecordEachLineOnce() throws Exception {
    var rows = new ArrayList<String>();
    for (int i = 0; i < 4_000; i++) {
      boolean cancels = i % 5 == 4;
      int invoice = i / 5;
      rows.add(row((cancels ? "C" : "") + invoice, "p" + i % 3, cancels ? -1 : 1, "c" + i % 50));
    }
    Path file = file(rows.toArray(String[]::new));
    var survey = InvoiceFile.survey(file, true);
    var store = new InMemoryStore();
    var atOnce = new InMemoryStore();
    run(atOnce, file, true);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var both =
          List.of(
              executor.submit(() -> shop(store).invoiceImport(file, survey, true, observer).run()),
              executor.submit(() -> shop(store).invoiceImport(file, survey, true, observer).run()));
      for (var one : both) {
        Summary summary = one.get();
        assertThat(summary.recorded() + summary.known()).isEqualTo(rows.size());
      }
    }
    assertThat(problems).isEmpty();
    assertThat(stored(store)).containsExactlyInAnyOrderElementsOf(stored(atOnce));
  }

  @Test
  void anInvoiceThatIsTooLargeForOneAppendIsABadOne() throws Exception {
    String[] rows = new String[65_538];
    Arrays.fill(rows, row("1", "pen", 1, "7"));
    rows[65_537] = row("C2", "pen", -1, "7");
    var store = new InMemoryStore();
    assertThat(run(store, file(rows), false)).isEqualTo(new Summary(1, 0, 65_537, 1, 0, 1));
    assertThat(problems)
        .containsExactly("2: the invoice 1: the append has 65537 events, the limit is 65536");
  }
}
