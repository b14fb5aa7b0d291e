package io.daybook.tck;

import io.daybook.eventstore.EventStore;
import java.time.Duration;

/** What every contract needs: a store of its own for each test, and the clock that it follows. */
public interface StoreUnderTest {

  /** The store of this test: empty when the test begins, closed when it ends. */
  EventStore store();

  /** The clock that the store takes the time from. */
  TestClock clock();

  /** How long a test waits for something that a store is to do, before it fails. */
  default Duration patience() {
    return Duration.ofSeconds(30);
  }
}
