package io.daybook.engine.log;

import io.daybook.eventstore.Event;
import java.util.List;

/**
 * An append whose place in the log is decided.
 *
 * @param firstPosition its first event's position
 * @param recordedAtMicros when it was accepted, in microseconds since 1970
 * @param runs its events, in order
 */
public record DecidedAppend(long firstPosition, long recordedAtMicros, List<Run> runs) {

  /**
   * Consecutive events of one stream.
   *
   * @param stream the stream
   * @param firstRevision its first event's revision
   * @param events the events
   */
  public record Run(String stream, long firstRevision, List<Event> events) {}

  /** How many events there are. */
  public int eventCount() {
    int count = 0;
    for (Run run : runs) {
      count += run.events().size();
    }
    return count;
  }
}
