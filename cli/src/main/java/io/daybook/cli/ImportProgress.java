package io.daybook.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Says on standard error what an import could not use, as {@code FILE:LINE: why}, and how far it
 * is, if a person looks at it. Used by one thread.
 */
public final class ImportProgress implements ImportObserver, AutoCloseable {
  private static final int MOST_TOLD = 100;

  private final Terminal terminal;
  private final Path file;
  private final ProgressLine progress;
  private int told;

  /** With the name of what the file holds, in the singular. */
  public ImportProgress(Terminal terminal, Path file, String thing) {
    this.terminal = terminal;
    this.file = file;
    progress = new ProgressLine(terminal, thing);
  }

  @Override
  public void progress(long count, long done, long total) {
    progress.show(count, done, total);
  }

  @Override
  public void bad(long line, String problem) {
    told++;
    if (told <= MOST_TOLD) {
      print(file + ":" + line + ": " + problem);
    } else if (told == MOST_TOLD + 1) {
      print("more bad lines are counted, not shown");
    }
  }

  private void print(String text) {
    progress.clear();
    try {
      terminal.err().write((Text.printable(text) + "\n").getBytes(StandardCharsets.UTF_8));
      terminal.err().flush();
    } catch (IOException _) {
      // nobody looks
    }
  }

  /** Takes the line away that says how far it is. */
  @Override
  public void close() {
    progress.close();
  }
}
