package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.examples.bank.AccountEvent.AccountFrozen;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.Deposited;
import io.daybook.examples.bank.AccountEvent.FeeCharged;
import io.daybook.examples.bank.AccountEvent.InterestPosted;
import io.daybook.examples.bank.AccountEvent.Kind;
import io.daybook.examples.bank.AccountEvent.MovementReported;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.AccountEvent.TransferSent;
import io.daybook.examples.bank.AccountEvent.Withdrawn;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StatementTest {
  private static final Currency CZK = Currency.getInstance("CZK");
  private static final LocalDate JANUARY_1 = LocalDate.parse("2026-01-01");
  private static final LocalDate JANUARY_31 = LocalDate.parse("2026-01-31");
  private static final LocalDate FEBRUARY_1 = LocalDate.parse("2026-02-01");
  private static final LocalDate FEBRUARY_28 = LocalDate.parse("2026-02-28");

  private static final List<AccountEvent> EVENTS =
      List.of(
          new AccountOpened(JANUARY_1, "Ada", CZK, Product.STANDARD, "ada"),
          new Deposited(JANUARY_1, czk("100"), "initial deposit"),
          new Withdrawn(FEBRUARY_1, czk("10"), "coffee, \"black\""),
          new AccountFrozen(FEBRUARY_1),
          new InterestPosted(JANUARY_31, czk("0.50")),
          new TransferSent(FEBRUARY_1, "t1", "bert", czk("30"), "rent"),
          new FeeCharged(LocalDate.parse("2026-02-03"), czk("2"), "card"),
          new MovementReported(
              FEBRUARY_28, 1, Kind.DEPOSIT, czk("5"), "transfer in", "pension", "YZ/123"),
          new Deposited(LocalDate.parse("2026-03-01"), czk("1"), ""));

  private static Money czk(String amount) {
    return Money.of(amount, "CZK");
  }

  private static Statement february() {
    return Statement.of("ada", EVENTS, FEBRUARY_1, FEBRUARY_28);
  }

  @Test
  void runsFromTheOpeningBalanceToTheClosingBalance() {
    Statement statement = february();
    assertThat(statement.opening()).isEqualTo(czk("100.50"));
    assertThat(statement.lines())
        .extracting(line -> line.balance())
        .containsExactly(czk("90.50"), czk("60.50"), czk("58.50"), czk("63.50"));
    assertThat(statement.closing()).isEqualTo(czk("63.50"));
    assertThat(statement.totals())
        .isEqualTo(new Statement.Totals(czk("5"), czk("42"), czk("0"), czk("2")));
  }

  @Test
  void ordersByDateWhatWasWrittenDownLate() {
    Statement all = Statement.of("ada", EVENTS, JANUARY_1, FEBRUARY_1);
    assertThat(all.opening()).isEqualTo(czk("0"));
    assertThat(all.lines())
        .extracting(Statement.Line::text)
        .containsExactly("initial deposit", "interest", "coffee, \"black\"", "rent, to bert");
    assertThat(all.totals().interest()).isEqualTo(czk("0.50"));
  }

  @Test
  void mayBeEmpty() {
    LocalDate day = LocalDate.parse("2026-01-10");
    Statement statement = Statement.of("ada", EVENTS, day, day);
    assertThat(statement.lines()).isEmpty();
    assertThat(statement.opening()).isEqualTo(czk("100"));
    assertThat(statement.closing()).isEqualTo(czk("100"));
  }

  @Test
  void refusesAPeriodThatEndsBeforeItBegins() {
    assertThatThrownBy(() -> Statement.of("ada", EVENTS, FEBRUARY_1, JANUARY_31))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isWrittenAsText() {
    assertThat(StatementFormat.TEXT.write(february()))
        .isEqualTo(
            """
            Statement of account ada                                                    Ada
            2026-02-01 to 2026-02-28                                                 in CZK

            Date        Description                                   Amount        Balance
                        Opening balance                                              100.50
            2026-02-01  coffee, "black"                               -10.00          90.50
            2026-02-01  rent, to bert                                 -30.00          60.50
            2026-02-03  card                                           -2.00          58.50
            2026-02-28  transfer in, pension, from YZ/123               5.00          63.50
                        Closing balance                                               63.50

                        Total in                                        5.00
                          of that interest                              0.00
                        Total out                                      42.00
                          of that fees                                  2.00
            """);
  }

  @Test
  void wrapsLongDescriptionsAndDefusesControlCharacters() {
    var event =
        new Deposited(
            FEBRUARY_1,
            czk("1"),
            "a long\ttale\u001b[31m of money that came from far away, honestly");
    String text =
        StatementFormat.TEXT.write(
            Statement.of("ada", List.of(EVENTS.getFirst(), event), FEBRUARY_1, FEBRUARY_28));
    assertThat(text).doesNotContain("\u001b").doesNotContain("\t");
    assertThat(text).contains("2026-02-01  a long tale [31m of money that came      ");
    assertThat(text).contains("\n            from far away, honestly\n");
    assertThat(text.lines()).allMatch(line -> line.length() <= 79);
  }

  @Test
  void isWrittenAsCsv() {
    assertThat(StatementFormat.CSV.write(february()))
        .isEqualTo(
            """
            date,kind,description,purpose,peer,amount,balance,currency
            2026-02-01,opening balance,,,,,100.50,CZK
            2026-02-01,withdrawal,"coffee, ""black\""",,,-10.00,90.50,CZK
            2026-02-01,transfer,rent,,bert,-30.00,60.50,CZK
            2026-02-03,fee,card,,,-2.00,58.50,CZK
            2026-02-28,deposit,transfer in,pension,YZ/123,5.00,63.50,CZK
            2026-02-28,closing balance,,,,,63.50,CZK
            2026-02-28,total in,,,,5.00,,CZK
            2026-02-28,total out,,,,-42.00,,CZK
            """);
  }

  @Test
  void isWrittenAsJson() {
    var mapper =
        JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    JsonNode json = mapper.readTree(StatementFormat.JSON.write(february()));
    assertThat(json.get("account").asString()).isEqualTo("ada");
    assertThat(json.get("openingBalance").decimalValue()).isEqualTo(new BigDecimal("100.50"));
    assertThat(json.get("closingBalance").decimalValue()).isEqualTo(new BigDecimal("63.50"));
    assertThat(json.get("lines")).hasSize(4);
    assertThat(json.get("lines").get(1).get("peer").asString()).isEqualTo("bert");
    assertThat(json.get("lines").get(1).get("balance").decimalValue())
        .isEqualTo(new BigDecimal("60.50"));
    assertThat(json.get("totals").get("out").decimalValue()).isEqualTo(new BigDecimal("42.00"));
  }
}
