package io.daybook.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * What is measured: Daybook, or what a user might take instead. Appends may come from many threads,
 * reads from one.
 */
interface Subject {
  /** Its name in tables. */
  String name();

  /** Opens an empty store in a folder of its own, durable as a ledger has to be. */
  void open(Path folder) throws Exception;

  /**
   * Appends events to a stream whose last revision is {@code expected}, -1 for none, and returns
   * when they are durable.
   */
  void append(String stream, long expected, List<Sample> events) throws Exception;

  /** Appends, unless an event of that type and tag stands after a position. */
  default void appendUnless(String stream, List<Sample> events, String type, String tag, long after)
      throws Exception {
    throw new IllegalStateException(name() + " has no such condition");
  }

  /** Whether {@link #appendUnless} is there. */
  default boolean hasConditions() {
    return false;
  }

  /** Whether there is anything to read. */
  default boolean canRead() {
    return true;
  }

  /** The last position. */
  long head() throws Exception;

  /** Reads a stream from its first event on, and returns the number of payload bytes. */
  long readStream(String stream) throws Exception;

  /** Reads the events of a tag, and returns the number of payload bytes. */
  long readTag(String tag) throws Exception;

  /** Reads everything in order, and returns the number of payload bytes. */
  long scan() throws Exception;

  /** Closes the store; its files stay. */
  void close() throws Exception;
}
