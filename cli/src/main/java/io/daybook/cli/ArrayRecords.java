package io.daybook.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One event per object of a JSON array. Finds only where an object ends, so that an array of any
 * length can be read; the object itself is checked by whoever parses it.
 */
final class ArrayRecords implements Records {
  private final String file;
  private final InputWindow window;
  private Place place = new Place(1, 1);
  private boolean opened;
  private boolean first = true;

  ArrayRecords(String file, InputWindow window) throws IOException {
    this.file = file;
    this.window = window;
    window.skipByteOrderMark();
  }

  @Override
  public @Nullable Slice next() throws IOException {
    if (!opened) {
      expect('[', "a JSON array is needed: it begins with [");
      opened = true;
    }
    int c = peek();
    if (c == ']') {
      end();
      return null;
    }
    if (!first) {
      expect(',', "a comma or the end of the array is needed");
      c = peek();
    }
    if (c != '{') {
      throw bad(c < 0 ? "the array has no end" : "an object is needed: it begins with {");
    }
    first = false;
    int length = objectLength();
    var slice = new Slice(window.bytes(), window.start(), length, place);
    place = slice.placeOf(length);
    window.skip(length);
    return slice;
  }

  private void end() throws IOException {
    skipOne();
    if (peek() >= 0) {
      throw bad("nothing may follow the array");
    }
  }

  private void expect(char expected, String otherwise) throws IOException {
    int c = peek();
    if (c != expected) {
      throw bad(c < 0 && opened ? "the array has no end" : otherwise);
    }
    skipOne();
  }

  /** The next byte that is not white space, which is not passed over; -1 at the end. */
  private int peek() throws IOException {
    while (true) {
      while (window.size() > 0) {
        byte b = window.bytes()[window.start()];
        if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
          return b & 0xFF;
        }
        skipOne();
      }
      if (!window.fill()) {
        return -1;
      }
    }
  }

  private void skipOne() {
    boolean lineEnd = window.bytes()[window.start()] == '\n';
    place = lineEnd ? new Place(place.line() + 1, 1) : new Place(place.line(), place.column() + 1);
    window.skip(1);
  }

  /** The bytes of the object that begins here. */
  private int objectLength() throws IOException {
    int length = 0;
    int depth = 0;
    boolean inText = false;
    while (true) {
      byte[] bytes = window.bytes();
      int start = window.start();
      int size = window.size();
      while (length < size) {
        byte b = bytes[start + length];
        length++;
        if (inText) {
          if (b == '\\') {
            length++; // whatever is escaped ends no text; it may lie beyond what is read
          } else if (b == '"') {
            inText = false;
          }
        } else if (b == '"') {
          inText = true;
        } else if (b == '{' || b == '[') {
          depth++;
        } else if (b == '}' || b == ']') {
          depth--;
          if (depth == 0) {
            return length;
          }
        }
      }
      if (length > MAX_BYTES) {
        throw bad("the object is longer than " + MAX_BYTES + " bytes");
      }
      if (!window.fill()) {
        throw bad("the object that begins here has no end");
      }
    }
  }

  private BadInputException bad(String what) {
    return BadInputException.at(file, place, what);
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
