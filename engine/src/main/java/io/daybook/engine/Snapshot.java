package io.daybook.engine;

/**
 * What a read sees. A new one is published with every group that is durable.
 *
 * @param version the files
 * @param head the last position, -1 if there is none
 * @param recordedAtMicros the recorded time of the last append
 * @param rules what is hidden
 */
record Snapshot(Version version, long head, long recordedAtMicros, StreamRules rules) {
  Snapshot withRules(StreamRules newRules) {
    return new Snapshot(version, head, recordedAtMicros, newRules);
  }
}
