package io.daybook.eventstore;

import java.time.Instant;
import java.util.Map;

/**
 * What an append led to. A retry of the same append gives an equal result.
 *
 * @param firstPosition the first event's position
 * @param lastPosition the last event's position
 * @param lastRevisions for every stream that was written, the revision of its last event
 * @param recordedAt when the store accepted it
 */
public record AppendResult(
    Position firstPosition,
    Position lastPosition,
    Map<String, Revision> lastRevisions,
    Instant recordedAt) {
  /** Copies the map. */
  public AppendResult {
    lastRevisions = Map.copyOf(lastRevisions);
  }

  /**
   * The revision of the last event written to that stream.
   *
   * @throws IllegalArgumentException if the append did not write the stream
   */
  public Revision lastRevision(String stream) {
    Revision revision = lastRevisions.get(stream);
    if (revision == null) {
      throw new IllegalArgumentException("the append did not write the stream " + stream);
    }
    return revision;
  }
}
