package io.daybook.eventsourcing.projection;

/** A read model, or the store that it follows, was closed. */
public final class ProjectionClosedException extends ProjectionException {
  /** With the projection's name. */
  public ProjectionClosedException(String projection) {
    super(projection, "is closed, or its store is", null);
  }
}
