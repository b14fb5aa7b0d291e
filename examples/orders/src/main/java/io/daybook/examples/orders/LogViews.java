package io.daybook.examples.orders;

import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventstore.EventStore;
import io.daybook.examples.orders.LogEvent.ActivityRecorded;
import io.daybook.examples.orders.LogEvent.ObjectChanged;
import io.daybook.examples.orders.LogEvent.ObjectDescribed;
import io.daybook.examples.orders.LogEvent.TotalsStated;
import io.daybook.examples.orders.LogEvent.Touched;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Questions to imported logs, answered from what is recorded of them. */
final class LogViews {
  /** What an order costs besides its items. */
  private static final BigDecimal SHIPPING = new BigDecimal("5.00");

  private LogViews() {}

  /** How often was each activity done? Sorted by the activity. */
  static Map<String, Long> activities(EventStore store) {
    return Projection.named("activities", () -> new TreeMap<String, Long>())
        .reading(LogImport.CODEC, LogImport.EVENTS)
        .update(
            ActivityRecorded.class, (view, e) -> view.merge(e.event().activity(), 1L, Long::sum))
        .fold(store);
  }

  /**
   * A case: an object and the events that touch it.
   *
   * @param type the object's type
   * @param id the object
   * @param events how many events touch it
   * @param lastActivity what was done last: by the time, if the log tells it, else by the order
   */
  record Case(String type, String id, long events, String lastActivity, @Nullable Instant at) {
    static final Comparator<Case> ORDER = Comparator.comparing(Case::id).thenComparing(Case::type);

    Case with(ActivityRecorded event) {
      Instant next = event.at();
      boolean earlier = at != null && next != null && next.isBefore(at);
      return new Case(
          type,
          id,
          events + 1,
          earlier ? lastActivity : event.activity(),
          earlier || next == null ? at : next);
    }
  }

  /** What are the cases of these types of objects? Sorted by their ids. */
  static List<Case> cases(EventStore store, Collection<String> types) {
    record Key(String type, String id) {}
    Map<Key, Case> cases =
        Projection.named("cases", () -> new HashMap<Key, Case>())
            .reading(LogImport.CODEC, LogImport.EVENTS)
            .update(
                ActivityRecorded.class,
                (view, e) -> {
                  var touched = new HashSet<Key>();
                  for (Touched object : e.event().objects()) {
                    var key = new Key(object.type(), object.id());
                    // an object that an event names twice is touched once
                    if (types.contains(object.type()) && touched.add(key)) {
                      Case before =
                          view.getOrDefault(key, new Case(key.type(), key.id(), 0, "", null));
                      view.put(key, before.with(e.event()));
                    }
                  }
                })
            .fold(store);
    return cases.values().stream().sorted(Case.ORDER).toList();
  }

  /**
   * Whether what a log tells goes together.
   *
   * @param what what is compared
   * @param right how often it does
   * @param of how often there was something to compare
   * @param unknown how often a figure was missing
   * @param firstWrong the first that does not; null if all do
   */
  record Check(String what, long right, long of, long unknown, @Nullable String firstWrong) {
    @Override
    public String toString() {
      return what
          + ": "
          + right
          + " of "
          + of
          + (unknown == 0 ? "" : " (" + unknown + " without a figure)")
          + (firstWrong == null ? "" : "; the first that is not: " + firstWrong);
    }
  }

  /** Counts what is right. */
  private static final class Counter {
    private final String what;
    private long right;
    private long of;
    private long unknown;
    private @Nullable String firstWrong;

    Counter(String what) {
      this.what = what;
    }

    void compare(String name, Object actual, Object wanted, boolean equal) {
      of++;
      if (equal) {
        right++;
      } else if (firstWrong == null) {
        firstWrong = name + " has " + actual + ", not " + wanted;
      }
    }

    Check check() {
      return new Check(what, right, of, unknown, firstWrong);
    }
  }

  /** All that is known of objects. */
  private static final class ObjectFacts {
    private final Map<String, ObjectDescribed> byId = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> attributes = new HashMap<>();
    private final Map<String, Long> totals = new TreeMap<>();

    void describe(ObjectDescribed object) {
      byId.put(object.id(), object);
      attributes.put(object.id(), new HashMap<>(object.attributes()));
    }

    void change(ObjectChanged change) {
      attributes
          .computeIfAbsent(change.id(), _ -> new HashMap<>())
          .put(change.attribute(), change.value());
    }

    /** A figure of an object; null if it is missing or no number. */
    @Nullable BigDecimal number(String id, String attribute) {
      String text = attributes.getOrDefault(id, Map.of()).get(attribute);
      try {
        return text == null ? null : new BigDecimal(text);
      } catch (NumberFormatException _) {
        return null;
      }
    }

    /** Compares a figure of each object of a type with the sum of its items' plus something. */
    Check sums(String what, String type, String attribute, BigDecimal plus) {
      var counter = new Counter(what);
      for (ObjectDescribed object : byId.values()) {
        if (object.type().equals(type)) {
          BigDecimal actual = number(object.id(), attribute);
          BigDecimal sum = sumOfItems(object, attribute);
          if (actual == null || sum == null) {
            counter.unknown++;
          } else {
            BigDecimal wanted = sum.add(plus);
            String name = LogEvent.tag(type, object.id());
            counter.compare(name, actual, wanted, actual.compareTo(wanted) == 0);
          }
        }
      }
      return counter.check();
    }

    private @Nullable BigDecimal sumOfItems(ObjectDescribed object, String attribute) {
      BigDecimal sum = BigDecimal.ZERO;
      boolean any = false;
      for (Touched item : object.related()) {
        if (item.type().equals("items")) {
          BigDecimal figure = number(item.id(), attribute);
          if (figure == null) {
            return null;
          }
          sum = sum.add(figure);
          any = true;
        }
      }
      return any ? sum : null;
    }
  }

  /** Do the imported logs go together? Only checks that there is something for. */
  static List<Check> checks(EventStore store) {
    ObjectFacts objects =
        Projection.named("objects", ObjectFacts::new)
            .reading(LogImport.CODEC, LogImport.OBJECTS)
            .update(ObjectDescribed.class, (view, e) -> view.describe(e.event()))
            .update(ObjectChanged.class, (view, e) -> view.change(e.event()))
            .update(
                TotalsStated.class,
                (view, e) ->
                    e.event().activities().forEach((a, n) -> view.totals.merge(a, n, Long::sum)))
            .fold(store);
    var stated = new Counter("activities as often as the log states");
    if (!objects.totals.isEmpty()) {
      Map<String, Long> counted = xesActivities(store);
      objects.totals.forEach((activity, wanted) -> {
        long actual = counted.getOrDefault(activity, 0L);
        stated.compare(activity, actual, wanted, actual == wanted);
      });
    }
    return List.of(
            objects.sums("order price = items + 5.00", "orders", "price", SHIPPING),
            objects.sums("package weight = items", "packages", "weight", BigDecimal.ZERO),
            stated.check())
        .stream()
        .filter(check -> check.of() + check.unknown() > 0)
        .toList();
  }

  private static Map<String, Long> xesActivities(EventStore store) {
    return Projection.named("xes-activities", () -> new TreeMap<String, Long>())
        .reading(LogImport.CODEC, LogImport.EVENTS)
        .update(
            ActivityRecorded.class,
            (view, e) -> {
              if (e.event().log().equals("xes")) {
                view.merge(e.event().activity(), 1L, Long::sum);
              }
            })
        .fold(store);
  }
}
