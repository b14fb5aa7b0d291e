package io.daybook.engine.log;

/**
 * How log files grow.
 *
 * @param maxFileBytes when a file is full; a frame that is larger gets a file of its own
 * @param minStepBytes the least that is filled with zeros ahead of need
 * @param maxStepBytes the most that is filled with zeros ahead of need
 */
public record LogSizes(long maxFileBytes, int minStepBytes, int maxStepBytes) {
  /** What a store uses unless a test wants small files. */
  public static final LogSizes DEFAULT = new LogSizes(64 << 20, 1 << 20, 16 << 20);
}
