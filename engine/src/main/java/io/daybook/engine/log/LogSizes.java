package io.daybook.engine.log;

/**
 * How log files grow.
 *
 * @param maxFileBytes when a file is full; an append that is larger gets a file of its own
 * @param minStepBytes the least that is filled with zeros ahead of need
 * @param maxStepBytes the most that is filled with zeros ahead of need
 * @param frameBytes when a frame of an append is full, about; an event that is larger gets a frame
 *     of its own
 */
public record LogSizes(long maxFileBytes, int minStepBytes, int maxStepBytes, int frameBytes) {
  /**
   * What a frame says of its events has to be read before one of them: of a frame that is small,
   * one read of the disk brings all of it.
   */
  private static final int FRAME_BYTES = 16 << 10;

  /** What a store uses unless a test wants small files. */
  public static final LogSizes DEFAULT = new LogSizes(64 << 20, 1 << 20, 16 << 20);

  /** With frames as large as usual. */
  public LogSizes(long maxFileBytes, int minStepBytes, int maxStepBytes) {
    this(maxFileBytes, minStepBytes, maxStepBytes, FRAME_BYTES);
  }
}
