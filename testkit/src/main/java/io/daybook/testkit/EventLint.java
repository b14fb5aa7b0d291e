package io.daybook.testkit;

import io.daybook.eventsourcing.codec.EventTypes;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds events that say too little of what happened, or too much: names that are not in the past
 * tense, names that would fit any change, events that carry a whole state. To be called by a test.
 * What is right all the same is allowed by its name, with the reason. Immutable.
 *
 * <pre>{@code
 * EventLint.of(codec.types())
 *     .state(Account.class)
 *     .allowing("MovementReported", "a row of another bank's report, as it came")
 *     .check();
 * }</pre>
 */
public final class EventLint {
  /** More components than this are a form that was filled in, not a thing that happened. */
  public static final int DEFAULT_MAX_COMPONENTS = 12;

  /** A state of fewer components may happen to have those of an event. */
  private static final int FEWEST_STATE_COMPONENTS = 3;

  private final Map<String, Class<?>> events;
  private final Set<String> subjects;
  private final List<Class<?>> states;
  private final Map<String, String> allowed;
  private final int maxComponents;

  /** What may be wrong with an event. */
  public enum Rule {
    /** The name is a command, or a thing, and not what happened. */
    PAST_TENSE,
    /** The name says that something changed, and not what happened to it. */
    GENERIC_NAME,
    /** The event holds a whole state, or most of one. */
    WHOLE_STATE
  }

  /**
   * Something found.
   *
   * @param type the event's type
   * @param rule the rule that it breaks
   * @param reason why, and what would be better
   */
  public record Finding(String type, Rule rule, String reason) {
    @Override
    public String toString() {
      return type + " (" + rule + "): " + reason;
    }
  }

  private EventLint(
      Map<String, Class<?>> events,
      Set<String> subjects,
      List<Class<?>> states,
      Map<String, String> allowed,
      int maxComponents) {
    this.events = events;
    this.subjects = subjects;
    this.states = states;
    this.allowed = allowed;
    this.maxComponents = maxComponents;
  }

  /** Looks at the event types of a codec, by the names that are stored. */
  public static EventLint of(EventTypes<?, ?> types) {
    var events = new TreeMap<String, Class<?>>();
    var subjects = new HashSet<String>();
    for (Class<?> event : types.eventClasses()) {
      events.put(types.typeOf(event), event);
      addSubjects(event, subjects);
    }
    return new EventLint(
        Collections.unmodifiableMap(events),
        Set.copyOf(subjects),
        List.of(),
        Map.of(),
        DEFAULT_MAX_COMPONENTS);
  }

  /** Looks at all events below a sealed interface, by their simple names. */
  public static EventLint of(Class<?> root) {
    return of(EventTypes.builder(root).build());
  }

  /** The same, with a class that is the state of these events: none of them should carry it. */
  public EventLint state(Class<?> state) {
    var all = new ArrayList<>(states);
    all.add(Objects.requireNonNull(state, "state"));
    var more = new HashSet<>(subjects);
    more.add(without(state.getSimpleName(), "State"));
    return new EventLint(events, Set.copyOf(more), List.copyOf(all), allowed, maxComponents);
  }

  /**
   * The same, with another limit of components ({@link #DEFAULT_MAX_COMPONENTS}).
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public EventLint maxComponents(int components) {
    if (components < 1) {
      throw new IllegalArgumentException("an event may have one component, not " + components);
    }
    return new EventLint(events, subjects, states, allowed, components);
  }

  /**
   * The same, without a word on that event.
   *
   * @param type the event's type
   * @param reason why it is right
   * @throws IllegalArgumentException if there is no such event, or no reason
   */
  public EventLint allowing(String type, String reason) {
    if (!events.containsKey(type)) {
      throw new IllegalArgumentException(
          "there is no event type " + type + " to allow; there are " + events.keySet());
    }
    if (reason.isBlank()) {
      throw new IllegalArgumentException("say why " + type + " is allowed");
    }
    var all = new TreeMap<>(allowed);
    all.put(type, reason);
    return new EventLint(events, subjects, states, Collections.unmodifiableMap(all), maxComponents);
  }

  /** All that was found, in the order of the types' names. */
  public List<Finding> findings() {
    var findings = new ArrayList<Finding>();
    events.forEach((type, event) -> {
      if (!allowed.containsKey(type)) {
        nameOf(type, findings);
        contentOf(type, event, findings);
      }
    });
    findings.sort(Comparator.comparing(Finding::type).thenComparing(Finding::rule));
    return List.copyOf(findings);
  }

  /**
   * Fails if anything was found.
   *
   * @throws AssertionError that tells each finding
   */
  public void check() {
    List<Finding> findings = findings();
    if (!findings.isEmpty()) {
      throw new AssertionError(
          findings.stream()
              .map(Finding::toString)
              .collect(
                  Collectors.joining(
                      "\n  ",
                      "events that could say better what happened:\n  ",
                      "\n  rename them (the stored name stays readable by formerly(…)), or say why"
                          + " they are right with allowing(type, reason)")));
    }
  }

  private void nameOf(String type, List<Finding> findings) {
    List<String> words = PastTense.wordsOf(type);
    if (words.stream().noneMatch(PastTense::isPast)) {
      String first = words.isEmpty() ? "" : words.getFirst();
      findings.add(
          new Finding(
              type,
              Rule.PAST_TENSE,
              PastTense.isCommand(first)
                  ? "is named like a command; name what happened, for example "
                      + PastTense.turned(words)
                  : "no word of the name is in the past tense; name what happened, as in"
                      + " OrderPlaced"));
      return;
    }
    String verb = words.getLast();
    String subject = String.join("", words.subList(0, words.size() - 1));
    boolean alwaysGeneric = PastTense.GENERIC.contains(verb);
    boolean ofTheWhole = verb.equals("changed") && (subject.isEmpty() || isSubject(subject));
    if (alwaysGeneric || ofTheWhole) {
      findings.add(
          new Finding(
              type,
              Rule.GENERIC_NAME,
              "would fit any change; name what happened and why, as in AddressCorrected or"
                  + " CustomerMoved, one event for each"));
    }
  }

  private boolean isSubject(String name) {
    return subjects.stream().anyMatch(name::equalsIgnoreCase);
  }

  private void contentOf(String type, Class<?> event, List<Finding> findings) {
    RecordComponent[] components = event.getRecordComponents();
    if (components == null) {
      return;
    }
    String reason = carried(components);
    if (reason == null && components.length > maxComponents) {
      reason =
          "has "
              + components.length
              + " components, more than "
              + maxComponents
              + "; an event says what changed, not all there is";
    }
    if (reason != null) {
      findings.add(new Finding(type, Rule.WHOLE_STATE, reason));
    }
  }

  private @Nullable String carried(RecordComponent[] components) {
    Set<String> names =
        Arrays.stream(components).map(RecordComponent::getName).collect(Collectors.toSet());
    for (Class<?> state : states) {
      for (RecordComponent component : components) {
        if (mentions(component.getGenericType(), state)) {
          return "its component "
              + component.getName()
              + " holds the state "
              + state.getSimpleName()
              + "; an event says what changed, and evolve makes the state of it";
        }
      }
      Set<String> its = componentsOf(state);
      if (its.size() >= FEWEST_STATE_COMPONENTS && names.containsAll(its)) {
        return "has all components of the state "
            + state.getSimpleName()
            + " "
            + its
            + "; an event says what changed, and evolve makes the state of it";
      }
    }
    return null;
  }

  private static Set<String> componentsOf(Class<?> state) {
    RecordComponent[] components = state.getRecordComponents();
    return components == null
        ? Set.of()
        : Arrays.stream(components)
            .map(RecordComponent::getName)
            .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Whether a type is that class, or a list, map or array of it. */
  private static boolean mentions(Type type, Class<?> sought) {
    return switch (type) {
      case Class<?> c when c.isArray() -> mentions(c.getComponentType(), sought);
      case Class<?> c -> c == sought;
      case ParameterizedType p ->
          Stream.concat(Stream.of(p.getRawType()), Arrays.stream(p.getActualTypeArguments()))
              .anyMatch(part -> mentions(part, sought));
      case WildcardType w -> Arrays.stream(w.getUpperBounds()).anyMatch(b -> mentions(b, sought));
      default -> false;
    };
  }

  /** What the events are about: {@code Account} of {@code AccountEvent}. */
  private static void addSubjects(Class<?> event, Set<String> subjects) {
    for (Class<?> parent : event.getInterfaces()) {
      String name = parent.getSimpleName();
      String subject = without(without(name, "s"), "Event");
      if (!subject.isEmpty() && !subject.equals(without(name, "s"))) {
        subjects.add(subject);
      }
      addSubjects(parent, subjects);
    }
    Class<?> outer = event.getEnclosingClass();
    if (outer != null && outer.isRecord()) {
      subjects.add(outer.getSimpleName());
    }
  }

  private static String without(String name, String ending) {
    return name.endsWith(ending) ? name.substring(0, name.length() - ending.length()) : name;
  }
}
