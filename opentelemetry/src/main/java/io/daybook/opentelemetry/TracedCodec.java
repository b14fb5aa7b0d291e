package io.daybook.opentelemetry;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.RecordedEvent;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * A codec that records the trace that an event is encoded in: see {@link EventTracing#audit}. All
 * else is as the other codec does it. May be used by any number of threads.
 *
 * @param <E> what all events of the domain have in common
 */
public final class TracedCodec<E> implements Codec<E> {
  private final Codec<E> codec;

  private TracedCodec(Codec<E> codec) {
    this.codec = Objects.requireNonNull(codec, "codec");
  }

  /** What that codec does, with the trace. */
  public static <E> TracedCodec<E> of(Codec<E> codec) {
    return new TracedCodec<>(codec);
  }

  @Override
  public Event encode(UUID id, E event, Audit audit) {
    return codec.encode(id, event, EventTracing.audit(audit));
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
