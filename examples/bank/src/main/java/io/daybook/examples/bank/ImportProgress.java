package io.daybook.examples.bank;

import io.daybook.cli.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** Shows how far an import is, if a person looks at it, and which rows are bad. */
final class ImportProgress implements ReportImport.Observer, AutoCloseable {
  private static final long NANOS_BETWEEN_UPDATES = 100_000_000;
  private static final int BAR_COLUMNS = 40;
  private static final int MOST_BAD_ROWS = 100;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Terminal terminal;
  private final Path file;
  private long shownNanos = System.nanoTime();
  private boolean visible;
  private int badRows;

  ImportProgress(Terminal terminal, Path file) {
    this.terminal = terminal;
    this.file = file;
  }

  @Override
  public void progress(long rows, long of) {
    if (!terminal.errIsTerminal() || System.nanoTime() - shownNanos < NANOS_BETWEEN_UPDATES) {
      return;
    }
    shownNanos = System.nanoTime();
    visible = true;
    int filled = (int) (BAR_COLUMNS * rows / Math.max(1, of));
    String bar = "#".repeat(filled) + ".".repeat(BAR_COLUMNS - filled);
    print(String.format(Locale.ROOT, "%s[%s] %,d of %,d rows", CLEAR_LINE, bar, rows, of));
  }

  @Override
  public void badRow(long line, String problem) {
    badRows++;
    if (badRows <= MOST_BAD_ROWS) {
      close();
      print(file + ":" + line + ": " + StatementFormat.oneLine(problem) + "\n");
    } else if (badRows == MOST_BAD_ROWS + 1) {
      close();
      print("more bad rows are counted, not shown\n");
    }
  }

  /** Takes the bar away; it comes back with the next progress. */
  @Override
  public void close() {
    if (visible) {
      visible = false;
      print(CLEAR_LINE);
    }
  }

  private void print(String text) {
    try {
      terminal.err().write(text.getBytes(StandardCharsets.UTF_8));
      terminal.err().flush();
    } catch (IOException _) {
      // nobody looks
    }
  }
}
