package io.daybook.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command, in this process, on a store on disk that each call opens and closes. */
@Tag("long")
class ShopCommandTest {
  @TempDir private Path directory;

  private Clock clock = Clock.fixed(Instant.parse("2026-03-15T12:00:00Z"), ZoneOffset.UTC);
  private String out = "";
  private String err = "";

  /** Words are separated by spaces; a word with spaces of its own has underscores instead. */
  private int shop(String words) {
    var args = new ArrayList<>(List.of("--data", directory.resolve("data").toString()));
    for (String word : words.split(" ", -1)) {
      args.add(word.replace('_', ' '));
    }
    var outBytes = new ByteArrayOutputStream();
    var errBytes = new ByteArrayOutputStream();
    var terminal = Terminal.of(InputStream.nullInputStream(), outBytes, errBytes);
    int exitCode =
        new ShopCommand(EngineStore::open, clock, terminal).execute(args.toArray(String[]::new));
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return exitCode;
  }

  private void ok(String words) {
    assertThat(shop(words)).as(err).isZero();
    assertThat(err).isEmpty();
  }

  private void fails(int exitCode, String words) {
    assertThat(shop(words)).as(err).isEqualTo(exitCode);
    assertThat(out).isEmpty();
    assertThat(err).hasLineCount(1).startsWith("shop").endsWith("\n").doesNotContain("\tat ");
  }

  private void fillShop() {
    ok("product add pen --name A_pen --price 2.5");
    ok("stock add pen 10");
    ok("cart add basket pen 4");
  }

  @Test
  void keepsSeveralShopsApart() {
    fails(1, "product list --shop ann");
    assertThat(err).contains("there is no shop ann in ");
    ok("product add pen --name A_pen --price 2.5 --shop ann");
    ok("--shop bob product add pen --name B_pen --price 3");
    fails(1, "product list");
    assertThat(err).contains("there is no shop in ");
    fillShop();
    ok("product list");
    assertThat(out).containsPattern("pen +A pen +2.50 +10\n");
    ok("product list --shop ann");
    assertThat(out).containsPattern("pen +A pen +2.50 +0\n").doesNotContain("B pen");
    ok("product list --shop bob");
    assertThat(out).containsPattern("pen +B pen +3.00 +0\n").doesNotContain("A pen");
    ok("diff product-pen --from 0 --shop bob");
    assertThat(out).contains("B pen");
    ok("shops");
    assertThat(out).isEqualTo("ann\nbob\n");
    fails(4, "product add pen --name A_pen --price 2.5 --shop ann");
    fails(2, "product list --shop ../ann");
    assertThat(err).contains("../ann");
    try (var _ = EngineStore.open(directory.resolve("data/shops/ann"))) {
      fails(1, "product list --shop ann");
      assertThat(err).contains("the store of the tenant ann cannot be opened: ");
    }
  }

  @Test
  void sellsAndTakesBack() {
    fillShop();
    ok("cart change basket pen 3");
    ok("cart show basket");
    assertThat(out).containsPattern("pen +3 x +2.50 +7.50\n").containsPattern("total +7.50\n");
    ok("code create SPRING --percent 10 --from 2026-03-01 --to 2026-03-31 --uses 5");
    assertThat(out)
        .isEqualTo("SPRING: 10 % off, from 2026-03-01, until 2026-03-31, used 0 of 5 times\n");
    ok("checkout basket --customer ada --code SPRING");
    assertThat(out).contains("order basket of ada\n").containsPattern("total +6.75\n");
    ok("cancel basket pen 1");
    assertThat(out).containsPattern("1 of pen cancelled, refunded +-2.25\n");
    ok("cancel basket pen");
    ok("order show basket");
    assertThat(out).containsPattern("total +0.00\n");
    ok("code show SPRING");
    assertThat(out).contains("used 1 of 5 times");
    ok("code end SPRING");
    assertThat(out).contains("taken back");
    ok("stock remove pen 2");
    ok("product list");
    assertThat(out).containsPattern("pen +A pen +2.50 +8\n");
  }

  @Test
  void keepsAPriceForAWhile() {
    fillShop();
    ok("price pen 3 --grace 10");
    assertThat(out)
        .isEqualTo(
            """
            pen: A pen, 3.00, 10 in stock
              carts that hold 2.50 keep it until 2026-03-15T12:10:00Z
            """);
    clock = Clock.offset(clock, Duration.ofMinutes(11));
    fails(4, "checkout basket --customer ada");
    assertThat(err).contains("refused, price-changed: pen costs 3.00 now");
    ok("cart reprice basket pen");
    ok("checkout basket --customer ada");
    assertThat(out).containsPattern("total +12.00\n");
  }

  @ParameterizedTest
  @CsvSource({
    "product add pen --name Pen --price 1, product-exists",
    "product add ink --name Ink --price -1, invalid-price",
    "cart add basket ink, unknown-product",
    "cart add basket pen -1, quantity-not-positive",
    "cart remove basket ink, not-in-cart",
    "cart show other, unknown-cart",
    "stock remove pen 11, out-of-stock",
    "checkout other --customer ada, unknown-cart",
    "checkout basket --customer ada --code X, unknown-code",
    "code create X --percent 101, invalid-terms",
    "code show X, unknown-code",
    "cancel basket pen, unknown-order",
    "order show basket, unknown-order",
    "price ink 1, unknown-product",
    "price pen 1 --grace -1, invalid-grace"
  })
  void namesTheReasonOfARefusal(String words, String reason) {
    fillShop();
    fails(4, words);
    assertThat(err).contains("refused, " + reason + ": ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "product add ink --name Ink",
        "product add ink --name Ink --price cheap",
        "cart",
        "cart add basket",
        "cart add basket pen one",
        "stock add pen 1.5",
        "checkout basket",
        "code create X",
        "code create X --percent 1 --fixed 1",
        "code create X --percent 1 --from tomorrow",
        "price pen 1 --grace 99999999999",
        "price pen 1 --grace -9223372036854775808",
        "customers --format pdf",
        "import",
        "nonsense"
      })
  void saysInOneLineWhatIsWrongWithTheCommandLine(String words) {
    fillShop();
    fails(2, words);
  }

  @Test
  void makesNoStoreByLooking() throws IOException {
    fails(1, "totals");
    fails(1, "cart add basket pen");
    assertThat(err).contains("there is no shop in");
    fails(1, "import " + directory.resolve("none.csv"));
    assertThat(err).contains("there is no file");
    assertThat(directory.resolve("data")).doesNotExist();
    Files.createDirectory(directory.resolve("data"));
    fails(1, "totals");
    assertThat(directory.resolve("data")).isEmptyDirectory();
  }

  @Test
  void countsACommandOnce() {
    fillShop();
    ok("stock add pen 5 --command-id delivery-1");
    ok("stock add pen 5 --command-id delivery-1");
    assertThat(out).isEqualTo("pen: 15 in stock\n");
  }

  @Test
  void importsInvoicesAndReportsForScripts() throws IOException {
    Path file = directory.resolve("invoices.csv");
    Files.writeString(
        file,
        InvoiceFileTest.HEADER
            + "1,pen,\"A PEN, BLUE\",10,2010-12-01 08:26:00,2.55,7.0,Eire\n"
            + "1,\"a,b\",INK,3,2010-12-01 08:26:00,0.125,7.0,Eire\n"
            + "nonsense\n"
            + "C2,pen,A PEN,-4,2010-12-01 09:26:00,2.55,7.0,Eire\n"
            + "C2,pen,A PEN,-7,2010-12-01 09:26:00,2.55,7.0,Eire\n"
            + "3,pen,,-1,2010-12-01 09:26:00,0,,Eire\n");
    assertThat(shop("import " + file)).isEqualTo(1);
    assertThat(err).isEqualTo(file + ":4: 1 columns instead of 8\n");
    assertThat(out)
        .isEqualTo(
            """
            6 lines: 5 recorded, 0 recorded before, 1 bad
            3 invoices recorded, with 1 cancellations accepted and 1 refused
            """);
    assertThat(shop("import --strict " + file)).isEqualTo(1);
    ok("totals --json");
    assertThat(out)
        .isEqualTo(
            "{\"lines\":5,\"invoices\":3,\"customers\":1,\"products\":2,\"quantity\":1,"
                + "\"value\":-2.175,\"refusedCancellations\":1}\n");
    ok("customers --format csv");
    assertThat(out).isEqualTo("customer,net_revenue\n7.0,15.675\n");
    ok("products --format csv");
    assertThat(out).isEqualTo("stock_code,net_quantity_sold\n\"a,b\",3\npen,5\n");
    ok("customers");
    assertThat(out).containsPattern("7.0 +15.675\n");
    ok("products");
    ok("totals");
    assertThat(out).containsPattern("value +-2.175\n");
  }

  @Test
  void makesNoShopOfAFileOfWhichNothingCanBeRecorded() throws IOException {
    Path file = directory.resolve("invoices.csv");
    String good = "1,pen,A PEN,10,2010-12-01 08:26:00,2.55,7.0,Eire\n";
    Files.writeString(file, InvoiceFileTest.HEADER + "nonsense\nmore\n");
    fails(1, "import " + file);
    assertThat(err)
        .isEqualTo(
            "shop import: %s:2: 1 columns instead of 8; no row of the file can be recorded\n"
                .formatted(file));
    Files.writeString(file, InvoiceFileTest.HEADER + good + "nonsense\n" + good);
    fails(1, "import --strict " + file);
    assertThat(err).contains(file + ":3: 1 columns instead of 8; no invoice is complete before");
    Files.writeString(file, InvoiceFileTest.HEADER);
    fails(1, "import " + file);
    fails(1, "import --shop ann " + file);
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void oneImportAtATime() throws IOException {
    Path file = directory.resolve("invoices.csv");
    String good = "1,pen,A PEN,10,2010-12-01 08:26:00,2.55,7.0,Eire\n";
    Files.writeString(file, InvoiceFileTest.HEADER + good);
    try (var _ = EngineStore.open(directory.resolve("data"))) {
      fails(1, "import " + file);
      assertThat(err).contains("is in use");
    }
    ok("import " + file);
  }

  @Test
  void countsItsOwnOrdersAsSales() {
    fillShop();
    ok("checkout basket --customer ada");
    ok("cancel basket pen 1");
    ok("totals --json");
    assertThat(out)
        .isEqualTo(
            "{\"lines\":2,\"invoices\":1,\"customers\":1,\"products\":1,\"quantity\":3,"
                + "\"value\":7.50,\"refusedCancellations\":0}\n");
    ok("customers --format csv");
    assertThat(out).isEqualTo("customer,net_revenue\nada,7.50\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "--help", "cart help", "cart add --help", "import -h"})
  void explainsItself(String words) {
    ok(words);
    assertThat(out).startsWith("Usage: shop");
  }

  @Test
  void showsProgressOnATerminal() throws IOException {
    Path file = directory.resolve("many.csv");
    var rows = new StringBuilder(InvoiceFileTest.HEADER);
    for (int i = 0; i < 20_000; i++) {
      rows.append("%d,pen,A PEN,1,2010-12-01 08:26:00,2.55,7.0,Eire\n".formatted(i));
    }
    Files.writeString(file, rows);
    var errBytes = new ByteArrayOutputStream();
    var terminal =
        new Terminal(
            InputStream.nullInputStream(), new ByteArrayOutputStream(), errBytes, true, true, 80);
    int exitCode =
        new ShopCommand(EngineStore::open, clock, terminal)
            .execute("import", file.toString(), "--data", directory.resolve("bar").toString());
    assertThat(exitCode).isZero();
    assertThat(errBytes.toString(StandardCharsets.UTF_8))
        .containsPattern("\\[=* *\\] +[0-9]+ %  [0-9,]+ lines")
        .endsWith("\r\u001b[K");
  }
}
