package io.daybook.benchmarks;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to append.
 *
 * @param stream the stream
 * @param expected its last revision, -1 for none
 * @param events what is appended
 * @param condition what must not be there, or null
 */
record Write(String stream, long expected, List<Sample> events, @Nullable Condition condition) {

  /**
   * No event of that type and tag may stand after a position.
   *
   * @param type the type
   * @param tag the tag
   * @param after the position; -1 for anywhere
   */
  record Condition(String type, String tag, long after) {}

  Write(String stream, long expected, List<Sample> events) {
    this(stream, expected, events, null);
  }

  /** The refusal of a subject whose stream or condition is not as expected. */
  IllegalStateException refused(String why) {
    return new IllegalStateException("append to " + stream + " after " + expected + ": " + why);
  }
}
