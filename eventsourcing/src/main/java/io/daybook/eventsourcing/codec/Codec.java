package io.daybook.eventsourcing.codec;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Turns events of a domain into events of a store, and back. May be used by any number of threads.
 *
 * @param <E> what all events of the domain have in common, usually a sealed interface
 */
public interface Codec<E> {

  /**
   * An event to append: its type, data and tags by the event, its metadata and reserved tags by the
   * audit.
   *
   * @throws IllegalArgumentException if the event's class is not known, or cannot be written
   */
  Event encode(UUID id, E event, Audit audit);

  /**
   * The events of today that a stored event means: usually one, none if it was dropped, several if
   * it was split.
   *
   * @throws UnknownEventTypeException if the type is not known
   * @throws UndecodableEventException if the data is not as its type and version demand
   */
  List<E> decode(RecordedEvent stored);

  /**
   * What was recorded besides the data.
   *
   * @throws UndecodableEventException if the metadata cannot be read
   */
  Audit audit(RecordedEvent stored);

  /** Whether stored events of this type can be decoded. */
  boolean knows(String type);

  /** The types of stored events that may be decoded into that class or its subclasses. */
  Set<String> typesOf(Class<?> eventClass);

  /** The same as {@link #decode}, each with its place in the store and its audit. */
  default List<Recorded<E>> recorded(RecordedEvent stored) {
    List<E> events = decode(stored);
    if (events.size() == 1) {
      return List.of(new Recorded<>(events.getFirst(), stored, this));
    }
    var all = new ArrayList<Recorded<E>>(events.size());
    for (E event : events) {
      all.add(new Recorded<>(event, stored, this));
    }
    return all;
  }

  /**
   * Reads and decodes lazily, in constant memory. Close the result. Iterating throws what {@link
   * #decode} throws.
   */
  default ReadResult<Recorded<E>> read(EventStore store, ReadRequest request) {
    return new DecodedRead<>(store.read(request), this);
  }
}
