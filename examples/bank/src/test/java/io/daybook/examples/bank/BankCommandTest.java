package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.EngineStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts and money, by the command; and what is the same for all that it does. */
@Tag("long")
class BankCommandTest extends BankCommandFixture {
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
  void saysWhereNoBankCanBeMade() throws IOException {
    Path file = Files.writeString(directory.resolve("data"), "no folder");
    fails(1, "open ada --owner Ada");
    assertThat(err).endsWith(file + " is a file; choose another folder\n");
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
}
