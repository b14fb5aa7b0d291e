package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.cli.CommandFailedException;
import io.daybook.examples.bank.AccountEvent.Kind;
import io.daybook.examples.bank.ReportFile.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportFileTest {
  private static final String GOOD =
      "17,1993-01-05,793,2,232961,credit,transfer in,340100,420100,pension,IJ,6149286";

  @TempDir private Path directory;

  private final List<Row> rows = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private Path file(String... lines) throws IOException {
    return Files.writeString(directory.resolve("f.csv"), String.join("\n", lines) + "\n");
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("f.csv"), bytes);
  }

  private void read(Path file) throws Exception {
    ReportFile.read(
        file,
        new ReportFile.Reader() {
          @Override
          public boolean row(Row row) {
            return rows.add(row);
          }

          @Override
          public boolean badRow(long line, String problem) {
            return problems.add(line + ": " + problem);
          }
        });
  }

  @Test
  void readsARow() throws Exception {
    read(file(ReportFile.HEADER, GOOD));
    assertThat(rows)
        .containsExactly(
            new Row(
                2,
                LocalDate.parse("1993-01-05"),
                "793",
                2,
                "232961",
                Kind.DEPOSIT,
                Money.of("3401", "CZK"),
                Money.of("4201", "CZK"),
                "transfer in",
                "pension",
                "IJ/6149286"));
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "credit, cash deposit, '', DEPOSIT",
    "credit, '', interest, INTEREST",
    "debit, cash withdrawal, '', WITHDRAWAL",
    "debit, cash withdrawal, statement fee, FEE",
    "debit, cash withdrawal, penalty interest, FEE",
    "debit, transfer out, household, WITHDRAWAL"
  })
  void knowsWhatAMovementIs(String direction, String operation, String purpose, Kind kind)
      throws Exception {
    var row = "1,1993-01-05,793,2,9," + direction + "," + operation + ",1,1," + purpose + ",,";
    read(file(ReportFile.HEADER, row));
    assertThat(rows).extracting(Row::kind).containsExactly(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,1993-01-05,793,2,9,credit,x,1,1,,|11 columns instead of 12",
        "1,1993-01-05,793,2,9,credit,x,1,1,,,,|13 columns instead of 12",
        "x,1993-01-05,793,2,9,credit,x,1,1,,,|seq is not a number: \"x\"",
        "1,1993-02-30,793,2,9,credit,x,1,1,,,|date is a day like 1993-01-31, not \"1993-02-30\"",
        "1,05.01.1993,793,2,9,credit,x,1,1,,,|date is a day like 1993-01-31, not \"05.01.1993\"",
        "1,1993-01-05,ada,2,9,credit,x,1,1,,,|account_id is not a number: \"ada\"",
        "1,1993-01-05,-7,2,9,credit,x,1,1,,,|account_id is negative: -7",
        "1,1993-01-05,793,,9,credit,x,1,1,,,|version is not a number: \"\"",
        "1,1993-01-05,793,2,9.5,credit,x,1,1,,,|trans_id is not a number: \"9.5\"",
        "1,1993-01-05,793,2,9,CREDIT,x,1,1,,,|direction is credit or debit, not \"CREDIT\"",
        "1,1993-01-05,793,2,9,credit,x,1e3,1,,,|amount_haler is not a number: \"1e3\"",
        "1,1993-01-05,793,2,9,credit,x,1,99999999999999999999,,,|balance_haler is not a number:"
            + " \"99999999999999999999\"",
        "1,1993-01-05,793,2,9,credit,\"x,1,1,,,|malformed: Unclosed quoted field at end of input",
        "1,1993-01-05,793,2,9,credit,\"x\"y,1,1,,,|malformed: Unexpected character after closing"
            + " quote: 'y' (0x79)"
      })
  void reportsABadRowAndGoesOn(String bad, String problem) throws Exception {
    read(file(ReportFile.HEADER, GOOD, bad, GOOD));
    assertThat(problems).containsExactly("3: " + problem);
    assertThat(rows).extracting(Row::line).containsExactly(2L, 4L);
  }

  @Test
  void reportsTextThatIsNotUtf8() throws Exception {
    byte[] bytes =
        (ReportFile.HEADER + "\n" + GOOD.replace("pension", "d\u016fchod") + "\n" + GOOD)
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] broken =
        new String(bytes, StandardCharsets.ISO_8859_1)
            .replace("d?chod", "d\u00f9chod")
            .getBytes(StandardCharsets.ISO_8859_1);
    read(file(broken));
    assertThat(problems).hasSize(1).first().asString().isEqualTo("2: column 10 is not UTF-8");
    assertThat(rows).extracting(Row::line).containsExactly(3L);
  }

  @Test
  void acceptsQuotesLineEndsBlankLinesAndAByteOrderMark() throws Exception {
    String quoted =
        "\"17\",1993-01-05,793,2,232961,credit,\"transfer, \"\"in\"\"\",340100,420100,,\"IJ\",1";
    String text =
        "\uFEFF\"seq\"" + ReportFile.HEADER.substring(3) + "\r\n" + quoted + "\r\n\r\n" + GOOD;
    read(file(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(problems).isEmpty();
    assertThat(rows).extracting(Row::operation).containsExactly("transfer, \"in\"", "transfer in");
    assertThat(rows).extracting(Row::line).containsExactly(2L, 4L);
  }

  @Test
  void readsGzipWhateverTheFileIsCalled() throws Exception {
    read(file(gzip(ReportFile.HEADER + "\n" + GOOD + "\n")));
    assertThat(rows).hasSize(1);
  }

  @Test
  void sumsUpWhatTheFileNeeds() throws Exception {
    var below = "1,1993-01-05,8,1,1,debit,x,5,-500,,,";
    var lower = "1,1993-01-05,8,2,2,debit,x,5,-700,,,";
    var higher = "1,1993-01-05,8,3,3,debit,x,5,-600,,,";
    var survey = ReportFile.survey(file(ReportFile.HEADER, GOOD, below, lower, "bad", higher));
    assertThat(survey.rows()).isEqualTo(5);
    assertThat(survey.lowest("8")).isEqualTo(Money.of("-7", "CZK"));
    assertThat(survey.lowest("793")).isEqualTo(Money.of("0", "CZK"));
  }

  @Test
  void refusesAFileThatIsCutOff() throws Exception {
    byte[] whole = gzip(ReportFile.HEADER + "\n" + (GOOD + "\n").repeat(1_000));
    Path file = file(Arrays.copyOf(whole, whole.length - 20));
    assertThatThrownBy(() -> ReportFile.survey(file))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("is cut off after line");
  }

  @Test
  void refusesAFileThatIsDamaged() throws Exception {
    byte[] bytes = gzip(ReportFile.HEADER + "\n" + (GOOD + "\n").repeat(1_000));
    bytes[bytes.length - 6] ^= 1;
    Path file = file(bytes);
    assertThatThrownBy(() -> ReportFile.survey(file))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("is damaged");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatThrownBy(() -> ReportFile.survey(directory.resolve("none.csv")))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("there is no file")
        .hasMessageContaining("none.csv");
    assertThatThrownBy(() -> ReportFile.survey(directory))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("is a directory");
  }

  @Test
  void refusesAnEmptyFile() throws Exception {
    Path file = file(new byte[0]);
    assertThatThrownBy(() -> ReportFile.survey(file))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("is empty");
    Path gzipped = file(gzip(""));
    assertThatThrownBy(() -> ReportFile.survey(gzipped))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,b,c", "seq,date", "\u0000\u0001binary"})
  void refusesAnUnknownHeader(String header) throws Exception {
    Path file = file(header, GOOD);
    assertThatThrownBy(() -> ReportFile.survey(file))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("unknown header");
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
