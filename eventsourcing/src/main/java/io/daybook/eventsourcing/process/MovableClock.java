package io.daybook.eventsourcing.process;

import java.time.InstantSource;

/**
 * A clock that somebody moves, and that tells when it was moved: whoever waits for a time looks
 * again. Any thread may use it.
 */
public interface MovableClock extends InstantSource {

  /**
   * Calls that listener after each move, on the thread that moves the clock, until it is closed.
   */
  Listening onMove(Runnable listener);

  /** A listener that is called. */
  interface Listening extends AutoCloseable {
    /** It is not called any more. */
    @Override
    void close();
  }
}
