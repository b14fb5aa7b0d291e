package io.daybook.eventstore;

/** A stream is tombstoned: nothing can be appended to it again. Use another stream. */
public final class StreamTombstonedException extends EventStoreException {
  private final String stream;

  /** With the stream. */
  public StreamTombstonedException(String stream) {
    super("the stream " + stream + " is tombstoned: nothing can be appended to it again");
    this.stream = stream;
  }

  /** The stream. */
  public String stream() {
    return stream;
  }
}
