package io.daybook.examples.orders;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What logs of other systems tell, as it is recorded when they are imported. */
sealed interface LogEvent {

  /** The type of the objects that the traces of an XES log are about. */
  String CASE = "case";

  /**
   * Something was done.
   *
   * @param log which kind of log tells it: {@code ocel} or {@code xes}
   * @param activity what was done
   * @param at when; null if the log does not say
   * @param objects what it was done with
   * @param attributes what else the log tells
   */
  record ActivityRecorded(
      String log,
      String activity,
      @Nullable Instant at,
      List<Touched> objects,
      Map<String, String> attributes)
      implements LogEvent {}

  /**
   * More objects that were touched: an event has a limited number of tags, so the rest stand on
   * events of this kind, which follow it at once and only serve to find it.
   *
   * @param activity what was done
   * @param objects those that the event before lists, too, and has no tags for
   */
  record MoreObjectsTouched(String activity, List<Touched> objects) implements LogEvent {}

  /**
   * An object that an event touches.
   *
   * @param type its type in the log's words, for example {@code orders}
   * @param id its id
   * @param qualifier what it has to do with the event; may be empty
   */
  record Touched(String type, String id, String qualifier) {}

  /**
   * What a log tells of an object.
   *
   * @param type its type
   * @param id its id
   * @param attributes its attributes at first, numbers with exactly their digits
   * @param related the objects that it is related to
   */
  record ObjectDescribed(
      String type, String id, Map<String, String> attributes, List<Touched> related)
      implements LogEvent {}

  /**
   * An attribute of an object changed.
   *
   * @param at when; null if the log does not say
   */
  record ObjectChanged(String type, String id, String attribute, String value, @Nullable Instant at)
      implements LogEvent {}

  /** What a log itself states: how often each activity was done. */
  record TotalsStated(Map<String, Long> activities) implements LogEvent {}

  /** The tag of an object: {@code order:990001}. */
  static String tag(String type, String id) {
    return singular(type) + ":" + id;
  }

  /** A type's name in the singular: tags name one object, where types of logs are plurals. */
  static String singular(String type) {
    if (type.endsWith("ies")) {
      return type.substring(0, type.length() - 3) + "y";
    }
    return type.endsWith("s") && !type.endsWith("ss") ? type.substring(0, type.length() - 1) : type;
  }
}
