package io.daybook.eventsourcing.codec;

import io.daybook.eventstore.Limits;
import io.daybook.eventstore.RecordedEvent;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Which event types there are: their names, the classes they become, the versions of their data and
 * how to get from one to the next. What a codec for any format of data is built on. Immutable.
 *
 * @param <E> what all events of the domain have in common
 * @param <T> the form of data that upcasters work on, for JSON a tree
 */
public final class EventTypes<E, T> {
  /** More steps than any chain of versions has: upcasters that go in circles are found out. */
  private static final int MAX_STEPS = 10_000;

  private final Map<Class<?>, Known<E>> byClass;
  private final Map<String, Known<E>> byName;
  private final Map<String, String> formerNames;
  private final Map<String, TreeMap<Integer, Function<T, List<VersionedData<T>>>>> upcasters;
  private final Set<String> dropped;

  private record Known<E>(
      Class<? extends E> eventClass, String name, int version, Function<E, List<String>> tags) {}

  /**
   * Data of an event as it is written today, and the class to read it into.
   *
   * @param eventClass the event's class
   * @param data its data
   * @param <E> what all events of the domain have in common
   * @param <T> the form of data
   */
  public record Current<E, T>(Class<? extends E> eventClass, T data) {}

  private EventTypes(Builder<E, T> builder) {
    byClass = builder.known();
    byName = new HashMap<>();
    byClass.values().forEach(known -> byName.put(known.name, known));
    formerNames = Map.copyOf(builder.formerNames);
    upcasters = Map.copyOf(builder.upcasters);
    dropped = Set.copyOf(builder.dropped);
  }

  /**
   * The event types of a domain. A sealed class or interface brings all events below it, each named
   * by its simple class name, in version 1; the rest is said by the builder.
   */
  public static <E, T> Builder<E, T> builder(Class<E> root) {
    return new Builder<>(root);
  }

  /**
   * The name of an event's type.
   *
   * @throws IllegalArgumentException if its class is not registered
   */
  public String nameOf(E event) {
    return known(event).name;
  }

  /**
   * The version of the data that an event is written in today.
   *
   * @throws IllegalArgumentException if its class is not registered
   */
  public int versionOf(E event) {
    return known(event).version;
  }

  /**
   * The tags of an event.
   *
   * @throws IllegalArgumentException if its class is not registered
   */
  public List<String> tagsOf(E event) {
    return known(event).tags.apply(event);
  }

  /** All registered event classes. */
  public Set<Class<?>> eventClasses() {
    return byClass.keySet();
  }

  /**
   * The name of the type that events of a class have.
   *
   * @throws IllegalArgumentException if it is not registered
   */
  public String typeOf(Class<?> eventClass) {
    return known(eventClass).name;
  }

  /**
   * The version of the data that events of a class are written in today.
   *
   * @throws IllegalArgumentException if it is not registered
   */
  public int currentVersionOf(Class<?> eventClass) {
    return known(eventClass).version;
  }

  /**
   * Whether data of that version is of today, is dropped, or has an upcaster that leads on from it.
   */
  public boolean leadsOn(String type, int version) {
    String name = formerNames.getOrDefault(type, type);
    var versions = upcasters.get(name);
    return dropped.contains(name)
        || classOf(type, version).isPresent()
        || (versions != null && versions.containsKey(version));
  }

  /** Whether events of this type can be decoded, be it to nothing. */
  public boolean knows(String type) {
    return byName.containsKey(type)
        || formerNames.containsKey(type)
        || upcasters.containsKey(type)
        || dropped.contains(type);
  }

  /**
   * The types that may be decoded into that class or its subclasses. A type that has no class of
   * its own any more may become any, so it is always among them.
   */
  public Set<String> typesOf(Class<?> eventClass) {
    var types = new LinkedHashSet<String>();
    for (Known<E> known : byClass.values()) {
      if (eventClass.isAssignableFrom(known.eventClass)) {
        types.add(known.name);
      }
    }
    if (types.isEmpty()) {
      return Set.of();
    }
    formerNames.forEach((former, name) -> {
      if (types.contains(name)) {
        types.add(former);
      }
    });
    types.addAll(upcasters.keySet());
    return Collections.unmodifiableSet(types);
  }

  /** The class of events that a type, or former name, in whatever version, is the name of. */
  public Optional<Class<? extends E>> classNamed(String type) {
    Known<E> known = byName.get(formerNames.getOrDefault(type, type));
    return known == null ? Optional.empty() : Optional.of(known.eventClass);
  }

  /** The class to read data into as it is, if the version is today's; nothing if it is earlier. */
  public Optional<Class<? extends E>> classOf(String type, int version) {
    Known<E> known = byName.get(formerNames.getOrDefault(type, type));
    return known != null && known.version == version
        ? Optional.of(known.eventClass)
        : Optional.empty();
  }

  /**
   * Leads data of any known version to those of today, in the order in which the events follow one
   * another.
   *
   * @param stored the event, for its type and for error messages
   * @param version the version of its data
   * @param data its data, asked for if anything is to be done with it
   * @throws UnknownEventTypeException if the type, or one that an upcaster names, is not known
   * @throws UndecodableEventException if no upcaster leads on from a version
   */
  public List<Current<E, T>> current(RecordedEvent stored, int version, Supplier<T> data) {
    if (dropped.contains(stored.type())) {
      return List.of();
    }
    if (!knows(stored.type())) {
      throw new UnknownEventTypeException(stored, stored.type());
    }
    var done = new ArrayList<Current<E, T>>(1);
    var open = new ArrayDeque<VersionedData<T>>();
    open.add(new VersionedData<>(stored.type(), version, data.get()));
    for (int steps = 0; !open.isEmpty(); steps++) {
      if (steps > MAX_STEPS) {
        throw new UndecodableEventException(
            stored, "its upcasters go in circles; correct their types and versions", null);
      }
      VersionedData<T> next = open.removeFirst();
      String name = formerNames.getOrDefault(next.type(), next.type());
      Known<E> known = byName.get(name);
      if (known != null && known.version == next.version()) {
        done.add(new Current<>(known.eventClass, next.data()));
      } else if (!dropped.contains(name)) {
        List<VersionedData<T>> results =
            upcasterOf(stored, name, next.version()).apply(next.data());
        results.reversed().forEach(open::addFirst);
      }
    }
    return done;
  }

  private Function<T, List<VersionedData<T>>> upcasterOf(
      RecordedEvent stored, String name, int version) {
    Map<Integer, Function<T, List<VersionedData<T>>>> versions = upcasters.get(name);
    Known<E> known = byName.get(name);
    if (versions == null && known == null) {
      throw new UnknownEventTypeException(stored, name);
    }
    var upcaster = versions == null ? null : versions.get(version);
    if (upcaster != null) {
      return upcaster;
    }
    throw new UndecodableEventException(
        stored,
        known != null && version > known.version
            ? "version "
                + version
                + " of "
                + name
                + " is newer than "
                + known.version
                + ", the newest that this codec knows"
            : "no upcaster is registered from version " + version + " of " + name,
        null);
  }

  private Known<E> known(E event) {
    return known(event instanceof Enum<?> e ? e.getDeclaringClass() : event.getClass());
  }

  private Known<E> known(Class<?> type) {
    Known<E> known = byClass.get(type);
    if (known == null) {
      throw new IllegalArgumentException(
          type.getName()
              + " is not registered as an event; register it with named(…), or put it below the"
              + " sealed type that the codec was made for");
    }
    return known;
  }

  /**
   * Says what the classes cannot say themselves. Not thread-safe.
   *
   * @param <E> what all events of the domain have in common
   * @param <T> the form of data that upcasters work on
   */
  public static final class Builder<E, T> {
    private final Class<E> root;
    private final Set<Class<? extends E>> classes = new LinkedHashSet<>();
    private final List<Class<?>> open = new ArrayList<>();
    private final Map<Class<?>, String> names = new HashMap<>();
    private final Map<Class<?>, Function<E, List<String>>> tags = new HashMap<>();
    private final Map<String, String> formerNames = new LinkedHashMap<>();
    private final Map<String, Class<? extends E>> formerClasses = new LinkedHashMap<>();
    private final Map<String, TreeMap<Integer, Function<T, List<VersionedData<T>>>>> upcasters =
        new LinkedHashMap<>();
    private final List<Runnable> named = new ArrayList<>();
    private final Set<String> dropped = new HashSet<>();

    private Builder(Class<E> root) {
      this.root = root;
      collect(root);
    }

    /** Names a class's events otherwise than by its simple name; registers a class that is new. */
    public Builder<E, T> named(Class<? extends E> eventClass, String name) {
      Limits.requireType(name);
      if (Limits.isSystemName(name)) {
        throw new IllegalArgumentException(
            "event types that start with $ are the system's: " + name);
      }
      classes.add(eventClass);
      names.put(eventClass, name);
      return this;
    }

    /** Events of that type, in all their versions, are what this class's events are called now. */
    public Builder<E, T> formerly(String formerName, Class<? extends E> eventClass) {
      Limits.requireType(formerName);
      requireNew(formerClasses.put(formerName, eventClass) == null, formerName);
      return this;
    }

    /**
     * Tags a class's events.
     *
     * @param tags the tags of an event, each usually {@code key:value}
     */
    public <X extends E> Builder<E, T> tagged(
        Class<X> eventClass, Function<? super X, List<String>> tags) {
      this.tags.put(eventClass, event -> tags.apply(eventClass.cast(event)));
      return this;
    }

    /** Leads data of a class's earlier version to the next one: the class's version is higher. */
    public Builder<E, T> upcast(
        Class<? extends E> eventClass, int fromVersion, UnaryOperator<T> upcaster) {
      Objects.requireNonNull(upcaster, "upcaster");
      named.add(() -> upcast(nameOf(eventClass), fromVersion, upcaster));
      return this;
    }

    /** Leads data of a type's version to the type's next one. */
    public Builder<E, T> upcast(String type, int fromVersion, UnaryOperator<T> upcaster) {
      Objects.requireNonNull(upcaster, "upcaster");
      return split(
          type,
          fromVersion,
          data -> List.of(new VersionedData<>(type, fromVersion + 1, upcaster.apply(data))));
    }

    /**
     * Makes any number of events, of any types and versions, of one: several, one of another type,
     * or none.
     */
    public Builder<E, T> split(
        String type, int fromVersion, Function<T, List<VersionedData<T>>> upcaster) {
      Limits.requireType(type);
      Objects.requireNonNull(upcaster, "upcaster");
      if (fromVersion < 1) {
        throw new IllegalArgumentException("versions start at 1, not " + fromVersion);
      }
      var versions = upcasters.computeIfAbsent(type, _ -> new TreeMap<>());
      requireNew(versions.put(fromVersion, upcaster) == null, type + " version " + fromVersion);
      return this;
    }

    /** Passes over all events of a type that is of no interest any more. */
    public Builder<E, T> dropped(String type) {
      Limits.requireType(type);
      requireNew(dropped.add(type), type);
      return this;
    }

    /**
     * The event types.
     *
     * @throws IllegalArgumentException if a name is used twice, a chain of versions has a gap, or
     *     an abstract class is neither sealed nor has registered subclasses
     */
    public EventTypes<E, T> build() {
      named.forEach(Runnable::run);
      named.clear();
      formerClasses.forEach((former, type) -> formerNames.put(former, nameOf(type)));
      for (Class<?> type : open) {
        if (classes.stream().noneMatch(type::isAssignableFrom)) {
          throw new IllegalArgumentException(
              type.getName()
                  + " is not sealed, so its events cannot be found; seal it, or register each event"
                  + " with named(…)");
        }
      }
      return new EventTypes<>(this);
    }

    private void collect(Class<? extends E> type) {
      if (type.isEnum()) {
        classes.add(type);
        return;
      }
      if (type.isSealed()) {
        for (Class<?> sub : type.getPermittedSubclasses()) {
          collect(sub.asSubclass(root));
        }
      }
      if (!Modifier.isAbstract(type.getModifiers())) {
        classes.add(type);
      } else if (!type.isSealed()) {
        open.add(type);
      }
    }

    private String nameOf(Class<?> type) {
      return names.getOrDefault(type, type.getSimpleName());
    }

    private Map<Class<?>, Known<E>> known() {
      var known = new LinkedHashMap<Class<?>, Known<E>>();
      var byName = new HashMap<String, Class<?>>();
      for (Class<? extends E> type : classes) {
        String name = Limits.requireType(nameOf(type));
        Class<?> other = byName.put(name, type);
        if (other != null) {
          throw new IllegalArgumentException(
              other.getName()
                  + " and "
                  + type.getName()
                  + " are both named "
                  + name
                  + "; name one otherwise with named(…)");
        }
        known.put(type, new Known<>(type, name, currentVersion(name), tagsOf(type)));
      }
      for (String name : byName.keySet()) {
        requireNew(!formerNames.containsKey(name) && !dropped.contains(name), name);
      }
      return Collections.unmodifiableMap(known);
    }

    private Function<E, List<String>> tagsOf(Class<?> type) {
      return tags.getOrDefault(type, _ -> List.of());
    }

    private int currentVersion(String name) {
      var versions = upcasters.get(name);
      if (versions == null) {
        return 1;
      }
      int first = versions.firstKey();
      int last = versions.lastKey();
      if (last - first + 1 != versions.size()) {
        throw new IllegalArgumentException(
            "the upcasters of " + name + " have a gap: from versions " + versions.keySet());
      }
      return last + 1;
    }

    private static void requireNew(boolean isNew, String what) {
      if (!isNew) {
        throw new IllegalArgumentException("registered twice: " + what);
      }
    }
  }
}
