package io.daybook.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.cli.CsvRows.BadRowException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvRowsTest {
  @TempDir private Path directory;

  private Path file(String text) throws IOException {
    return file(text.getBytes(UTF_8));
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("rows.csv"), bytes);
  }

  /** All rows, good and bad: the line each begins in, and its fields or what is wrong. */
  private static List<String> read(Path file, int mostLinesOfARow) {
    var all = new ArrayList<String>();
    try (var rows = CsvRows.open(file, mostLinesOfARow)) {
      while (rows.next()) {
        try {
          all.add(rows.line() + ": " + rows.fields());
        } catch (BadRowException e) {
          all.add(rows.line() + ": " + e.getMessage());
        }
      }
    }
    return all;
  }

  @Test
  void reads_rows_whatever_ends_their_lines() throws Exception {
    assertThat(read(file("\uFEFFa,b\r\n1,2\n\n  \n3,\"4\"\r5,\"6, \"\"x\"\"\"\r\n\r\n7,"), 1))
        .containsExactly("2: [1, 2]", "5: [3, 4]", "6: [5, 6, \"x\"]", "8: [7, ]");
    try (var rows = CsvRows.open(file("\uFEFF\"a\",b b\r\n"), 1)) {
      assertThat(rows.header()).containsExactly("a", "b b");
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void reads_packed_files() throws Exception {
    byte[] packed = ImportFileTest.packed("a,b\n1,2\n".getBytes(UTF_8));
    assertThat(read(file(packed), 1)).containsExactly("2: [1, 2]");
  }

  @Test
  void a_row_may_go_over_several_lines_and_no_more() throws Exception {
    Path file = file("a,b\n1,\"x\n\ny\"\n2,z\n");
    assertThat(read(file, 3)).containsExactly("2: [1, x\n\ny]", "5: [2, z]");
    assertThat(read(file, 2))
        .containsExactly(
            "2: malformed: Unclosed quoted field at end of input",
            "4: 1 columns instead of 2",
            "5: [2, z]");
  }

  @Test
  void a_quote_that_is_not_closed_spoils_its_own_line_only() throws Exception {
    String unclosed = "malformed: Unclosed quoted field at end of input";
    assertThat(read(file("a,b\n1,\"x\n" + "2,y\n".repeat(50)), 20))
        .hasSize(51)
        .startsWith("2: " + unclosed, "3: [2, y]")
        .endsWith("52: [2, y]");
    assertThat(read(file("a,b\n1,\"x\n2,\"y\"\n3,\"z"), 20))
        .containsExactly("2: " + unclosed, "3: [2, y]", "4: " + unclosed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1 | 1 columns instead of 2",
        "1,2,3 | 3 columns instead of 2",
        "1,\"2\"3 | malformed: Unexpected character after closing quote: '3' (0x33)",
        "\"1\" ,2 | malformed: Unexpected character after closing quote: ' ' (0x20)",
        "1,\uFFFD | column 2 is not UTF-8",
      })
  void says_what_is_wrong_with_a_row(String row, String problem) throws Exception {
    assertThat(read(file("a,b\n1,2\n" + row + "\n3,4\n"), 20))
        .containsExactly("2: [1, 2]", "3: " + problem, "4: [3, 4]");
  }

  @Test
  void bytes_that_are_no_text_spoil_their_row_only() throws Exception {
    assertThat(read(file("a,b\n1,caf\u00e9\n2,tea\n".getBytes(ISO_8859_1)), 1))
        .containsExactly("2: column 2 is not UTF-8", "3: [2, tea]");
  }

  @Test
  void a_line_without_end_spoils_itself_only() throws Exception {
    String just = "x".repeat(TextLines.MAX_CHARS - 2);
    assertThat(read(file("a,b\n1," + just + "\n1," + just + "y\n2,tea\n"), 20))
        .containsExactly(
            "2: [1, " + just + "]", "3: the line is longer than 1048576 characters", "4: [2, tea]");
    assertThat(read(file("a,b\n1,\"x\n" + just + "yyy\n2,tea\n"), 20))
        .containsExactly(
            "2: malformed: Unclosed quoted field at end of input",
            "3: the line is longer than 1048576 characters",
            "4: [2, tea]");
  }

  @Test
  void says_what_is_wrong_with_a_file() throws Exception {
    Path file = directory.resolve("rows.csv");
    assertFails("there is no file " + file);
    var _ = file("");
    assertFails(file + " is empty: its first line should name the columns");
    var _ = file(ImportFileTest.packed(new byte[0]));
    assertFails(file + " is empty: its first line should name the columns");
    var _ = file("\na,b\n");
    assertFails(file + ":1: the first line should name the columns: it is blank");
    var _ = file("\"a,b\n1,2\n");
    assertFails(
        file
            + ":1: the first line should name the columns:"
            + " malformed: Unclosed quoted field at end of input");
    byte[] packed = ImportFileTest.packed(("a,b\n" + "1,2\n".repeat(100_000)).getBytes(UTF_8));
    var _ = file(Arrays.copyOf(packed, packed.length - 9));
    assertThatThrownBy(() -> read(file, 1))
        .hasMessageMatching(".*rows[.]csv is cut off after line \\d+: get it again");
    packed[packed.length - 6] ^= 1;
    var _ = file(packed);
    assertThatThrownBy(() -> read(file, 1))
        .hasMessageMatching(
            ".*rows[.]csv is damaged after line \\d+ \\(Corrupt GZIP trailer\\): get it again");
  }

  private void assertFails(String message) {
    assertThatThrownBy(() -> read(directory.resolve("rows.csv"), 1))
        .isInstanceOfSatisfying(
            CommandFailedException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE))
        .hasMessage(message);
  }

  @Test
  void writes_what_it_reads() throws Exception {
    String[] values = {"", "plain", "a,b", "say \"x\"", "two\nlines", "\r", "#1", " x "};
    String text = Csv.line("a", "b") + Csv.line("#", 1);
    for (String value : values) {
      text += Csv.line(value, "x");
    }
    var read = new ArrayList<String>();
    try (var rows = CsvRows.open(file(text), 5)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.fields()).containsExactly("#", "1");
      while (rows.next()) {
        read.add(rows.fields().getFirst());
      }
    }
    // a line end in quotes is a line feed when it was read
    assertThat(read)
        .containsExactly("", "plain", "a,b", "say \"x\"", "two\nlines", "\n", "#1", " x ");
    assertThat(Csv.line("a", "b,c", 1)).isEqualTo("a,\"b,c\",1\n");
  }
}
