package io.daybook.cli;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Cuts an input into one piece per event. Used by one thread. */
interface Records extends Closeable {
  /** The longest piece: the largest event with its data in Base64, and room to spare. */
  int MAX_BYTES = 32 << 20;

  /**
   * The next piece, valid until the next call; null at the end.
   *
   * @throws BadInputException if the input can't be cut here
   */
  @Nullable Slice next() throws IOException;
}
