package io.daybook.jackson;

import io.daybook.eventsourcing.codec.EventTypes;
import io.daybook.eventsourcing.codec.UndecodableEventException;
import io.daybook.eventsourcing.privacy.Personal;
import io.daybook.eventsourcing.privacy.SubjectKey;
import io.daybook.eventsourcing.privacy.SubjectKeys;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Seals the personal fields in the JSON of an event, and opens them: bytes in, bytes out. What is
 * not personal stays to the byte, so what is opened is what was once written.
 */
final class PersonalFields<E> {
  private final Personal<E> personal;
  private final SubjectKeys keys;
  private final EventTypes<E, ObjectNode> types;
  private final JsonMapper mapper;

  /** What stands for each field when its subject is forgotten, as JSON. */
  private final Map<Class<?>, Map<String, byte[]>> placeholders = new HashMap<>();

  private final Map<String, Map<String, byte[]>> formerFields = new HashMap<>();
  private final byte[] text;

  /** Event classes of which one event was read with placeholders, to see that it can be. */
  private final Set<Class<?>> tried = ConcurrentHashMap.newKeySet();

  PersonalFields(
      Personal<E> personal, SubjectKeys keys, EventTypes<E, ObjectNode> types, JsonMapper mapper) {
    this.personal = personal;
    this.keys = Objects.requireNonNull(keys, "keys");
    this.types = types;
    this.mapper = mapper;
    text = mapper.writeValueAsBytes(personal.text());
    for (Class<?> eventClass : personal.eventClasses()) {
      if (!types.eventClasses().contains(eventClass)) {
        throw new IllegalArgumentException(
            eventClass.getName() + " has personal fields and is not registered as an event");
      }
      placeholders.put(eventClass, placeholders(eventClass));
    }
    personal
        .formerFields()
        .forEach((type, fields) -> {
          var all = new HashMap<String, byte[]>();
          fields.forEach((field, value) -> all.put(field, mapper.writeValueAsBytes(value)));
          formerFields.put(type, all);
        });
  }

  /** The same by another mapper. */
  PersonalFields<E> by(EventTypes<E, ObjectNode> sameTypes, JsonMapper newMapper) {
    return new PersonalFields<>(personal, keys, sameTypes, newMapper);
  }

  String storedTag(String tag) {
    return personal.storedTag(tag, keys);
  }

  /** The tags as they are stored, and those of the subjects. */
  List<String> storedTags(E event, List<String> tags) {
    var all = new ArrayList<String>();
    tags.forEach(tag -> all.add(storedTag(tag)));
    new LinkedHashSet<>(personal.subjectsOf(event).values())
        .forEach(subject -> all.add(Personal.subjectTag(subject)));
    return all;
  }

  private Map<String, byte[]> placeholders(Class<?> eventClass) {
    Map<String, JavaType> properties = WrittenProperties.of(mapper, eventClass);
    var all = new HashMap<String, byte[]>();
    for (String field : personal.fieldsOf(eventClass)) {
      JavaType type = properties.get(field);
      if (type == null) {
        throw new IllegalArgumentException(
            eventClass.getName()
                + " is not written with a field "
                + field
                + ", which is declared personal; it has "
                + properties.keySet());
      }
      all.put(field, placeholder(eventClass, field, type));
    }
    return all;
  }

  private byte[] placeholder(Class<?> eventClass, String field, JavaType type) {
    Object given = personal.placeholder(eventClass, field).orElse(null);
    if (given == null && type.isPrimitive()) {
      throw new IllegalArgumentException(
          "the personal field "
              + field
              + " of "
              + eventClass.getName()
              + " cannot be null; say by placeholder(…) what is read when its subject is"
              + " forgotten");
    }
    if (given == null) {
      return type.hasRawClass(String.class) || type.hasRawClass(CharSequence.class)
          ? text
          : "null".getBytes(StandardCharsets.US_ASCII);
    }
    byte[] json = mapper.writeValueAsBytes(given);
    try {
      var _ = mapper.readerFor(type).readValue(json);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "the placeholder "
              + given
              + " does not fit the field "
              + field
              + " of "
              + eventClass.getName()
              + ": "
              + e.getOriginalMessage(),
          e);
    }
    return json;
  }

  /** The JSON of an event with its personal fields sealed. */
  byte[] seal(UUID id, String type, E event, byte[] json, ObjectReader reader) {
    Map<String, String> subjects = personal.subjectsOf(event);
    if (subjects.isEmpty()) {
      requireNothingLooksSealed(type, json);
      return json;
    }
    requireReadableWhenForgotten(type, event.getClass(), json, reader);
    var current = new HashMap<String, SubjectKey>();
    return JsonFields.replace(
        mapper,
        json,
        field -> {
          String subject = subjects.get(field.name());
          if (subject == null) {
            requireNotSealed(type, field);
            return null;
          }
          SubjectKey key = current.computeIfAbsent(subject, keys::current);
          byte[] sealed = key.seal(field.json(), context(id, type, field.name(), key));
          return SealedField.of(key, sealed).json(mapper);
        });
  }

  /**
   * Tries, with the first event of a class, whether the class takes the placeholders: a constructor
   * that does not would make the stream unreadable on the day that a subject is forgotten.
   */
  private void requireReadableWhenForgotten(
      String type, Class<?> eventClass, byte[] json, ObjectReader reader) {
    if (tried.contains(eventClass)) {
      return;
    }
    Map<String, byte[]> forgotten = placeholders.getOrDefault(eventClass, Map.of());
    byte[] later = JsonFields.replace(mapper, json, field -> forgotten.get(field.name()));
    try {
      var _ = reader.readValue(later);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "the event of type "
              + type
              + " could not be read any more when its subject is forgotten: "
              + JsonErrors.describe(e)
              + "; say by placeholder(…) what is read then",
          e);
    }
    tried.add(eventClass);
  }

  private void requireNothingLooksSealed(String type, byte[] json) {
    if (SealedField.mayOccurIn(ByteBuffer.wrap(json))) {
      var _ =
          JsonFields.replace(
              mapper,
              json,
              field -> {
                requireNotSealed(type, field);
                return null;
              });
    }
  }

  private static void requireNotSealed(String type, JsonFields.Field field) {
    if (SealedField.looksSealed(field.json())) {
      throw new IllegalArgumentException(
          "the field "
              + field.name()
              + " of an event of type "
              + type
              + " begins with "
              + SealedField.SUBJECT
              + ", which would be taken for a sealed one");
    }
  }

  /** The event with its personal fields opened, or replaced where the subject is forgotten. */
  RecordedEvent open(RecordedEvent stored) {
    if (!stored.data().contentType().equals(Payload.JSON)
        || !SealedField.mayOccurIn(stored.data().asByteBuffer())) {
      return stored;
    }
    byte[] json = stored.data().toByteArray();
    byte[] opened;
    try {
      opened =
          JsonFields.replace(
              mapper,
              json,
              field ->
                  SealedField.looksSealed(field.json())
                      ? open(stored, field.name(), field.json())
                      : null);
    } catch (JacksonException e) {
      throw JsonErrors.undecodable(stored, e);
    }
    if (Arrays.equals(opened, json)) {
      return stored;
    }
    Event event = stored.event();
    return new RecordedEvent(
        stored.position(),
        stored.stream(),
        stored.revision(),
        stored.recordedAt(),
        new Event(event.id(), event.type(), event.tags(), Payload.json(opened), event.metadata()));
  }

  private byte[] open(RecordedEvent stored, String field, byte[] json) {
    SealedField sealed =
        SealedField.parse(mapper, json)
            .orElseThrow(() ->
                new UndecodableEventException(
                    stored, "the personal field " + field + " is not a sealed one", null));
    SubjectKey key = keys.find(sealed.subject(), sealed.key()).orElse(null);
    if (key == null) {
      return placeholder(stored.type(), field);
    }
    return key.open(sealed.bytes(), context(stored.id(), stored.type(), field, key))
        .orElseThrow(() ->
            new UndecodableEventException(
                stored,
                "the personal field "
                    + field
                    + " does not open with "
                    + key
                    + ": it was changed, given to another event, or sealed with keys of"
                    + " another store or a later backup",
                null));
  }

  private byte[] placeholder(String type, String field) {
    byte @Nullable [] former = formerFields.getOrDefault(type, Map.of()).get(field);
    if (former != null) {
      return former;
    }
    Class<?> eventClass = types.classNamed(type).orElse(null);
    byte @Nullable [] declared =
        eventClass == null ? null : placeholders.getOrDefault(eventClass, Map.of()).get(field);
    return declared == null ? text : declared;
  }

  /** What a sealed field belongs to: each part with its length, so that no two give the same. */
  private static byte[] context(UUID id, String type, String field, SubjectKey key) {
    var context = new ByteArrayOutputStream();
    context.writeBytes(
        ByteBuffer.allocate(20)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .putInt(key.version())
            .array());
    for (String part : List.of(type, field, key.subject())) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      context.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
      context.writeBytes(bytes);
    }
    return context.toByteArray();
  }
}
