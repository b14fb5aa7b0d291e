package io.daybook.eventstore;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stream is not at the expected revision. */
public final class RevisionConflictException extends ConflictException {
  private final String stream;
  private final ExpectedRevision expected;
  private final @Nullable Revision actual;

  /**
   * With the stream, what was expected of it, and its last revision: null if it never had an event.
   */
  public RevisionConflictException(
      String stream, ExpectedRevision expected, @Nullable Revision actual) {
    super(
        "the stream "
            + stream
            + " was expected: "
            + expected
            + ", but is at: "
            + (actual == null ? "no stream" : "revision " + actual));
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }

  /** The stream. */
  public String stream() {
    return stream;
  }

  /** What was expected of it. */
  public ExpectedRevision expected() {
    return expected;
  }

  /** Its last revision; nothing if it never had an event. */
  public Optional<Revision> actual() {
    return Optional.ofNullable(actual);
  }
}
