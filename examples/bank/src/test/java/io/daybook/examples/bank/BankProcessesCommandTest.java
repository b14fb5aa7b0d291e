package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the bank does by itself around a command: interest, closing of months, freezing. */
@Tag("long")
class BankProcessesCommandTest extends BankCommandFixture {
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
}
