package io.daybook.examples.orders;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ExitCode;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** What the files of logs have in common: times, and one line for what is wrong. */
final class LogFiles {
  private LogFiles() {}

  /** The failure of a file whose content is not as it should be. */
  static CommandFailedException bad(Path file, String problem) {
    return new CommandFailedException(ExitCode.FAILURE, file + ": " + problem);
  }

  /** A date and time, in UTC unless it says otherwise; null if the text is none. */
  static @Nullable Instant instant(String text) {
    String iso = text.strip().replaceFirst(" ", "T");
    try {
      return OffsetDateTime.parse(iso).toInstant();
    } catch (DateTimeException _) {
      // then without an offset
    }
    try {
      return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException _) {
      return null;
    }
  }
}
