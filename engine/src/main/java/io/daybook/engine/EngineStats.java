package io.daybook.engine;

/**
 * How large a store is.
 *
 * @param events how many events it holds, hidden and system ones included
 * @param logFiles how many log files there are
 * @param logBytes how many bytes they take, zeros ahead of need included
 * @param indexFiles how many index files there are
 * @param indexBytes how many bytes they take
 * @param unindexedEvents how many of the newest events are indexed in memory only
 */
public record EngineStats(
    long events,
    int logFiles,
    long logBytes,
    int indexFiles,
    long indexBytes,
    long unindexedEvents) {}
