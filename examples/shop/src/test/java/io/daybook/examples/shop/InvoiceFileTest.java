package io.daybook.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.cli.CommandFailedException;
import io.daybook.examples.shop.Purchases.Line;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvoiceFileTest {
  static final String HEADER =
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
  private static final String ROW = "536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850.0,Eire";

  @TempDir private Path directory;

  private final List<Line> rows = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("invoices.csv"), text);
  }

  private void read(Path file) throws Exception {
    rows.clear();
    problems.clear();
    InvoiceFile.read(
        file,
        new InvoiceFile.Reader() {
          @Override
          public boolean row(long line, Line row) {
            rows.add(row);
            return true;
          }

          @Override
          public boolean badRow(long line, String problem) {
            problems.add(line + ": " + problem);
            return true;
          }
        });
  }

  private static Line lantern() {
    return new Line(
        "536365",
        "85123A",
        "LANTERN",
        6,
        new BigDecimal("2.55"),
        LocalDateTime.parse("2010-12-01T08:26"),
        "17850.0",
        "Eire");
  }

  @Test
  void readsRows() throws Exception {
    read(file(HEADER + ROW + "\r\n\n" + ROW.replace("17850.0", "") + "\n"));
    assertThat(problems).isEmpty();
    assertThat(rows).hasSize(2).first().isEqualTo(lantern());
    assertThat(rows.getLast().hasCustomer()).isFalse();
  }

  @Test
  void readsColumnsByTheirNames() throws Exception {
    read(
        file(
            """
            \uFEFFCountry,Customer ID,price,InvoiceDate,Extra,Quantity,Description,StockCode,Invoice
            Eire,17850.0,2.55,2010-12-01T08:26,x,6.0,LANTERN,85123A,536365
            """));
    assertThat(problems).isEmpty();
    assertThat(rows).containsExactly(lantern());
  }

  @Test
  void readsQuotedFieldsAlsoOverSeveralLines() throws Exception {
    read(
        file(
            HEADER
                + ROW.replace("LANTERN", "\"A \"\"BIG\"\", RED\nLANTERN\"")
                + "\n"
                + ROW
                + "\nbad\n"));
    assertThat(problems).containsExactly("5: 1 columns instead of 8");
    assertThat(rows)
        .extracting(Line::description)
        .containsExactly("A \"BIG\", RED\nLANTERN", "LANTERN");
  }

  @Test
  void aQuoteThatIsNotClosedSpoilsItsOwnLineOnly() throws Exception {
    String open = ROW.replace("LANTERN", "\"LANTERN");
    String quoted = ROW.replace("LANTERN", "\"A, B\"");
    read(file(HEADER + open + "\n" + ROW + "\n" + quoted + "\n" + open + "\n"));
    assertThat(problems)
        .containsExactly(
            "2: malformed: Unclosed quoted field at end of input",
            "5: malformed: Unclosed quoted field at end of input");
    assertThat(rows).extracting(Line::description).containsExactly("LANTERN", "A, B");
    read(file(HEADER + open + "\n" + (ROW + "\n").repeat(50)));
    assertThat(problems).containsExactly("2: malformed: Unclosed quoted field at end of input");
    assertThat(rows).hasSize(50);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "536365 | '' | InvoiceNo is empty",
        "85123A | ' ' | StockCode is empty",
        "85123A | a\tb | the tag holds the control character U+0009 at index 9",
        "'6,2010' | 'six,2010' | Quantity is not a number: \"six\"",
        "'6,2010' | '6.5,2010' | Quantity is not a whole number: 6.5",
        "'6,2010' | '1000000001,2010' | Quantity is too large: 1000000001",
        "'6,2010' | '-9223372036854775808,2010' | Quantity is too large: -9223372036854775808",
        "'6,2010' | '99999999999999999999,2010' | Quantity has too many digits:"
            + " \"99999999999999999999\"",
        "2.55 | '' | UnitPrice is not a number: \"\"",
        "2.55 | 1e999999999 | UnitPrice has too many digits: \"1e999999999\"",
        "2.55 | 0.12345678901 | UnitPrice has too many digits: \"0.12345678901\"",
        "08:26:00 | 28:26:00 | InvoiceDate is a time like 2010-12-01 08:26:00, not"
            + " \"2010-12-01 28:26:00\"",
        "',Eire' | '' | 7 columns instead of 8",
        "',Eire' | ',Eire,' | 9 columns instead of 8",
        "LANTERN | '\"LAN\"TERN' | malformed: Unexpected character after closing quote: 'T' (0x54)",
        "LANTERN | LAN\uFFFDTERN | column 3 is not UTF-8"
      })
  void saysWhatIsWrongWithARow(String what, String instead, String problem) throws Exception {
    read(file(HEADER + ROW + "\n" + ROW.replace(what, instead) + "\n" + ROW + "\n"));
    assertThat(problems).containsExactly("3: " + problem);
    assertThat(rows).hasSize(2);
  }

  @Test
  void surveysInvoicesWhereverTheirLinesStand() throws Exception {
    var survey =
        InvoiceFile.survey(
            file(HEADER + ROW + "\nbad\n" + ROW.replace("536365", "C1") + "\n" + ROW), false);
    assertThat(survey).isEqualTo(new InvoiceFile.Survey(4, Map.of("536365", 2, "C1", 1)));
  }

  @Test
  void saysWhatIsWrongWhereThereIsNoInvoiceToRecord() throws Exception {
    String other = ROW.replace("536365", "C1");
    String incomplete = "1 columns instead of 8; no invoice is complete before that row";
    String nothing = "1 columns instead of 8; no row of the file can be recorded";
    assertSurvey("", "", ROW, other);
    assertSurvey("", "", ROW, ROW, "bad", other);
    assertSurvey("", "", other, ROW, "bad", ROW);
    assertSurvey("", ":3: " + incomplete, ROW, "bad", ROW, "worse");
    assertSurvey("", ":2: " + incomplete, "bad", ROW);
    assertSurvey(":2: " + nothing, ":2: " + nothing, "bad", "bad");
    assertSurvey(" has no rows behind its header", " has no rows behind its header");
  }

  private void assertSurvey(String problem, String strictly, String... rows) throws IOException {
    Path file = file(HEADER + String.join("\n", rows));
    assertSurvey(file, false, problem);
    assertSurvey(file, true, strictly);
  }

  private static void assertSurvey(Path file, boolean strict, String problem) {
    if (problem.isEmpty()) {
      assertThat(InvoiceFile.survey(file, strict).linesByInvoice()).isNotEmpty();
    } else {
      assertThatThrownBy(() -> InvoiceFile.survey(file, strict))
          .isInstanceOf(CommandFailedException.class)
          .hasMessage(file + problem);
    }
  }

  @Test
  void saysWhatIsWrongWithAFile() throws Exception {
    assertUnreadable(directory.resolve("none"), "there is no file");
    assertUnreadable(directory, "is a directory");
    assertUnreadable(file(""), "is empty");
    assertUnreadable(file("\n" + ROW), ":1: the first line should name the columns: it is blank");
    assertUnreadable(
        file("InvoiceNo,StockCode\n"),
        "this is no file of invoices: the header has no column Desc");
    byte[] zipped = gzipped(HEADER + (ROW + "\n").repeat(5_000));
    assertUnreadable(bytes(Arrays.copyOf(zipped, zipped.length - 9)), "is cut off after line ");
    zipped[zipped.length - 6] ^= 1;
    assertUnreadable(bytes(zipped), "is damaged after line ");
  }

  private Path bytes(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("invoices.csv.gz"), bytes);
  }

  private static byte[] gzipped(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void readsGzippedFilesWhateverTheirName() throws Exception {
    Path file = directory.resolve("invoices");
    read(Files.write(file, gzipped(HEADER + ROW + "\n")));
    assertThat(rows).containsExactly(lantern());
  }

  private static void assertUnreadable(Path file, String message) {
    assertThatThrownBy(() -> InvoiceFile.survey(file, false))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file.toString());
  }
}
