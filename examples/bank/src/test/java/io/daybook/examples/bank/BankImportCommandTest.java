package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The import of the bank's file, by the command. */
@Tag("long")
class BankImportCommandTest extends BankCommandFixture {
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
