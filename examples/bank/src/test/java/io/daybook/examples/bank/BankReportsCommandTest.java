package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the command tells of the bank: statements, balances of any day, who did what. */
@Tag("long")
class BankReportsCommandTest extends BankCommandFixture {
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
}
