package io.daybook.engine.log;

import java.time.Instant;

/** Recorded time as the log holds it: microseconds since 1970. */
public final class Micros {
  private static final long PER_SECOND = 1_000_000;

  private Micros() {}

  /** From an instant; what is finer than a microsecond is cut off. */
  public static long of(Instant instant) {
    return PER_SECOND * instant.getEpochSecond() + instant.getNano() / 1_000;
  }

  /** To an instant. */
  public static Instant toInstant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * 1_000L);
  }
}
