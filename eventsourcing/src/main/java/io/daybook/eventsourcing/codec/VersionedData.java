package io.daybook.eventsourcing.codec;

import java.util.Objects;

/**
 * An event's data between two versions.
 *
 * @param type the event type
 * @param version the version of that type's data, from 1
 * @param data the data in the codec's form, for JSON a tree
 * @param <T> the codec's form of data
 */
public record VersionedData<T>(String type, int version, T data) {
  /**
   * Checks the version.
   *
   * @throws IllegalArgumentException if the version is less than 1
   */
  public VersionedData {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(data, "data");
    if (version < 1) {
      throw new IllegalArgumentException(
          "versions start at 1, " + type + " cannot have " + version);
    }
  }
}
