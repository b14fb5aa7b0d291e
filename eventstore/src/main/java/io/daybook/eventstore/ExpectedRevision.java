package io.daybook.eventstore;

import java.util.Objects;

/** What an append expects of a stream at the moment it is decided. */
public sealed interface ExpectedRevision {

  /** Nothing is expected. */
  record Any() implements ExpectedRevision {
    @Override
    public String toString() {
      return "any";
    }
  }

  /** The stream has no event, or was deleted and not written since. */
  record NoStream() implements ExpectedRevision {
    @Override
    public String toString() {
      return "no stream";
    }
  }

  /** The stream was written, and not deleted since. */
  record Exists() implements ExpectedRevision {
    @Override
    public String toString() {
      return "exists";
    }
  }

  /**
   * The stream's last event has exactly this revision.
   *
   * @param revision the last event's revision
   */
  record Exactly(Revision revision) implements ExpectedRevision {
    /** Checks that the revision is there. */
    public Exactly {
      Objects.requireNonNull(revision, "revision");
    }

    @Override
    public String toString() {
      return "revision " + revision;
    }
  }

  /** Nothing is expected. */
  static ExpectedRevision any() {
    return new Any();
  }

  /** The stream has no event, or was deleted and not written since. */
  static ExpectedRevision noStream() {
    return new NoStream();
  }

  /** The stream was written, and not deleted since. */
  static ExpectedRevision exists() {
    return new Exists();
  }

  /** The stream's last event has exactly this revision. */
  static ExpectedRevision exactly(Revision revision) {
    return new Exactly(revision);
  }

  /**
   * The stream's last event has exactly this revision.
   *
   * @throws IllegalArgumentException if it is negative
   */
  static ExpectedRevision exactly(long revision) {
    return new Exactly(new Revision(revision));
  }
}
