package io.daybook.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.stream.Stream;

/** Comma-separated values as RFC 4180 has them, with lines that end in a line feed. */
public final class Csv {
  private Csv() {}

  /** The values as a line, in quotes where they need them. */
  public static String line(Object... values) {
    var line = new StringWriter();
    try (var csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).bufferSize(0).build(line)) {
      var _ = csv.writeRecord(Stream.of(values).map(String::valueOf).toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toString();
  }
}
