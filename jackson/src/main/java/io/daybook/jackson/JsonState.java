package io.daybook.jackson;

import io.daybook.eventsourcing.snapshot.StateCodec;
import io.daybook.eventstore.Payload;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * States as JSON, for snapshots; the rules are those of {@link JsonCodec}. Immutable; may be used
 * by any number of threads.
 *
 * <p>The shape is a number that the application chooses, and a fingerprint of the state's records:
 * the names, types and order of their components, the subclasses of sealed types and the names of
 * enum constants, all the way down. So a snapshot that was written by other classes is passed over
 * by itself. A change of the rules that no class shows, for example of how a balance is computed,
 * needs another {@link #version}.
 *
 * @param <S> the state
 */
public final class JsonState<S> implements StateCodec<S> {
  private final Class<S> type;
  private final String shape;
  private final ObjectWriter writer;
  private final ObjectReader reader;

  private JsonState(Class<S> type, int version, JsonMapper mapper) {
    this.type = type;
    this.shape = version + ":" + Shape.fingerprint(type);
    this.writer = mapper.writerFor(type);
    this.reader = mapper.readerFor(type);
  }

  /** States of that class, in version 1. */
  public static <S> JsonState<S> of(Class<S> type) {
    return new JsonState<>(type, 1, JsonMappers.standard());
  }

  /** The same in another version: snapshots of any other are passed over. */
  public JsonState<S> version(int newVersion) {
    return new JsonState<>(type, newVersion, JsonMappers.standard());
  }

  @Override
  public String shape() {
    return shape;
  }

  @Override
  public Payload encode(S state) {
    return Payload.json(writer.writeValueAsBytes(state));
  }

  @Override
  public S decode(Payload state) {
    return type.cast(reader.readValue(state.toByteArray()));
  }

  @Override
  public String toString() {
    return "JSON of " + type.getSimpleName() + ", shape " + shape;
  }
}
