package io.daybook.eventstore;

/**
 * How settings, deletes and tombstones of a stream are recorded: as events of these types in a
 * stream of the system, which takes positions like any other and is left out of reads unless it is
 * asked for.
 */
public final class SystemEvents {
  /** The stream's settings were replaced; the data is {@link StreamSettings#toPayload}. */
  public static final String STREAM_SETTINGS_CHANGED = "$StreamSettingsChanged";

  /**
   * The stream was deleted; the data is {@code {"truncateBefore":N}}, N being its last revision
   * plus one.
   */
  public static final String STREAM_DELETED = "$StreamDeleted";

  /** The stream was tombstoned; the data is {@code {}}. */
  public static final String STREAM_TOMBSTONED = "$StreamTombstoned";

  /** What the name of such a stream starts with, before that of the stream it speaks of. */
  static final String PREFIX = "$$";

  private SystemEvents() {}

  /** The stream of the system that records what was done to this stream. */
  public static String systemStreamOf(String stream) {
    return PREFIX + stream;
  }

  /** The stream that a stream of the system speaks of. */
  public static String streamOf(String systemStream) {
    return systemStream.substring(PREFIX.length());
  }
}
