package io.daybook.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One event per line (NDJSON). Blank lines are passed over. */
final class LineRecords implements Records {
  private final String file;
  private final InputWindow window;
  private long line;

  LineRecords(String file, InputWindow window) throws IOException {
    this.file = file;
    this.window = window;
    window.skipByteOrderMark();
  }

  @Override
  public @Nullable Slice next() throws IOException {
    while (true) {
      int length = lineLength();
      if (length == window.size()) {
        if (length == 0) {
          return null;
        }
        return take(length, length);
      }
      Slice slice = take(length, length + 1);
      if (!isBlank(slice)) {
        return slice;
      }
    }
  }

  /** The bytes up to the next line end; all that are left if there is none. */
  private int lineLength() throws IOException {
    int length = 0;
    while (true) {
      byte[] bytes = window.bytes();
      int start = window.start();
      int size = window.size();
      while (length < size && bytes[start + length] != '\n') {
        length++;
      }
      if (length > MAX_BYTES) {
        throw BadInputException.at(
            file, new Place(line + 1, 1), "the line is longer than " + MAX_BYTES + " bytes");
      }
      if (length < size || !window.fill()) {
        return length;
      }
    }
  }

  private Slice take(int length, int skip) {
    line++;
    var slice = new Slice(window.bytes(), window.start(), length, new Place(line, 1));
    window.skip(skip);
    return slice;
  }

  private static boolean isBlank(Slice slice) {
    for (int i = 0; i < slice.length(); i++) {
      byte b = slice.bytes()[slice.offset() + i];
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
