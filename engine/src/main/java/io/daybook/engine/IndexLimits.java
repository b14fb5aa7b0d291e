package io.daybook.engine;

import io.daybook.engine.index.MemoryIndex;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.Micros;
import io.daybook.eventstore.RecordedEvent;
import java.util.function.LongConsumer;

/**
 * When the index in memory becomes an index file. By default one takes about 40 MiB of heap at
 * most, where it is full of terms (measured: 41 MiB for 87,381 events with a stream and two tags of
 * their own, 15 MiB for 262,144 events of 1,502 terms), and what one append more adds; while files
 * cannot be written as fast, {@code maxWaiting} more of them.
 *
 * @param maxEvents after so many events
 * @param maxTerms after so many terms: they are what takes the memory where events have names of
 *     their own
 * @param maxBytes after so many bytes of log
 * @param maxBytesAtClose a clean close writes the index of more bytes of log than these
 * @param maxWaiting how many of these indexes may wait to be written before appends wait, too
 */
record IndexLimits(
    int maxEvents, int maxTerms, long maxBytes, long maxBytesAtClose, int maxWaiting) {
  static final IndexLimits DEFAULT = new IndexLimits(1 << 18, 1 << 18, 64 << 20, 4 << 20, 4);

  /** Whether an index in memory, of so many bytes of log, is to become a file. */
  boolean isFull(MemoryIndex memory, long bytes) {
    return memory.events() >= maxEvents || memory.terms() >= maxTerms || bytes >= maxBytes;
  }

  /**
   * Adds what the log says of the positions behind those in an index, up to a position or until the
   * index is full.
   *
   * @param progress is told each position
   * @return about how many bytes of log were added
   */
  long fill(MemoryIndex memory, Version version, long toInclusive, LongConsumer progress) {
    var reader = new EventReader();
    long bytes = 0;
    for (long at = memory.to() + 1; at <= toInclusive && !isFull(memory, bytes); at++) {
      RecordedEvent event = version.read(reader, at);
      long recorded = Micros.of(event.recordedAt());
      memory.add(at, event.stream(), event.revision().value(), recorded, event.event());
      bytes += event.event().sizeBytes();
      progress.accept(at);
    }
    return bytes;
  }
}
