package io.daybook.engine.tree;

import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.RecordedEvent;
import java.util.function.LongConsumer;

/**
 * Leaves that are made of events whenever they are asked for: of the file that is appended to, and
 * of files whose leaves cannot be kept. Roots of blocks are remembered.
 */
public final class LogLeaves implements Leaves {
  private final EventSource events;
  private final TreeHash hash;
  private final BlockRoots roots;
  private final LongConsumer progress;
  private final byte[] scratch = new byte[BLOCK * TreeHash.BYTES];

  /**
   * Of events.
   *
   * @param progress is told how many events were read since it was told before
   */
  public LogLeaves(EventSource events, TreeHash hash, BlockRoots roots, LongConsumer progress) {
    this.events = events;
    this.hash = hash;
    this.roots = roots;
    this.progress = progress;
  }

  @Override
  public void copy(long from, int count, byte[] target, int at) {
    for (int i = 0; i < count; i++) {
      hash.leaf(event(events, from + i), target, at + i * TreeHash.BYTES);
    }
    progress.accept(count);
  }

  @Override
  public byte[] block(long from) {
    byte[] root = roots.of(from);
    if (root == null) {
      copy(from, BLOCK, scratch, 0);
      root = hash.fold(scratch, BLOCK);
      roots.put(from, root);
    }
    return root;
  }

  /** The event at a position, which must be there. */
  static RecordedEvent event(EventSource events, long position) {
    RecordedEvent event = events.at(position);
    if (event == null) {
      throw new EventStoreFailedException(
          "the event at position "
              + position
              + " was scavenged, and the file that keeps its hash is missing or damaged; restore"
              + " the store's .leaves files from a backup",
          null);
    }
    return event;
  }
}
