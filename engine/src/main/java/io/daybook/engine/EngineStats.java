package io.daybook.engine;

import java.util.List;

/**
 * How large a store is.
 *
 * @param events how many events it holds, hidden and system ones included
 * @param logFiles how many log files there are, packs included
 * @param packedLogFiles how many of them are packs: compressed
 * @param logBytes how many bytes they take, zeros ahead of need included
 * @param index the index files, oldest first; they cover adjacent positions from 0 on
 * @param unindexedEvents how many of the newest events are indexed in memory only
 */
public record EngineStats(
    long events,
    int logFiles,
    int packedLogFiles,
    long logBytes,
    List<IndexRange> index,
    long unindexedEvents) {

  /**
   * One index file.
   *
   * @param file its name, relative to the store
   * @param first the first position that it covers
   * @param last the last position that it covers
   * @param bytes how many bytes it takes
   */
  public record IndexRange(String file, long first, long last, long bytes) {}

  /** Copies the list. */
  public EngineStats {
    index = List.copyOf(index);
  }

  /** How many index files there are. */
  public int indexFiles() {
    return index.size();
  }

  /** How many bytes the index files take. */
  public long indexBytes() {
    return index.stream().mapToLong(IndexRange::bytes).sum();
  }
}
