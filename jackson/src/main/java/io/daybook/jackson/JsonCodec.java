package io.daybook.jackson;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.CodecException;
import io.daybook.eventsourcing.codec.EventTypes;
import io.daybook.eventsourcing.codec.UndecodableEventException;
import io.daybook.eventsourcing.privacy.Personal;
import io.daybook.eventsourcing.privacy.SubjectKeys;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events as JSON. Immutable; may be used by any number of threads.
 *
 * <pre>{@code
 * JsonCodec.of(AccountEvent.class)
 *
 * JsonCodec.of(AccountEvent.class, types -> types
 *     .named(Opened.class, "AccountOpened")
 *     .upcast(Deposited.class, 1, json -> json.put("currency", "CZK")))
 * }</pre>
 *
 * <p>A record becomes an object with its components in their order. The rules are made for data that
 * is kept for ever:
 *
 * <ul>
 *   <li>Times and durations of {@code java.time} are ISO-8601 strings and keep their zone; enums are
 *       their names; bytes are Base64.
 *   <li>A {@code BigDecimal} is a number with exactly its digits and scale: 1.10 stays 1.10. It is
 *       written without an exponent, unless its scale is negative or its digits would not fit on a
 *       page.
 *   <li>A component of a sealed type of the domain carries the simple name of its class as {@code
 *       @type}.
 *   <li>Fields that the class does not have are passed over. A component that is missing is an error,
 *       unless it is an {@code Optional} or marked {@code @Nullable}; so is text for a number, a
 *       fraction for a whole number, or null for a primitive.
 * </ul>
 *
 * <p>In a named module, records have to be public in an exported package, or their package opened to
 * {@code tools.jackson.databind}.
 *
 * <p>Metadata is a flat object of the audit's entries, and {@code schemaVersion} if the version is
 * not 1; it is empty if there is nothing to say.
 *
 * @param <E> what all events of the domain have in common
 */
public final class JsonCodec<E> implements Codec<E> {
  private final EventTypes<E, ObjectNode> types;
  private final JsonMapper mapper;
  private final JsonMetadata metadata;
  private final Map<Class<?>, ObjectWriter> writers = new HashMap<>();
  private final Map<Class<?>, ObjectReader> readers = new HashMap<>();
  private final @Nullable PersonalFields<E> personal;

  private JsonCodec(
      EventTypes<E, ObjectNode> types, JsonMapper mapper, @Nullable PersonalFields<E> personal) {
    this.types = types;
    this.mapper = mapper;
    this.personal = personal;
    metadata = new JsonMetadata(mapper);
    for (Class<?> eventClass : types.eventClasses()) {
      writers.put(eventClass, mapper.writerFor(eventClass));
      readers.put(eventClass, mapper.readerFor(eventClass));
    }
  }

  /**
   * A codec for all events below a sealed class or interface, or for one event class. Each type is
   * named by its simple class name.
   *
   * @throws IllegalArgumentException if two classes have the same simple name, or something below
   *     is abstract and not sealed
   */
  public static <E> JsonCodec<E> of(Class<E> root) {
    return of(root, _ -> {});
  }

  /**
   * A codec for all events below a class or interface, with names, former names, tags and
   * upcasters.
   *
   * @param types says what the classes cannot say themselves
   * @throws IllegalArgumentException if what is said does not go together
   */
  public static <E> JsonCodec<E> of(
      Class<E> root, Consumer<EventTypes.Builder<E, ObjectNode>> types) {
    EventTypes.Builder<E, ObjectNode> builder = EventTypes.builder(root);
    types.accept(builder);
    return new JsonCodec<>(builder.build(), JsonMappers.standard(), null);
  }

  /**
   * The same with another mapper, for example with modules for classes of a library.
   *
   * @param change is given the settings that are described above
   */
  public JsonCodec<E> withMapper(UnaryOperator<JsonMapper.Builder> change) {
    JsonMapper changed = change.apply(mapper.rebuild()).build();
    return new JsonCodec<>(types, changed, personal == null ? null : personal.by(types, changed));
  }

  /**
   * The same, with what is personal sealed by the keys of those it is about. Written, such a field
   * is {@code {"@personal":"subject","key":1,"sealed":"…"}}; the sealed text is the field's JSON,
   * by AES-256-GCM, with the event's id and type, the field, the subject and the key's version as
   * additional data. The event is tagged {@code $subject:…} for each subject. Fields that were
   * written before they were declared are read as they are.
   *
   * @param keys the keys, which stay the caller's to close
   * @param declaration says what is personal
   * @throws IllegalArgumentException if a field is none of its class's, a placeholder is missing or
   *     does not fit, or the domain has no such event class
   */
  public JsonCodec<E> withPersonal(SubjectKeys keys, Consumer<Personal.Builder<E>> declaration) {
    Personal.Builder<E> builder = Personal.builder();
    declaration.accept(builder);
    return new JsonCodec<>(
        types, mapper, new PersonalFields<>(builder.build(), keys, types, mapper));
  }

  /**
   * A tag as it is stored, for queries: with a hash in the place of its value, if the tag's key was
   * declared personal.
   */
  public String storedTag(String tag) {
    return personal == null ? tag : personal.storedTag(tag);
  }

  /** The event types that it knows: names, versions, classes. */
  public EventTypes<E, ObjectNode> types() {
    return types;
  }

  JsonMapper mapper() {
    return mapper;
  }

  @Override
  public Event encode(UUID id, E event, Audit audit) {
    String type = types.nameOf(event);
    byte[] data;
    try {
      data = writer(event).writeValueAsBytes(event);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "the event of type " + type + " cannot be written as JSON: " + e.getOriginalMessage(), e);
    }
    List<String> tags = types.tagsOf(event);
    if (personal != null) {
      tags = personal.storedTags(event, tags);
      data = personal.seal(id, type, event, data, reader(classOf(event)));
    }
    return new Event(
        id,
        type,
        tags(tags, audit),
        Payload.json(data),
        metadata.encode(audit, types.versionOf(event)));
  }

  @Override
  public List<E> decode(RecordedEvent recorded) {
    RecordedEvent stored = personal == null ? recorded : personal.open(recorded);
    int version = metadata.version(stored);
    var eventClass = types.classOf(stored.type(), version).orElse(null);
    if (eventClass != null) {
      return List.of(read(stored, eventClass));
    }
    List<EventTypes.Current<E, ObjectNode>> all;
    try {
      all = types.current(stored, version, () -> tree(stored));
    } catch (CodecException e) {
      throw e;
    } catch (RuntimeException e) {
      // upcasters are the application's, and may throw anything
      throw new UndecodableEventException(
          stored, "an upcaster from version " + version + " failed: " + e.getMessage(), e);
    }
    var events = new ArrayList<E>(all.size());
    for (EventTypes.Current<E, ObjectNode> current : all) {
      events.add(read(stored, current.eventClass(), current.data()));
    }
    return events;
  }

  @Override
  public Audit audit(RecordedEvent stored) {
    return metadata.decode(stored);
  }

  @Override
  public boolean knows(String type) {
    return types.knows(type);
  }

  @Override
  public Set<String> typesOf(Class<?> eventClass) {
    return types.typesOf(eventClass);
  }

  private ObjectWriter writer(E event) {
    return Objects.requireNonNull(writers.get(classOf(event)));
  }

  private static Class<?> classOf(Object event) {
    return event instanceof Enum<?> e ? e.getDeclaringClass() : event.getClass();
  }

  private static List<String> tags(List<String> own, Audit audit) {
    List<String> reserved = audit.tags();
    if (own.isEmpty() || reserved.isEmpty()) {
      return own.isEmpty() ? reserved : own;
    }
    var all = new ArrayList<>(own);
    all.addAll(reserved);
    return all;
  }

  private E read(RecordedEvent stored, Class<? extends E> eventClass) {
    requireJson(stored);
    try {
      return eventClass.cast(reader(eventClass).readValue(stored.data().toByteArray()));
    } catch (JacksonException e) {
      throw JsonErrors.undecodable(stored, e);
    }
  }

  private E read(RecordedEvent stored, Class<? extends E> eventClass, ObjectNode data) {
    try {
      return eventClass.cast(reader(eventClass).readValue(data));
    } catch (JacksonException e) {
      throw JsonErrors.undecodable(stored, e);
    }
  }

  private ObjectReader reader(Class<?> eventClass) {
    return Objects.requireNonNull(readers.get(eventClass));
  }

  private ObjectNode tree(RecordedEvent stored) {
    requireJson(stored);
    JsonNode tree;
    try {
      tree = mapper.readTree(stored.data().toByteArray());
    } catch (JacksonException e) {
      throw JsonErrors.undecodable(stored, e);
    }
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw new UndecodableEventException(stored, "its data is not a JSON object", null);
  }

  private static void requireJson(RecordedEvent stored) {
    String contentType = stored.data().contentType();
    if (!contentType.equals(Payload.JSON)) {
      throw new UndecodableEventException(
          stored, "its content type is " + contentType + ", not " + Payload.JSON, null);
    }
  }
}
