package io.daybook.eventstore;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An event on its way into a store: something that happened, named in the past tense.
 *
 * @param id unique in the store; a second append of the same id is a retry, not a second event
 * @param type the event's name, at most {@link Limits#MAX_TYPE_BYTES} bytes
 * @param tags what the event can be found by, usually {@code key:value}; repeated tags count once;
 *     at most {@link Limits#MAX_TAGS_PER_EVENT} of at most {@link Limits#MAX_TAG_BYTES} bytes
 * @param data what happened
 * @param metadata who, why and in which context; empty if nothing was given
 */
public record Event(UUID id, String type, List<String> tags, Payload data, Payload metadata) {

  /**
   * Checks the limits and copies the tags.
   *
   * @throws IllegalArgumentException if a limit of {@link Limits} is broken
   */
  public Event {
    Objects.requireNonNull(id, "id");
    Limits.requireType(type);
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(metadata, "metadata");
    tags = distinct(tags);
    long size = (long) data.size() + metadata.size();
    if (size > Limits.MAX_EVENT_BYTES
        || (size > Limits.MAX_EVENT_BYTES / 2
            && sizeBytes(type, tags, size) > Limits.MAX_EVENT_BYTES)) {
      throw new IllegalArgumentException(
          "the event "
              + id
              + " of type "
              + type
              + " has "
              + sizeBytes(type, tags, size)
              + " bytes, the limit is "
              + Limits.MAX_EVENT_BYTES);
    }
  }

  /** An event with a new id, without tags and metadata. */
  public static Event of(String type, Payload data) {
    return new Event(newId(), type, List.of(), data, Payload.empty());
  }

  /** An event with a new id whose data is a JSON text, without tags and metadata. */
  public static Event json(String type, String json) {
    return of(type, Payload.json(json));
  }

  /** The same event with another id. */
  public Event withId(UUID newId) {
    return new Event(newId, type, tags, data, metadata);
  }

  /** The same event with these tags and no others. */
  public Event withTags(String... newTags) {
    return new Event(id, type, Arrays.asList(newTags), data, metadata);
  }

  /** The same event with these tags and no others. */
  public Event withTags(List<String> newTags) {
    return new Event(id, type, newTags, data, metadata);
  }

  /** The same event with other metadata. */
  public Event withMetadata(Payload newMetadata) {
    return new Event(id, type, tags, data, newMetadata);
  }

  /** The size that the limits speak of: data, metadata, type and tags, in bytes. */
  public int sizeBytes() {
    return (int) sizeBytes(type, tags, (long) data.size() + metadata.size());
  }

  /**
   * A new id: a time-ordered UUID (version 7 of RFC 9562) with a sub-millisecond fraction (method 3
   * of its section 6.2) and 62 random bits. Ids made one after another sort so, which keeps a
   * store's index of ids compact.
   */
  public static UUID newId() {
    Instant now = Instant.now();
    long millis = now.toEpochMilli();
    // 12 bits say where in the millisecond: nanoseconds × 4096 / 1,000,000
    long fraction = ((now.getNano() % 1_000_000L) << 12) / 1_000_000L;
    long random = ThreadLocalRandom.current().nextLong();
    return new UUID((millis << 16) | 0x7000L | fraction, (random >>> 2) | 0x8000_0000_0000_0000L);
  }

  /** No less than {@link #sizeBytes}, and quickly told: a char has at most 3 bytes. */
  long sizeBytesAtMost() {
    long chars = type.length();
    for (int i = 0; i < tags.size(); i++) {
      chars += tags.get(i).length();
    }
    return (long) data.size() + metadata.size() + 3 * chars;
  }

  private static List<String> distinct(List<String> tags) {
    if (tags.isEmpty()) {
      return List.of();
    }
    List<String> copy = List.copyOf(tags);
    for (String tag : copy) {
      Limits.requireTag(tag);
    }
    if (copy.size() > 1) {
      var set = new LinkedHashSet<>(copy);
      if (set.size() < copy.size()) {
        copy = List.copyOf(set);
      }
      if (copy.size() > Limits.MAX_TAGS_PER_EVENT) {
        throw new IllegalArgumentException(
            "the event has " + copy.size() + " tags, the limit is " + Limits.MAX_TAGS_PER_EVENT);
      }
    }
    return copy;
  }

  private static long sizeBytes(String type, List<String> tags, long payloadBytes) {
    long bytes = payloadBytes + Limits.utf8Length("event type", type);
    for (String tag : tags) {
      bytes += Limits.utf8Length("tag", tag);
    }
    return bytes;
  }
}
