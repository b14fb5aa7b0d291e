package io.daybook.eventsourcing.copy;

import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;
import java.util.List;
import java.util.Objects;

/**
 * An event on its way from one store to another. Its id is that of the source, and stays.
 *
 * @param source the event as the source holds it
 * @param stream the stream that it goes to
 * @param type the type that it will have
 * @param tags the tags that it will have
 * @param data the data that it will have
 * @param metadata the metadata that it will have, but for what the copy adds
 */
public record CopiedEvent(
    RecordedEvent source,
    String stream,
    String type,
    List<String> tags,
    Payload data,
    Payload metadata) {
  /** Copies the tags. */
  public CopiedEvent {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(type, "type");
    tags = List.copyOf(tags);
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(metadata, "metadata");
  }

  /** The event as it is. */
  static CopiedEvent of(RecordedEvent source) {
    return new CopiedEvent(
        source, source.stream(), source.type(), source.tags(), source.data(), source.metadata());
  }

  /** The same event in another stream. */
  public CopiedEvent withStream(String newStream) {
    return new CopiedEvent(source, newStream, type, tags, data, metadata);
  }

  /** The same event with another type. */
  public CopiedEvent withType(String newType) {
    return new CopiedEvent(source, stream, newType, tags, data, metadata);
  }

  /** The same event with these tags and no others. */
  public CopiedEvent withTags(List<String> newTags) {
    return new CopiedEvent(source, stream, type, newTags, data, metadata);
  }

  /** The same event with other data. */
  public CopiedEvent withData(Payload newData) {
    return new CopiedEvent(source, stream, type, tags, newData, metadata);
  }

  /** The same event with other metadata. */
  public CopiedEvent withMetadata(Payload newMetadata) {
    return new CopiedEvent(source, stream, type, tags, data, newMetadata);
  }
}
