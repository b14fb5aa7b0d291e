package io.daybook.jackson;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Describes the data of an event class, as the codec's mapper reads it, by JSON Schema (draft
 * 2020-12). Used once.
 */
final class SchemaWriter {
  static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";
  static final String TYPE_FIELD = "@type";

  /** Text in a certain form, by the name that the schema gives it. */
  private static final Map<Class<?>, String> FORMATS =
      Map.ofEntries(
          Map.entry(char.class, "char"),
          Map.entry(Character.class, "char"),
          Map.entry(UUID.class, "uuid"),
          Map.entry(URI.class, "uri"),
          Map.entry(URL.class, "uri"),
          Map.entry(Currency.class, "currency"),
          Map.entry(Locale.class, "locale"),
          Map.entry(Instant.class, "date-time"),
          Map.entry(OffsetDateTime.class, "date-time"),
          Map.entry(ZonedDateTime.class, "zoned-date-time"),
          Map.entry(LocalDateTime.class, "local-date-time"),
          Map.entry(LocalDate.class, "date"),
          Map.entry(LocalTime.class, "local-time"),
          Map.entry(OffsetTime.class, "time"),
          Map.entry(YearMonth.class, "year-month"),
          Map.entry(MonthDay.class, "month-day"),
          Map.entry(Duration.class, "duration"),
          Map.entry(Period.class, "period"),
          Map.entry(ZoneId.class, "time-zone"),
          Map.entry(ZoneOffset.class, "zone-offset"));

  private static final Map<Class<?>, String> WHOLE_NUMBERS =
      Map.of(
          byte.class, "int8",
          Byte.class, "int8",
          short.class, "int16",
          Short.class, "int16",
          int.class, "int32",
          Integer.class, "int32",
          Year.class, "int32",
          long.class, "int64",
          Long.class, "int64",
          BigInteger.class, "");

  private static final Map<Class<?>, String> NUMBERS =
      Map.of(
          float.class, "float",
          Float.class, "float",
          double.class, "double",
          Double.class, "double",
          BigDecimal.class, "",
          Number.class, "");

  private static final Map<Class<?>, Class<?>> OPTIONAL_NUMBERS =
      Map.of(
          OptionalInt.class, int.class,
          OptionalLong.class, long.class,
          OptionalDouble.class, double.class);

  private final JsonMapper mapper;
  private final DeserializationConfig config;
  private final Map<JavaType, String> names = new HashMap<>();
  private final Map<String, ObjectNode> definitions = new TreeMap<>();

  SchemaWriter(JsonMapper mapper) {
    this.mapper = mapper;
    this.config = mapper.deserializationConfig();
  }

  /** The schema of an event class. */
  ObjectNode schemaOf(Class<?> eventClass, String title) {
    ObjectNode schema = mapper.createObjectNode();
    schema.put("$schema", DRAFT).put("title", title);
    JavaType type = config.constructType(eventClass);
    schema.setAll(eventClass.isEnum() ? constants(eventClass) : fields(type, null));
    if (!definitions.isEmpty()) {
      ObjectNode defs = schema.putObject("$defs");
      definitions.forEach(defs::set);
    }
    return schema;
  }

  private ObjectNode schemaOf(JavaType type) {
    Class<?> raw = type.getRawClass();
    ObjectNode scalar = scalar(raw);
    if (scalar != null) {
      return scalar;
    }
    Class<?> optional = OPTIONAL_NUMBERS.get(raw);
    if (optional != null) {
      return nullable(schemaOf(config.constructType(optional)));
    }
    if (type.isReferenceType()) {
      return nullable(schemaOf(type.getContentType()));
    }
    if (type.isMapLikeType()) {
      ObjectNode map = typed("object");
      map.set("additionalProperties", schemaOf(type.getContentType()));
      if (!type.getKeyType().hasRawClass(String.class)) {
        map.set("propertyNames", schemaOf(type.getKeyType()));
      }
      return map;
    }
    if (type.isArrayType() || type.isCollectionLikeType()) {
      ObjectNode list = typed("array");
      list.set("items", schemaOf(type.getContentType()));
      if (Set.class.isAssignableFrom(raw)) {
        list.put("uniqueItems", true);
      }
      return list;
    }
    return named(type);
  }

  private @Nullable ObjectNode scalar(Class<?> raw) {
    if (raw == String.class || raw == CharSequence.class || raw == char[].class) {
      return typed("string");
    }
    if (raw == boolean.class || raw == Boolean.class) {
      return typed("boolean");
    }
    if (raw == byte[].class) {
      return typed("string").put("contentEncoding", "base64");
    }
    String format = FORMATS.get(raw);
    if (format != null) {
      return typed("string").put("format", format);
    }
    if (WHOLE_NUMBERS.containsKey(raw)) {
      return formatted(typed("integer"), WHOLE_NUMBERS.get(raw));
    }
    if (NUMBERS.containsKey(raw)) {
      return formatted(typed("number"), NUMBERS.get(raw));
    }
    // what may be anything
    return raw == Object.class || JsonNode.class.isAssignableFrom(raw)
        ? mapper.createObjectNode()
        : null;
  }

  /** A class with a form of its own: described once, and referred to by its name. */
  private ObjectNode named(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (!raw.isEnum() && raw.getName().startsWith("java.")) {
      // the platform's other classes have forms that only their names tell
      return mapper.createObjectNode().put("title", raw.getSimpleName());
    }
    String name = names.get(type);
    if (name == null) {
      name = newName(type);
      names.put(type, name);
      // a place is taken first, for a type that holds itself
      ObjectNode definition = mapper.createObjectNode();
      definitions.put(name, definition);
      definition.setAll(definition(type));
    }
    return mapper.createObjectNode().put("$ref", "#/$defs/" + name);
  }

  private ObjectNode definition(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (raw.isEnum()) {
      return constants(raw);
    }
    if (DomainIntrospector.isClosedWorld(raw)) {
      ObjectNode choice = mapper.createObjectNode();
      ArrayNode leaves = choice.putArray("oneOf");
      for (NamedType leaf : DomainIntrospector.leavesOf(raw)) {
        JsonTypeName given = leaf.getType().getAnnotation(JsonTypeName.class);
        String name = given == null ? leaf.getName() : given.value();
        leaves.add(fields(config.constructType(leaf.getType()), name));
      }
      return choice;
    }
    var value = describe(type).findJsonValueAccessor();
    return value == null ? fields(type, null) : schemaOf(value.getType());
  }

  /** An object with the properties that the mapper reads, in their order. */
  private ObjectNode fields(JavaType type, @Nullable String leaf) {
    ObjectNode object = typed("object");
    ObjectNode properties = object.putObject("properties");
    List<String> required = new ArrayList<>();
    if (leaf != null) {
      properties.putObject(TYPE_FIELD).put("const", leaf);
      required.add(TYPE_FIELD);
    }
    for (BeanPropertyDefinition property : propertiesOf(type)) {
      ObjectNode schema = schemaOf(property.getPrimaryType());
      if (property.isRequired()) {
        required.add(property.getName());
      } else {
        schema = nullable(schema);
      }
      properties.set(property.getName(), schema);
    }
    if (!required.isEmpty()) {
      ArrayNode names = object.putArray("required");
      required.forEach(names::add);
    }
    return object;
  }

  /** What the mapper reads: first the constructor's parameters in their order. */
  private List<BeanPropertyDefinition> propertiesOf(JavaType type) {
    return describe(type).findProperties().stream()
        .filter(BeanPropertyDefinition::couldDeserialize)
        .sorted(
            Comparator.comparingInt(property ->
                property.hasConstructorParameter()
                    ? property.getConstructorParameter().getIndex()
                    : Integer.MAX_VALUE))
        .toList();
  }

  private BeanDescription describe(JavaType type) {
    var introspector = config.classIntrospectorInstance();
    return introspector.introspectForDeserialization(
        type, introspector.introspectClassAnnotations(type));
  }

  private ObjectNode constants(Class<?> type) {
    ObjectNode schema = typed("string");
    ArrayNode names = schema.putArray("enum");
    for (Field field : type.getFields()) {
      if (field.isEnumConstant()) {
        JsonProperty given = field.getAnnotation(JsonProperty.class);
        names.add(given == null || given.value().isEmpty() ? field.getName() : given.value());
      }
    }
    return schema;
  }

  /** The same, or null. */
  private ObjectNode nullable(ObjectNode schema) {
    if (schema.isEmpty() || isNullable(schema)) {
      return schema;
    }
    JsonNode type = schema.get("type");
    if (type != null && !schema.has("enum")) {
      schema.putArray("type").add(type).add("null");
      return schema;
    }
    ObjectNode either = mapper.createObjectNode();
    either.putArray("anyOf").add(schema).add(typed("null"));
    return either;
  }

  private static boolean isNullable(ObjectNode schema) {
    return schema.has("anyOf") || schema.get("type") instanceof ArrayNode;
  }

  private ObjectNode typed(String type) {
    return mapper.createObjectNode().put("type", type);
  }

  private static ObjectNode formatted(ObjectNode schema, @Nullable String format) {
    return format == null || format.isEmpty() ? schema : schema.put("format", format);
  }

  /** The simple name, with those of the classes around it where that is taken. */
  private String newName(JavaType type) {
    var name = new StringBuilder(type.getRawClass().getSimpleName());
    for (int i = 0; i < type.containedTypeCount(); i++) {
      name.append('_').append(type.containedType(i).getRawClass().getSimpleName());
    }
    Class<?> outer = type.getRawClass().getEnclosingClass();
    while (names.containsValue(name.toString()) && outer != null) {
      name.insert(0, outer.getSimpleName() + ".");
      outer = outer.getEnclosingClass();
    }
    String unique = name.toString();
    for (int i = 2; names.containsValue(unique); i++) {
      unique = name + "_" + i;
    }
    return unique;
  }
}
