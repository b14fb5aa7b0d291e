package io.daybook.engine;

import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.FetchedFrames;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the reads of a store share: the threads that fetch what is cold, and a reader that one read
 * after another uses, since a new one costs a short read more than its events. Thread-safe.
 */
final class Readers {
  private final ColdReads coldReads;
  private final AtomicReference<@Nullable EventReader> spare = new AtomicReference<>();

  Readers(ColdReads coldReads) {
    this.coldReads = coldReads;
  }

  ColdReads coldReads() {
    return coldReads;
  }

  /** A reader for one read. */
  EventReader take() {
    EventReader reader = spare.getAndSet(null);
    return reader == null ? new EventReader() : reader;
  }

  /** Takes a reader back from the thread that used it, and will not any more. */
  void giveBack(EventReader reader) {
    reader.useFetched(FetchedFrames.NONE);
    spare.set(reader);
  }
}
