package io.daybook.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a command reads and writes.
 *
 * @param in standard input
 * @param out standard output, not buffered
 * @param err standard error, not buffered
 * @param outIsTerminal whether a person reads standard output as it is written
 * @param errIsTerminal whether a person reads standard error as it is written
 * @param columns how many characters a line of the terminal holds; 0 to ask it where that matters
 */
public record Terminal(
    InputStream in,
    OutputStream out,
    OutputStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    int columns) {
  private static final int USUAL_COLUMNS = 120;

  /** Checks that nothing is null. */
  public Terminal {
    Objects.requireNonNull(in, "in");
    Objects.requireNonNull(out, "out");
    Objects.requireNonNull(err, "err");
  }

  /** Not a terminal: what a pipe or a test reads and writes. */
  public static Terminal of(InputStream in, OutputStream out, OutputStream err) {
    return new Terminal(in, out, err, false, false, USUAL_COLUMNS);
  }

  /** What the process was started with. */
  public static Terminal ofProcess() {
    return new Terminal(
        new StandardInput(),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        isTerminal(1),
        isTerminal(2),
        0);
  }

  /** How many characters a line holds. */
  int width() {
    return columns > 0 ? columns : askColumns();
  }

  /**
   * Java knows only whether standard input and output are both terminals. Linux tells it of each.
   */
  @SuppressWarnings("SystemConsoleNull") // whether it is null depends on the release of Java
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException _) {
      var console = System.console();
      return console != null && console.isTerminal();
    }
  }

  private static int askColumns() {
    String columns = System.getenv("COLUMNS");
    try {
      return columns == null ? askStty() : Integer.parseInt(columns);
    } catch (IOException | NumberFormatException _) {
      return USUAL_COLUMNS;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return USUAL_COLUMNS;
    }
  }

  private static int askStty() throws IOException, InterruptedException {
    Process stty =
        new ProcessBuilder("stty", "size")
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/tty").toFile()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var answer = stty.inputReader()) {
      String line = answer.readLine();
      stty.waitFor();
      // "ROWS COLUMNS"; a terminal that does not know its size says 0
      int columns =
          line == null ? 0 : Integer.parseInt(line.substring(line.indexOf(' ') + 1).strip());
      return columns > 0 ? columns : USUAL_COLUMNS;
    }
  }
}
