package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command, in this process, on a store on disk that each call opens and closes. */
@Tag("long")
class BankCommandTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-15T12:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path directory;

  private String out = "";
  private String err = "";

  /** Words are separated by spaces; a word with spaces of its own has underscores instead. */
  private int bank(String words) {
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
    int exitCode = new BankCommand(EngineStore::open, CLOCK, terminal).execute(args);
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return exitCode;
  }

  private void ok(String words) {
    assertThat(bank(words)).as(err).isZero();
    assertThat(err).isEmpty();
  }

  private void fails(int exitCode, String words) {
    assertThat(bank(words)).isEqualTo(exitCode);
    assertThat(out).isEmpty();
    assertThat(err).hasLineCount(1).startsWith("bank").endsWith("\n").doesNotContain("\tat ");
  }

  private void openTwo() {
    ok("open ada --owner Ada_Novak --initial 100 --date 2026-01-01");
    ok("open bert --owner Bert --date 2026-01-01");
  }

  @Test
  void movesMoney() {
    openTwo();
    ok("deposit ada 50.5 salary");
    assertThat(out).isEqualTo("ada: 150.50 CZK\n");
    ok("withdraw ada 20 coffee");
    assertThat(out).isEqualTo("ada: 130.50 CZK\n");
    ok("transfer ada bert 30 rent");
    assertThat(out).isEqualTo("ada: 100.50 CZK\nbert: 30.00 CZK\n");
    ok("balance bert");
    assertThat(out).isEqualTo("30.00 CZK\n");
  }

  @Test
  void agreesOnTerms() {
    ok("open ada --owner Ada --overdraft 100 --overdraft-fee 5 --limit 60 --daily-limit 80");
    ok("withdraw ada 50");
    assertThat(out).isEqualTo("ada: -55.00 CZK\n");
    fails(4, "withdraw ada 61");
    assertThat(err).contains("over-transaction-limit");
    fails(4, "withdraw ada 31");
    assertThat(err).contains("over-daily-limit");
    ok("limits ada");
    ok("overdraft ada 200");
    ok("withdraw ada 145");
    assertThat(out).isEqualTo("ada: -200.00 CZK\n");
    fails(4, "withdraw ada 1");
    assertThat(err).contains("insufficient-funds");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "deposit ada 0|amount-not-positive",
        "deposit ada -5|amount-not-positive",
        "withdraw ada -5.5|amount-not-positive",
        "deposit ada 1.005|amount-over-precise",
        "deposit ada 1e999999999|amount-too-large",
        "withdraw ada 100.01|insufficient-funds",
        "transfer ada bert 100.01|insufficient-funds",
        "deposit nobody 5|unknown-account",
        "deposit nobody 5 --currency CZK|unknown-account",
        "transfer ada nobody 5|unknown-account",
        "balance nobody|unknown-account",
        "balance ada --as-of 2025-12-31|unknown-account",
        "statement nobody|unknown-account",
        "audit nobody|unknown-account",
        "transfer ada ada 5|transfer-to-itself",
        "deposit ada 5 --currency EUR|other-currency",
        "open ada --owner Ada|account-exists",
        "open a/b --owner Ada|invalid-account-id",
        "open x --owner _|owner-missing",
        "close ada|balance-not-zero",
        "unfreeze ada|account-not-frozen",
        "deposit ada 5 --date 2026-03-16|date-in-future",
        "deposit ada 5 --date 2025-12-31|date-before-opening",
        "interest --month 2026-03|month-not-over",
        "rate ada 101|invalid-terms"
      })
  void refusesByNameWithExitCode4(String words, String reason) {
    openTwo();
    ok("rate ada 1 --date 2026-01-01");
    fails(4, words);
    assertThat(err).contains("refused, " + reason + ": ");
  }

  @Test
  void saysInFiguresWhatItDid() {
    openTwo();
    ok("run --once --metrics");
    assertThat(out)
        .contains("daybook.append{outcome=appended,store=bank}  count ")
        .contains("daybook.projection.lag{projection=bank}  value 0.000\n")
        .contains("daybook.process.running{process=monthend}  value 1.000\n")
        .contains("daybook.process.parked{process=fraudwatch}  value 0.000\n")
        .doesNotContain("daybook.append.events{store=bank}  count 0.000");
    ok("run --once");
    assertThat(out).doesNotContain("daybook.");
  }

  @Test
  void printsTheDaysInBothTimes() {
    openTwo();
    ok("withdraw ada 30 --date 2026-01-09");
    ok("deposit ada 7 found_late --date 2026-01-05");
    ok("days ada --format csv");
    assertThat(out)
        .isEqualTo(
            """
            date,balance,currency
            2026-01-01,100.00,CZK
            2026-01-05,107.00,CZK
            2026-01-09,77.00,CZK
            """);
    ok("days ada --as-of 2026-01-06");
    assertThat(out).endsWith("2026-01-05              107.00 CZK\n").hasLineCount(2);
    ok("days ada --recorded-by 3");
    assertThat(out).endsWith("2026-01-09               70.00 CZK\n").hasLineCount(2);
    fails(4, "days nobody");
    assertThat(err).contains("unknown-account");
  }

  @Test
  void freezesAndCloses() {
    openTwo();
    ok("freeze bert --reason lost_card");
    fails(4, "deposit bert 5");
    assertThat(err).contains("account-frozen");
    ok("unfreeze bert");
    ok("close bert");
    fails(4, "deposit bert 5");
    assertThat(err).contains("account-closed");
    ok("balances");
    assertThat(out).containsPattern("bert +Bert +0.00 CZK {2}closed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deposit",
        "deposit ada",
        "deposit ada abc",
        "deposit ada 5 text one_more",
        "deposit ada 5 --date yesterday",
        "open ada",
        "open ada --owner Ada --currency XYZ",
        "open ada --owner Ada --currency XXX",
        "nonsense",
        "balance ada --recorded-by yesterday",
        "statement ada --format pdf",
        "statement ada --from 2026-02-01 --to 2026-01-01",
        "interest --month January",
        "balances --frmat csv"
      })
  void saysInOneLineWhatIsWrongWithTheCommandLine(String words) {
    openTwo();
    fails(2, words);
  }

  @Test
  void makesNoStoreByLooking() throws IOException {
    fails(1, "balances");
    fails(1, "deposit ada 5");
    assertThat(err).contains("there is no bank in");
    fails(1, "import " + directory.resolve("none.csv"));
    assertThat(err).contains("there is no file");
    assertThat(directory.resolve("data")).doesNotExist();
    Files.createDirectory(directory.resolve("data"));
    fails(1, "balances");
    assertThat(directory.resolve("data")).isEmptyDirectory();
  }

  @Test
  void saysWhenAnotherProcessHasTheStore() {
    openTwo();
    try (var _ = EngineStore.open(directory.resolve("data"))) {
      fails(1, "balance ada");
    }
  }

  @Test
  void countsACommandOnce() {
    openTwo();
    ok("deposit ada 5 --command-id slip-1");
    ok("deposit ada 5 --command-id slip-1");
    assertThat(out).isEqualTo("ada: 105.00 CZK\n");
    ok("transfer ada bert 5 --command-id t-1");
    ok("transfer ada bert 5 --command-id t-1");
    assertThat(out).isEqualTo("ada: 100.00 CZK\nbert: 5.00 CZK\n");
    fails(1, "deposit bert 5 --command-id slip-1");
  }

  @Test
  void postsInterestOnce() {
    ok("open ada --owner Ada --initial 1000 --rate 3.65 --date 2026-01-01");
    ok("interest");
    assertThat(out)
        .isEqualTo(
            """
            ada: interest of 3.10 CZK posted on 2026-01-31
            ada: interest of 2.81 CZK posted on 2026-02-28
            """);
    ok("interest");
    assertThat(out).isEmpty();
    ok("rate ada 7.3 --from 2026-03-10");
    ok("balance ada");
    assertThat(out).isEqualTo("1005.91 CZK\n");
  }

  @Test
  void printsStatements() {
    openTwo();
    ok("deposit ada 10 found_late --date 2026-01-20");
    ok("transfer ada bert 30 rent --date 2026-02-02");
    ok("statement ada");
    assertThat(out)
        .contains("2026-01-01 to 2026-03-15")
        .contains("Opening balance                                                0.00")
        .contains("found late")
        .contains("rent, to bert")
        .contains("Closing balance                                               80.00");
    ok("statement ada --month 2026-01");
    assertThat(out)
        .contains("2026-01-01 to 2026-01-31")
        .doesNotContain("rent")
        .contains("Closing balance                                              110.00");
    ok("statement ada --from 2026-02-01 --to 2026-02-28 --format csv");
    assertThat(out)
        .startsWith("date,kind,description,purpose,peer,amount,balance,currency\n")
        .contains("2026-02-01,opening balance,,,,,110.00,CZK\n")
        .contains("2026-02-02,transfer,rent,,bert,-30.00,80.00,CZK\n");
    ok("statement ada --format json --as-of 2026-01-31");
    assertThat(out).contains("\"to\" : \"2026-01-31\"").contains("\"closingBalance\" : 110.00");
  }

  @Test
  void looksBackInBothTimes() {
    openTwo();
    ok("deposit ada 10 found_late --date 2026-01-20");
    ok("balance ada --as-of 2026-01-19");
    assertThat(out).isEqualTo("100.00 CZK\n");
    ok("balance ada --as-of 2026-01-20");
    assertThat(out).isEqualTo("110.00 CZK\n");
    // positions: ada opened 0, deposited 1; bert opened 2; the late deposit 3
    ok("balance ada --as-of 2026-01-20 --recorded-by 2");
    assertThat(out).isEqualTo("100.00 CZK\n");
    ok("balances --format csv --recorded-by 2");
    assertThat(out).isEqualTo("account_id,balance_haler\nada,10000\nbert,0\n");
    ok("balances --format csv --as-of 2026-01-19");
    assertThat(out).isEqualTo("account_id,balance_haler\nada,10000\nbert,0\n");
    ok("balances --format csv");
    assertThat(out).isEqualTo("account_id,balance_haler\nada,11000\nbert,0\n");
    ok("statement ada --recorded-by 2");
    assertThat(out).doesNotContain("found late");
    ok("balance ada --recorded-by " + Instant.now().plusSeconds(60));
    assertThat(out).isEqualTo("110.00 CZK\n");
    fails(4, "balance ada --recorded-by 2000-01-01T00:00:00Z");
    ok("balances --format csv --recorded-by 2000-01-01T00:00:00Z");
    assertThat(out).isEqualTo("account_id,balance_haler\n");
  }

  @Test
  void looksAtAPositionInsideATransfer() {
    openTwo();
    ok("transfer ada bert 30 rent");
    ok("total --recorded-by 3");
    assertThat(out).containsPattern("half a transfer +-30.00 CZK");
    ok("balances --format csv --recorded-by 3");
    ok("total");
    assertThat(out).doesNotContain("half");
  }

  @Test
  void namesTheCurrencyWhereThereAreOthers() {
    openTwo();
    ok("open emma --owner Emma --currency EUR --initial 5");
    ok("balances --format csv");
    assertThat(out)
        .isEqualTo("account_id,currency,balance\nada,CZK,100.00\nbert,CZK,0.00\nemma,EUR,5.00\n");
    ok("deposit emma 5");
    assertThat(out).isEqualTo("emma: 10.00 EUR\n");
    fails(4, "transfer ada emma 5");
    assertThat(err).contains("other-currency");
    ok("total");
    assertThat(out).containsPattern("total +100.00 CZK").containsPattern("total +10.00 EUR");
    ok("rebuild");
    assertThat(out).contains("100.00 CZK and 10.00 EUR").contains("it adds up");
  }

  @Test
  void tellsWhoDidWhatAndWhy() {
    ok("open ada --owner Ada --initial 100 --actor tina --reason new_customer --command-id o-1");
    ok("audit ada");
    assertThat(out)
        .contains("tina: opened for Ada in CZK")
        .contains("counts on 2026-03-15, position 0, command o-1")
        .contains("because: new customer");
    ok("audit ada --format csv");
    assertThat(out)
        .startsWith("position,revision,recorded_at,date,actor,event,text,reason,command_id\n")
        .contains(",2026-03-15,tina,AccountOpened,opened for Ada in CZK,new customer,o-1\n");
  }

  @Test
  void listsCustomersAndTheLargestMovements() {
    openTwo();
    ok("open ada2 --owner Ada_Novak --initial 5");
    ok("customers");
    assertThat(out).containsPattern("Ada Novak +ada, ada2 +105.00 CZK");
    ok("largest");
    assertThat(out).containsPattern("2026-01-01 +100.00 CZK +ada +deposited 100.00 CZK");
  }

  @Test
  void threeLargeWithdrawalsFreezeAnAccountUntilItIsReviewed() {
    ok("open ada --owner Ada --initial 100000");
    ok("withdraw ada 10000");
    ok("withdraw ada 9999.99");
    ok("withdraw ada 10000");
    assertThat(out).isEqualTo("ada: 70000.01 CZK\n");
    ok("withdraw ada 20000");
    assertThat(out)
        .isEqualTo(
            """
            ada: 50000.01 CZK
            ada: frozen until it is reviewed: 3 withdrawals of 10000 CZK or more within an hour
            """);
    fails(4, "withdraw ada 1");
    assertThat(err).contains("account-frozen");
    fails(4, "unfreeze ada");
    assertThat(err).contains("under-review");
    ok("balances");
    assertThat(out).containsPattern("ada +Ada +50000.01 CZK {2}frozen");
    ok("review ada --actor tina --reason spoke_to_her");
    ok("withdraw ada 10000");
    assertThat(out).isEqualTo("ada: 40000.01 CZK\n");
    fails(4, "review ada");
    assertThat(err).contains("not-under-review");
    ok("audit ada");
    assertThat(out)
        .contains("fraud-watch: frozen")
        .contains("because: fraud watch")
        .contains("tina: reviewed")
        .contains("because: spoke to her");
  }

  @Test
  void whatIsLargeCanBeSaid() {
    openTwo();
    for (int i = 0; i < 3; i++) {
      ok("withdraw ada 10 --large CZK=10,500");
    }
    fails(4, "withdraw ada 10 --large CZK=10");
    ok("deposit bert 30");
    for (int i = 0; i < 3; i++) {
      ok("withdraw bert 10 --large 10.01");
    }
    ok("deposit bert 1");
    fails(2, "withdraw bert 1 --large much");
    assertThat(err).contains("10000 or EUR=500, not much");
  }

  @Test
  void aMonthThatIsOverIsClosedOnce() {
    ok("open ada --owner Ada --initial 1000 --rate 3.65 --date 2026-01-01");
    ok("run --once");
    assertThat(out)
        .isEqualTo(
            """
            ada: interest of 3.10 CZK posted on 2026-01-31
            ada: statement of 2026-01 issued, balance 1003.10 CZK
            ada: interest of 2.81 CZK posted on 2026-02-28
            ada: statement of 2026-02 issued, balance 1005.91 CZK
            """);
    ok("run --once");
    assertThat(out).isEmpty();
    ok("interest");
    assertThat(out).isEmpty();
    ok("statements ada");
    assertThat(out).containsPattern("2026-02 {3}2026-03-01 +1003.10 CZK +1005.91 CZK +[0-9]+\n");
    ok("statements ada --format csv");
    assertThat(out)
        .startsWith("month,issued,opening,closing,currency,position\n")
        .contains("2026-01,2026-02-01,0.00,1003.10,CZK,");
    fails(4, "statements nobody");
  }

  @Test
  void theBankWorksUntilItIsInterrupted() throws Exception {
    ok("open ada --owner Ada --initial 1000 --date 2026-01-01");
    var outBytes = new PipedInputStream();
    var terminal =
        Terminal.of(
            InputStream.nullInputStream(),
            new PipedOutputStream(outBytes),
            OutputStream.nullOutputStream());
    var exitCode = new CompletableFuture<Integer>();
    String data = directory.resolve("data").toString();
    var command = new BankCommand(EngineStore::open, CLOCK, terminal);
    Thread bank =
        Thread.ofVirtual().start(() -> exitCode.complete(command.execute("run", "--data", data)));
    var lines = new BufferedReader(new InputStreamReader(outBytes, StandardCharsets.UTF_8));
    assertThat(lines.readLine()).isEqualTo("the bank is at work; Ctrl-C ends it");
    assertThat(lines.readLine()).isEqualTo("ada: statement of 2026-01 issued, balance 1000.00 CZK");
    assertThat(lines.readLine()).isEqualTo("ada: statement of 2026-02 issued, balance 1000.00 CZK");
    bank.interrupt();
    assertThat(lines.readLine()).isEqualTo("the bank has closed");
    assertThat(exitCode.get()).isZero();
    ok("balance ada");
  }

  @Test
  void whatIsDerivedMayBeDeleted() throws IOException {
    openTwo();
    ok("total");
    String total = out;
    Path derived = directory.resolve("data").resolve("derived");
    try (var files = Files.list(derived)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(derived);
    ok("total");
    assertThat(out).isEqualTo(total);
    ok("rebuild");
    assertThat(out).endsWith("it adds up\n");
    Files.writeString(derived.resolve("bank.sqlite"), "nonsense");
    fails(1, "total");
    assertThat(err).contains("bank.sqlite").contains("delete that file");
    ok("balance ada");
  }

  @Test
  void helps() {
    ok("help");
    for (String command :
        List.of("open", "import", "rebuild", "interest", "audit", "review", "run")) {
      assertThat(out).contains("  " + command);
    }
    ok("help transfer");
    assertThat(out).contains("FROM").contains("--reason");
    ok("transfer --help");
    assertThat(out).contains("FROM");
  }

  @Test
  void importsTheRealBankWithEveryBalanceExact() throws Exception {
    Path file = RealData.transactions();
    ok("import " + file);
    assertThat(out)
        .startsWith("46,997 rows: 46,997 recorded, 0 recorded before, 0 bad\n")
        .contains("1,229 accounts opened, 2,031 balances adjusted for rounding\n")
        .contains("39296720.10 CZK in all: it adds up\n");
    ok("balances --format csv");
    assertThat(out).isEqualTo(expectedBalances(file, "9999-12-31"));
    ok("balances --format csv --as-of 1993-08-15");
    assertThat(out).isEqualTo(expectedBalances(file, "1993-08-15"));
    ok("import " + file);
    assertThat(out).startsWith("46,997 rows: 0 recorded, 46,997 recorded before, 0 bad\n");
  }

  /** What the file shows last for each account up to that day. */
  private static String expectedBalances(Path file, String lastDay) throws Exception {
    Map<Long, String> balances = new TreeMap<>();
    ReportFile.read(
        file,
        new ReportFile.Reader() {
          @Override
          public boolean row(ReportFile.Row row) {
            if (row.date().toString().compareTo(lastDay) <= 0) {
              String shown = row.shown().inMinorUnits().toPlainString();
              balances.put(Long.valueOf(row.account()), shown);
            }
            return true;
          }

          @Override
          public boolean badRow(long line, String problem) {
            throw new AssertionError(problem);
          }
        });
    var csv = new StringBuilder("account_id,balance_haler\n");
    balances.forEach((account, shown) -> csv.append(account + "," + shown + "\n"));
    return csv.toString();
  }

  @Test
  void reportsBadRowsWithTheirLines() throws IOException {
    Path file = directory.resolve("report.csv");
    String good = "1,1993-01-01,7,1,1,credit,cash,100,100,,,\n";
    Files.writeString(file, ReportFile.HEADER + "\n" + good + "nonsense\n" + good);
    assertThat(bank("import " + file)).isEqualTo(1);
    assertThat(err).isEqualTo(file + ":3: 1 columns instead of 12\n");
    assertThat(out).startsWith("3 rows: 1 recorded, 1 recorded before, 1 bad\n");
    assertThat(bank("import --strict " + file)).isEqualTo(1);
    ok("balance 7");
    assertThat(out).isEqualTo("1.00 CZK\n");
  }

  @Test
  void makesNoBankOfAFileOfWhichNothingCanBeRecorded() throws IOException {
    Path file = directory.resolve("report.csv");
    String good = "1,1993-01-01,7,1,1,credit,cash,100,100,,,\n";
    String refused = "2,1993-01-01,8,1,2,credit,cash,0,100,,,\n";
    Files.writeString(file, ReportFile.HEADER + "\nnonsense\nmore\n");
    fails(1, "import " + file);
    assertThat(err)
        .isEqualTo(
            "bank import: %s:2: 1 columns instead of 12; no row of the file can be recorded\n"
                .formatted(file));
    Files.writeString(file, ReportFile.HEADER + "\n" + refused);
    fails(1, "import " + file);
    assertThat(err).contains(file + ":2: amount-not-positive: ");
    Files.writeString(file, ReportFile.HEADER + "\nnonsense\n" + good);
    fails(1, "import --strict " + file);
    assertThat(err).contains("; no row before that can be recorded");
    Files.writeString(file, ReportFile.HEADER + "\n");
    fails(1, "import " + file);
    assertThat(err).contains("has no rows behind its header");
    assertThat(directory.resolve("data")).doesNotExist();
    Files.writeString(file, ReportFile.HEADER + "\n" + refused + good);
    assertThat(bank("import " + file)).isEqualTo(1);
    ok("balance 7");
  }

  @Test
  void showsAProgressBarOnATerminal() {
    var errBytes = new ByteArrayOutputStream();
    var terminal =
        new Terminal(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            errBytes,
            true,
            true,
            80);
    Path file = RealData.transactions();
    int exitCode =
        new BankCommand(EngineStore::open, CLOCK, terminal)
            .execute("import", file.toString(), "--data", directory.resolve("bar").toString());
    assertThat(exitCode).isZero();
    assertThat(errBytes.toString(StandardCharsets.UTF_8))
        .containsPattern("\\[=* *\\] +[0-9]+ % +[0-9,]+ rows?, [0-9,]+/s")
        .endsWith("\r\u001b[K");
  }
}
