package io.daybook.jackson;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/** A text that changes when the structure of a class changes. */
final class Shape {
  private static final int FINGERPRINT_BYTES = 16;

  private final StringBuilder text = new StringBuilder();
  private final Set<Class<?>> described = new HashSet<>();

  private Shape() {}

  /** The structure of a class and all that it is made of, as 32 hexadecimal digits. */
  static String fingerprint(Class<?> type) {
    byte[] hash = sha256(description(type));
    return HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES);
  }

  /** The structure in words: packages are left out, so that a class may move. */
  static String description(Class<?> type) {
    var shape = new Shape();
    shape.describe(type);
    return shape.text.toString();
  }

  private void describe(Type type) {
    switch (type) {
      case Class<?> c when c.isArray() -> describeAll("array", c.getComponentType());
      case Class<?> c -> describeClass(c);
      case ParameterizedType p -> {
        describe(p.getRawType());
        describeAll("of", p.getActualTypeArguments());
      }
      case GenericArrayType a -> describeAll("array", a.getGenericComponentType());
      case WildcardType w -> describeAll("any", w.getUpperBounds());
      default -> text.append(type.getTypeName()).append(' ');
    }
  }

  private void describeClass(Class<?> type) {
    text.append(type.getSimpleName()).append(' ');
    boolean ownStructure = type.isRecord() || type.isEnum() || type.isSealed();
    if (!ownStructure || type.getName().startsWith("java.") || !described.add(type)) {
      return;
    }
    if (type.isRecord()) {
      text.append("{ ");
      for (RecordComponent component : type.getRecordComponents()) {
        text.append(component.getName()).append(": ");
        describe(component.getGenericType());
      }
      text.append("} ");
    } else if (type.isEnum()) {
      text.append("[ ");
      for (Object constant : type.getEnumConstants()) {
        text.append(((Enum<?>) constant).name()).append(' ');
      }
      text.append("] ");
    } else {
      describeAll("permits", type.getPermittedSubclasses());
    }
  }

  private void describeAll(String relation, Type... types) {
    text.append(relation).append(" ( ");
    for (Type type : types) {
      describe(type);
    }
    text.append(") ");
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
