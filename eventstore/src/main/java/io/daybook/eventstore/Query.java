package io.daybook.eventstore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which events are meant: everything, or any of some items.
 *
 * <p>Items are OR-ed. Within an item the streams are OR-ed, the categories are OR-ed, the types are
 * OR-ed; these dimensions and <em>all</em> of the tags are AND-ed. Names compare byte for byte. The
 * model is that of dynamic consistency boundaries (<a href="https://dcb.events">dcb.events</a>),
 * extended by streams and categories.
 */
public sealed interface Query {

  /** Every event. */
  record Everything() implements Query {
    @Override
    public boolean matches(String stream, Event event) {
      return true;
    }
  }

  /**
   * Events that match at least one of the items.
   *
   * @param items at least one
   */
  record AnyOf(List<Item> items) implements Query {
    /**
     * Checks that there is an item.
     *
     * @throws IllegalArgumentException if there is none
     */
    public AnyOf {
      items = List.copyOf(items);
      if (items.isEmpty()) {
        throw new IllegalArgumentException(
            "a query needs at least one item; Query.everything() matches all events");
      }
    }

    @Override
    public boolean matches(String stream, Event event) {
      for (Item item : items) {
        if (item.matches(stream, event)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * One alternative of a query. An empty set does not restrict.
   *
   * @param streams one of these streams
   * @param categories one of these categories
   * @param types one of these types
   * @param tags all of these tags
   */
  record Item(Set<String> streams, Set<String> categories, Set<String> types, Set<String> tags) {
    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException if a name breaks a limit, or if nothing restricts the item
     */
    public Item {
      streams = Set.copyOf(streams);
      categories = Set.copyOf(categories);
      types = Set.copyOf(types);
      tags = Set.copyOf(tags);
      if (streams.isEmpty() && categories.isEmpty() && types.isEmpty() && tags.isEmpty()) {
        throw new IllegalArgumentException(
            "a query item needs a stream, category, type or tag; Query.everything() matches all"
                + " events");
      }
      streams.forEach(Limits::requireStreamName);
      categories.forEach(c -> Limits.requireName("category", c, Limits.MAX_STREAM_NAME_BYTES));
      types.forEach(Limits::requireType);
      tags.forEach(Limits::requireTag);
    }

    /** The item with these streams. */
    public Item withStreams(String... names) {
      return new Item(Set.copyOf(Arrays.asList(names)), categories, types, tags);
    }

    /** The item with these categories. */
    public Item withCategories(String... names) {
      return new Item(streams, Set.copyOf(Arrays.asList(names)), types, tags);
    }

    /** The item with these types. */
    public Item withTypes(String... names) {
      return new Item(streams, categories, Set.copyOf(Arrays.asList(names)), tags);
    }

    /** The item with these tags. */
    public Item withTags(String... names) {
      return new Item(streams, categories, types, Set.copyOf(Arrays.asList(names)));
    }

    /** The item as a query. */
    public Query asQuery() {
      return new AnyOf(List.of(this));
    }

    /** Whether an event of that stream is meant. */
    public boolean matches(String stream, Event event) {
      return (streams.isEmpty() || streams.contains(stream))
          && (categories.isEmpty() || categoryOf(stream).filter(categories::contains).isPresent())
          && (types.isEmpty() || types.contains(event.type()))
          && (tags.isEmpty() || event.tags().containsAll(tags));
    }
  }

  /** Every event. */
  static Query everything() {
    return new Everything();
  }

  /** The events of one stream. */
  static Query stream(String stream) {
    return streams(stream);
  }

  /** The events of any of these streams. */
  static Query streams(String... streams) {
    return new Item(Set.copyOf(Arrays.asList(streams)), Set.of(), Set.of(), Set.of()).asQuery();
  }

  /** The events of all streams of one category. */
  static Query category(String category) {
    return new Item(Set.of(), Set.of(category), Set.of(), Set.of()).asQuery();
  }

  /** The events of any of these types. */
  static Query types(String... types) {
    return new Item(Set.of(), Set.of(), Set.copyOf(Arrays.asList(types)), Set.of()).asQuery();
  }

  /** The events that carry all of these tags. */
  static Query tags(String... tags) {
    return new Item(Set.of(), Set.of(), Set.of(), Set.copyOf(Arrays.asList(tags))).asQuery();
  }

  /**
   * An item to restrict further, for example {@code
   * Query.item().withTypes("A").withTags("x:1").asQuery()}.
   */
  static ItemStart item() {
    return ItemStart.START;
  }

  /** The events that match any of the items; at least one. */
  static Query anyOf(Item... items) {
    return new AnyOf(List.of(items));
  }

  /** The events that match this query or the other. */
  default Query or(Query other) {
    Objects.requireNonNull(other, "other");
    if (this instanceof AnyOf(var mine) && other instanceof AnyOf(var theirs)) {
      var all = new ArrayList<>(mine);
      all.addAll(theirs);
      return new AnyOf(all);
    }
    return everything();
  }

  /** Whether an event of that stream is meant. */
  boolean matches(String stream, Event event);

  /** Whether a recorded event is meant. */
  default boolean matches(RecordedEvent recorded) {
    return matches(recorded.stream(), recorded.event());
  }

  /**
   * The category of a stream: the part of its name before the first {@code -}, if that is not
   * blank.
   */
  static Optional<String> categoryOf(String stream) {
    int dash = stream.indexOf('-');
    if (dash <= 0) {
      return Optional.empty();
    }
    String category = stream.substring(0, dash);
    return category.isBlank() ? Optional.empty() : Optional.of(category);
  }

  /** Where an item begins: it has no restriction yet, so it is not an item yet. */
  enum ItemStart {
    /** The only one. */
    START;

    /** An item with these streams. */
    public Item withStreams(String... names) {
      return new Item(Set.copyOf(Arrays.asList(names)), Set.of(), Set.of(), Set.of());
    }

    /** An item with these categories. */
    public Item withCategories(String... names) {
      return new Item(Set.of(), Set.copyOf(Arrays.asList(names)), Set.of(), Set.of());
    }

    /** An item with these types. */
    public Item withTypes(String... names) {
      return new Item(Set.of(), Set.of(), Set.copyOf(Arrays.asList(names)), Set.of());
    }

    /** An item with these tags. */
    public Item withTags(String... names) {
      return new Item(Set.of(), Set.of(), Set.of(), Set.copyOf(Arrays.asList(names)));
    }
  }
}
