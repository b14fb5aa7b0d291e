package io.daybook.benchmarks;

/** What a subject can be measured at. */
enum Ability {
  /** An append that returned is on the disk. */
  SYNCED,
  /** An append that returned is with the operating system or about to be: some may be lost. */
  UNSYNCED,
  /** Appends one event or many with the last revision of their stream expected. */
  STREAMS,
  /** Appends that fail if an event of a type and tag stands after a position. */
  CONDITIONS,
  /** Reads of a stream and of a tag. */
  READS,
  /** A read of everything. */
  SCAN
}
