package io.daybook.testkit;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.RecordedEvent;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Does what another codec does: a test changes one method. */
class ForwardingCodec<E> implements Codec<E> {
  private final Codec<E> codec;

  ForwardingCodec(Codec<E> codec) {
    this.codec = codec;
  }

  @Override
  public Event encode(UUID id, E event, Audit audit) {
    return codec.encode(id, event, audit);
  }

  @Override
  public List<E> decode(RecordedEvent stored) {
    return codec.decode(stored);
  }

  @Override
  public Audit audit(RecordedEvent stored) {
    return codec.audit(stored);
  }

  @Override
  public boolean knows(String type) {
    return codec.knows(type);
  }

  @Override
  public Set<String> typesOf(Class<?> eventClass) {
    return codec.typesOf(eventClass);
  }
}
