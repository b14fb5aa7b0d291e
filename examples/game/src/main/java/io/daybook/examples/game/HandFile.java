package io.daybook.examples.game;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ExitCode;
import io.daybook.cli.ImportFile;
import io.daybook.cli.TextLines;
import io.daybook.cli.TextLines.Line;
import io.daybook.examples.game.HandHistory.BadHandException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file of poker hands, plain or gzipped: each line is a {@link HandLine}. */
final class HandFile {
  private HandFile() {}

  /** Is given the hands of a file in their order; what it returns says whether to go on reading. */
  interface Reader {
    /**
     * A hand.
     *
     * @throws BadHandException if it can't be used; {@link #badLine} is told
     */
    boolean hand(long line, HandHistory hand) throws BadHandException, InterruptedException;

    /** A line that can't be used, and why. */
    boolean badLine(long line, String problem);

    /** So many bytes of the file are read, of so many. */
    void progress(long bytes, long of);
  }

  /** Is given the lines that hold something; what it returns says whether to go on reading. */
  private interface LineReader {
    boolean line(Line line, ImportFile file) throws InterruptedException;
  }

  /** Looks for the first hand that can be recorded. */
  private static final class FirstHand implements LineReader {
    private final Path file;
    private final boolean strict;
    private boolean ended;
    private @Nullable CommandFailedException problem;

    FirstHand(Path file, boolean strict) {
      this.file = file;
      this.strict = strict;
    }

    @Override
    public boolean line(Line line, ImportFile source) {
      if (!ended) {
        try {
          var _ = parse(line).events();
          ended = true;
          problem = null;
        } catch (BadHandException e) {
          ended = strict;
          problem = problem == null ? problem(line, e) : problem;
        }
      }
      // to the end of the file, which has to be whole
      return true;
    }

    private CommandFailedException problem(Line line, BadHandException e) {
      return new CommandFailedException(
          ExitCode.FAILURE,
          "%s:%d: %s; no hand %s can be recorded"
              .formatted(
                  file, line.number(), e.getMessage(), strict ? "before that line" : "of the file"),
          e);
    }
  }

  /**
   * Checks the file before anything is recorded.
   *
   * @param strict whether what follows the first bad line is left out
   * @throws CommandFailedException if it can't be read to its end, or there is nothing to record
   */
  static void check(Path file, boolean strict) throws InterruptedException {
    var first = new FirstHand(file, strict);
    lines(file, first);
    if (first.problem != null) {
      throw first.problem;
    }
  }

  /**
   * Reads the file from its start to its end.
   *
   * @throws CommandFailedException if it can't be read to its end, or holds nothing
   */
  static void read(Path file, Reader reader) throws InterruptedException {
    lines(
        file,
        (line, source) -> {
          boolean more = readHand(line, reader);
          reader.progress(source.readBytes(), source.sizeBytes());
          return more;
        });
  }

  private static void lines(Path file, LineReader reader) throws InterruptedException {
    boolean empty = true;
    try (var lines = TextLines.open(file)) {
      boolean more = true;
      while (more) {
        Optional<Line> line = lines.next();
        more = line.isPresent();
        if (more && !line.get().text().isBlank()) {
          empty = false;
          more = reader.line(line.get(), lines.file());
        }
      }
    }
    if (empty) {
      throw new CommandFailedException(
          ExitCode.FAILURE, file + " is empty: a line should be a hand as a JSON object");
    }
  }

  private static boolean readHand(Line line, Reader reader) throws InterruptedException {
    try {
      return reader.hand(line.number(), parse(line));
    } catch (BadHandException e) {
      return reader.badLine(line.number(), String.valueOf(e.getMessage()));
    }
  }

  private static HandHistory parse(Line line) throws BadHandException {
    if (!line.whole()) {
      throw new BadHandException("a hand has " + TextLines.MAX_CHARS + " characters at most");
    }
    if (line.text().indexOf(TextLines.NOT_UTF_8) >= 0) {
      throw new BadHandException("not UTF-8");
    }
    return HandLine.parse(line.text());
  }
}
