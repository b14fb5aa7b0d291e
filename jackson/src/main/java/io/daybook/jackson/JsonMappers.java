package io.daybook.jackson;

import io.daybook.eventstore.Limits;
import java.math.BigDecimal;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.introspect.AnnotationIntrospectorPair;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** The mapper for data that is kept for ever: exact, strict in types, lenient to new fields. */
final class JsonMappers {
  private JsonMappers() {}

  static JsonMapper standard() {
    return JsonMapper.builder(factory())
        .annotationIntrospector(
            AnnotationIntrospectorPair.pair(
                new JacksonAnnotationIntrospector(), new DomainIntrospector()))
        .addModule(new SimpleModule("daybook").addSerializer(new ExactBigDecimal()))
        // what the class says, in its order, through what it makes public
        .disable(
            MapperFeature.SORT_PROPERTIES_ALPHABETICALLY,
            MapperFeature.SORT_CREATOR_PROPERTIES_FIRST,
            MapperFeature.ALLOW_COERCION_OF_SCALARS)
        // the second: public members are made accessible, too, which needs no opened package, since
        // Jackson's method handles would otherwise have to come from a module that reads the
        // domain's
        .enable(
            MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY,
            MapperFeature.OVERRIDE_PUBLIC_ACCESS_MODIFIERS)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .disable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .enable(
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
            DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        // an enum's name is its name, whatever it prints
        .disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING)
        .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(
            DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
            DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
            DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE,
            DateTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID)
        .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .build();
  }

  /** What was stored can be read again: the store's limits are the only ones. */
  private static JsonFactory factory() {
    return JsonFactory.builder()
        // the usual pool is one queue for all threads, at which two already wait for each other
        .recyclerPool(JsonRecyclerPools.threadLocalPool())
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNumberLength(Limits.MAX_EVENT_BYTES)
                .maxNameLength(Limits.MAX_EVENT_BYTES)
                .maxStringLength(Limits.MAX_EVENT_BYTES)
                .build())
        .build();
  }

  /** Keeps digits and scale, without an exponent where that is readable. */
  private static final class ExactBigDecimal extends ValueSerializer<BigDecimal> {
    /** Numbers with more digits behind the point keep their exponent. */
    private static final int MAX_PLAIN_SCALE = 100;

    @Override
    public Class<?> handledType() {
      return BigDecimal.class;
    }

    @Override
    public void serialize(BigDecimal value, JsonGenerator out, SerializationContext context) {
      // only these are printed with an exponent though they have no zeros before the point
      boolean tiny = value.scale() > 6 && value.precision() - value.scale() < -5;
      if (tiny && value.scale() <= MAX_PLAIN_SCALE) {
        out.writeNumber(value.toPlainString());
      } else {
        out.writeNumber(value);
      }
    }
  }
}
