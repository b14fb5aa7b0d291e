package io.daybook.jackson;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Executable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;
import tools.jackson.databind.jsontype.NamedType;

/**
 * Tells Jackson what plain records say without its annotations: which components have to be there,
 * and which classes a sealed type has. Annotations, where there are some, come first.
 */
final class DomainIntrospector extends NopAnnotationIntrospector {
  private static final Set<Class<?>> OPTIONALS =
      Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  @Override
  public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
    if (!(member instanceof AnnotatedParameter parameter)
        || !parameter.getDeclaringClass().isRecord()
        || !(parameter.getOwner().getAnnotated() instanceof Executable constructor)) {
      return null;
    }
    int index = parameter.getIndex();
    AnnotatedType type = constructor.getAnnotatedParameterTypes()[index];
    return !OPTIONALS.contains(constructor.getParameterTypes()[index])
        && !isNullable(type.getAnnotations())
        && !isNullable(constructor.getParameterAnnotations()[index]);
  }

  @Override
  public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
      MapperConfig<?> config, Annotated annotated) {
    return annotated instanceof AnnotatedClass type && isClosedWorld(type.getRawType())
        ? JsonTypeInfo.Value.construct(
            JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, "@type", null, false, true, null)
        : null;
  }

  @Override
  public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
    if (!(annotated instanceof AnnotatedClass type) || !isClosedWorld(type.getRawType())) {
      return null;
    }
    return leavesOf(type.getRawType());
  }

  /** The classes of a sealed type of a domain, by the names that they have in JSON. */
  static List<NamedType> leavesOf(Class<?> sealedType) {
    var leaves = new ArrayList<NamedType>();
    collect(sealedType, leaves, new HashSet<>());
    return leaves;
  }

  private static void collect(Class<?> type, List<NamedType> leaves, Set<String> names) {
    if (isClosedWorld(type)) {
      for (Class<?> sub : type.getPermittedSubclasses()) {
        collect(sub, leaves, names);
      }
    } else if (names.add(type.getSimpleName())) {
      leaves.add(new NamedType(type, type.getSimpleName()));
    } else {
      throw new IllegalArgumentException(
          type.getName()
              + " has the same simple name as another class below the same sealed type; rename it,"
              + " or name both with @JsonTypeName");
    }
  }

  /** A sealed type of a domain; the platform's have their own form, and so have enums. */
  static boolean isClosedWorld(Class<?> type) {
    return type.isSealed() && !type.isEnum() && !type.getName().startsWith("java.");
  }

  private static boolean isNullable(Annotation[] annotations) {
    for (Annotation annotation : annotations) {
      if (annotation.annotationType().getSimpleName().equals("Nullable")) {
        return true;
      }
    }
    return false;
  }
}
