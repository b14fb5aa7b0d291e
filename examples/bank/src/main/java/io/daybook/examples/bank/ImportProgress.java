package io.daybook.examples.bank;

import io.daybook.cli.ProgressLine;
import io.daybook.cli.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Shows how far an import is, if a person looks at it, and which rows are bad. */
final class ImportProgress implements ReportImport.Observer, AutoCloseable {
  private static final int MOST_BAD_ROWS = 100;

  private final Terminal terminal;
  private final Path file;
  private final ProgressLine progress;
  private int badRows;

  ImportProgress(Terminal terminal, Path file) {
    this.terminal = terminal;
    this.file = file;
    progress = new ProgressLine(terminal, "row");
  }

  @Override
  public void progress(long rows, long of) {
    progress.show(rows, rows, of);
  }

  @Override
  public void badRow(long line, String problem) {
    badRows++;
    if (badRows <= MOST_BAD_ROWS) {
      print(file + ":" + line + ": " + StatementFormat.oneLine(problem) + "\n");
    } else if (badRows == MOST_BAD_ROWS + 1) {
      print("more bad rows are counted, not shown\n");
    }
  }

  /** Takes the line away. */
  @Override
  public void close() {
    progress.close();
  }

  private void print(String text) {
    progress.clear();
    try {
      terminal.err().write(text.getBytes(StandardCharsets.UTF_8));
      terminal.err().flush();
    } catch (IOException _) {
      // nobody looks
    }
  }
}
