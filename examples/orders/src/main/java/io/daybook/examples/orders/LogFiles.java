package io.daybook.examples.orders;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ExitCode;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** What the files of logs have in common: gzipped or not, and one line for what is wrong. */
final class LogFiles {
  private static final int BUFFER_BYTES = 1 << 16;

  private LogFiles() {}

  /**
   * Opens a file, and unpacks it if it is gzipped.
   *
   * @param progress is told now and then how many bytes of the file were read
   */
  static InputStream open(Path file, LongConsumer progress) throws IOException {
    var in = new BufferedInputStream(counting(Files.newInputStream(file), progress), BUFFER_BYTES);
    try {
      in.mark(2);
      boolean gzipped = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzipped ? new GZIPInputStream(in, BUFFER_BYTES) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static InputStream counting(InputStream in, LongConsumer progress) {
    return new FilterInputStream(in) {
      private long bytes;

      @Override
      public int read() throws IOException {
        int b = super.read();
        count(b < 0 ? -1 : 1);
        return b;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        count(read);
        return read;
      }

      private void count(int read) {
        if (read > 0) {
          bytes += read;
          progress.accept(bytes);
        }
      }
    };
  }

  /** The failure of a file whose content is not as it should be. */
  static CommandFailedException bad(Path file, String problem) {
    return new CommandFailedException(ExitCode.FAILURE, file + ": " + problem);
  }

  /** The failure of a file that cannot be read. */
  static CommandFailedException unreadable(Path file, IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> bad(file, "there is no such file");
      case AccessDeniedException _ -> bad(file, "it may not be read");
      case EOFException _ -> bad(file, "it ends early; it was not copied whole");
      case ZipException _ -> bad(file, "it is not intact gzip: " + e.getMessage());
      default ->
          Files.isDirectory(file)
              ? bad(file, "it is a directory")
              : bad(file, "it cannot be read: " + e.getMessage());
    };
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
