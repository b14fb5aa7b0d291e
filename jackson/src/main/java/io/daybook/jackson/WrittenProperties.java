package io.daybook.jackson;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;

/** Which fields a class is written with, under the names and types that the mapper gives them. */
final class WrittenProperties {
  private WrittenProperties() {}

  static Map<String, JavaType> of(JsonMapper mapper, Class<?> type) {
    var properties = new LinkedHashMap<String, JavaType>();
    mapper.acceptJsonFormatVisitor(
        type,
        new JsonFormatVisitorWrapper.Base() {
          @Override
          public JsonObjectFormatVisitor expectObjectFormat(JavaType object) {
            return new Fields(getContext(), properties);
          }
        });
    return properties;
  }

  private static final class Fields extends JsonObjectFormatVisitor.Base {
    private final Map<String, JavaType> properties;

    Fields(SerializationContext context, Map<String, JavaType> properties) {
      super(context);
      this.properties = properties;
    }

    @Override
    public void property(BeanProperty property) {
      properties.put(property.getName(), property.getType());
    }

    @Override
    public void optionalProperty(BeanProperty property) {
      properties.put(property.getName(), property.getType());
    }
  }
}
