package io.daybook.eventsourcing.privacy;

import io.daybook.eventstore.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What is personal in the events of a domain, and about whom; said where a codec is made, so that
 * the domain's classes need no annotation. Immutable.
 *
 * @param <E> what all events of the domain have in common
 */
public final class Personal<E> {
  private static final String TAG = "$subject:";

  private final Map<Class<?>, List<Owned<E>>> owned;
  private final Map<Class<?>, Map<String, Object>> placeholders;
  private final Map<String, Map<String, Object>> formerFields;
  private final Set<String> tagKeys;
  private final String text;

  private record Owned<E>(Function<E, String> subject, Set<String> fields) {}

  private Personal(Builder<E> builder) {
    owned = new HashMap<>();
    builder.owned.forEach((type, all) -> owned.put(type, List.copyOf(all)));
    placeholders = copyOf(builder.placeholders);
    formerFields = copyOf(builder.formerFields);
    tagKeys = Set.copyOf(builder.tagKeys);
    text = builder.text;
  }

  private static <K> Map<K, Map<String, Object>> copyOf(Map<K, Map<String, Object>> all) {
    var copy = new HashMap<K, Map<String, Object>>();
    all.forEach((key, fields) -> copy.put(key, Map.copyOf(fields)));
    return Map.copyOf(copy);
  }

  /** Nothing is personal, yet. */
  public static <E> Builder<E> builder() {
    return new Builder<>();
  }

  /** The tag of all events that hold something personal about a subject. */
  public static String subjectTag(String subject) {
    return TAG + subject;
  }

  /**
   * Checks a subject's id.
   *
   * @return the id
   * @throws IllegalArgumentException if it is blank, too long for a tag or holds control characters
   */
  public static String requireSubject(String subject) {
    Objects.requireNonNull(subject, "subject");
    if (subject.isBlank()) {
      throw new IllegalArgumentException("the id of a subject is blank");
    }
    Limits.requireTag(subjectTag(subject));
    return subject;
  }

  /** The event classes with personal fields. */
  public Set<Class<?>> eventClasses() {
    return Set.copyOf(owned.keySet());
  }

  /** The personal fields of an event class. */
  public Set<String> fieldsOf(Class<?> eventClass) {
    var fields = new LinkedHashSet<String>();
    owned.getOrDefault(eventClass, List.of()).forEach(one -> fields.addAll(one.fields));
    return fields;
  }

  /**
   * Whom each personal field of an event is about.
   *
   * @return subjects by the names of fields; empty if nothing in it is personal
   * @throws IllegalArgumentException if the event names no subject
   */
  public Map<String, String> subjectsOf(E event) {
    List<Owned<E>> all = owned.get(event.getClass());
    if (all == null) {
      return Map.of();
    }
    var subjects = new LinkedHashMap<String, String>();
    for (Owned<E> one : all) {
      String subject = one.subject.apply(event);
      if (subject == null) {
        throw new IllegalArgumentException(
            "an event of "
                + event.getClass().getName()
                + " names no subject for its personal fields "
                + one.fields);
      }
      requireSubject(subject);
      one.fields.forEach(field -> subjects.put(field, subject));
    }
    return subjects;
  }

  /** What is read in a field of a class when its subject is forgotten, if that was said. */
  public Optional<Object> placeholder(Class<?> eventClass, String field) {
    return Optional.ofNullable(placeholders.getOrDefault(eventClass, Map.of()).get(field));
  }

  /** All placeholders of former fields: the type that is stored, the field, what is read. */
  public Map<String, Map<String, Object>> formerFields() {
    return formerFields;
  }

  /** What is read as a text when nothing else was said. */
  public String text() {
    return text;
  }

  /**
   * The tag as it is stored: hashed if what is before its first {@code :} was declared personal.
   */
  public String storedTag(String tag, SubjectKeys keys) {
    int colon = tag.indexOf(':');
    return colon >= 0 && tagKeys.contains(tag.substring(0, colon))
        ? tag.substring(0, colon + 1) + keys.hash(tag)
        : tag;
  }

  /**
   * Says what is personal. Not thread-safe.
   *
   * @param <E> what all events of the domain have in common
   */
  public static final class Builder<E> {
    private final Map<Class<?>, List<Owned<E>>> owned = new LinkedHashMap<>();
    private final Map<Class<?>, Map<String, Object>> placeholders = new HashMap<>();
    private final Map<String, Map<String, Object>> formerFields = new HashMap<>();
    private final Set<String> tagKeys = new HashSet<>();
    private String text = "[forgotten]";

    private Builder() {}

    /**
     * Fields of an event class are about a subject. An event may be about several: call this for
     * each.
     *
     * @param subject the id of the subject of an event, in a field that is not personal; it must
     *     give nobody away by itself
     * @param fields their names as they are written, at least one
     * @throws IllegalArgumentException if no field is named, or one for the second time
     */
    public <X extends E> Builder<E> fields(
        Class<X> eventClass, Function<? super X, String> subject, String... fields) {
      Objects.requireNonNull(subject, "subject");
      var names = new LinkedHashSet<>(Arrays.asList(fields));
      if (names.isEmpty()) {
        throw new IllegalArgumentException("no personal field of " + eventClass.getName());
      }
      List<Owned<E>> all = owned.computeIfAbsent(eventClass, _ -> new ArrayList<>());
      for (String name : fields) {
        if (all.stream().anyMatch(one -> one.fields.contains(name))) {
          throw new IllegalArgumentException(
              "the field " + name + " of " + eventClass.getName() + " has two subjects");
        }
      }
      all.add(new Owned<>(event -> subject.apply(eventClass.cast(event)), names));
      return this;
    }

    /**
     * What is read in a field when its subject is forgotten. Otherwise it is {@link #text} for a
     * text and null for anything else but numbers and booleans that cannot be null, which need
     * this.
     *
     * @param value of the field's class
     */
    public Builder<E> placeholder(Class<? extends E> eventClass, String field, Object value) {
      Objects.requireNonNull(value, "value");
      placeholders.computeIfAbsent(eventClass, _ -> new HashMap<>()).put(field, value);
      return this;
    }

    /**
     * What an upcaster finds in a personal field that only earlier versions of a type have, when
     * its subject is forgotten; {@link #text} if nothing is said.
     *
     * @param type the type that was stored
     */
    public Builder<E> formerField(String type, String field, Object value) {
      Objects.requireNonNull(value, "value");
      formerFields.computeIfAbsent(type, _ -> new HashMap<>()).put(field, value);
      return this;
    }

    /** What is read as a text when its subject is forgotten: {@code [forgotten]} otherwise. */
    public Builder<E> text(String newText) {
      text = Objects.requireNonNull(newText, "text");
      return this;
    }

    /**
     * Tags {@code key:value} with these keys are stored with a hash in the place of the value: see
     * {@link Personal#storedTag}.
     *
     * @throws IllegalArgumentException if a key holds a colon
     */
    public Builder<E> tags(String... keys) {
      for (String key : keys) {
        if (key.contains(":")) {
          throw new IllegalArgumentException("the key of a tag ends before its colon: " + key);
        }
        tagKeys.add(key);
      }
      return this;
    }

    /**
     * The declaration.
     *
     * @throws IllegalArgumentException if a placeholder is given for a field that is not personal
     */
    public Personal<E> build() {
      placeholders.forEach((type, fields) -> {
        for (String field : fields.keySet()) {
          if (owned.getOrDefault(type, List.of()).stream()
              .noneMatch(one -> one.fields.contains(field))) {
            throw new IllegalArgumentException(
                "a placeholder is given for the field "
                    + field
                    + " of "
                    + type.getName()
                    + ", which is not declared personal");
          }
        }
      });
      return new Personal<>(this);
    }
  }
}
