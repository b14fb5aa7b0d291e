package io.daybook.eventstore;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a store knows of a stream.
 *
 * @param stream its name
 * @param status whether it is active, deleted or tombstoned
 * @param last the revision of its last event, hidden or not; null if it never had one
 * @param firstVisible the revision of its first event that is not hidden; null if all are
 * @param settings what it keeps
 */
public record StreamInfo(
    String stream,
    Status status,
    @Nullable Revision last,
    @Nullable Revision firstVisible,
    StreamSettings settings) {

  /** What became of a stream. */
  public enum Status {
    /** It was written, or only its settings were, and it was not deleted since. */
    ACTIVE,
    /** It was deleted and not written since; its numbering will go on. */
    DELETED,
    /** It is closed for ever. */
    TOMBSTONED
  }

  /** Checks what may not be null. */
  public StreamInfo {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(settings, "settings");
  }

  /** The revision of its last event, hidden or not; nothing if it never had one. */
  public Optional<Revision> lastRevision() {
    return Optional.ofNullable(last);
  }

  /** The revision of its first event that is not hidden; nothing if all are. */
  public Optional<Revision> firstVisibleRevision() {
    return Optional.ofNullable(firstVisible);
  }
}
