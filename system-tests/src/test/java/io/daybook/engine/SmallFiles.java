package io.daybook.engine;

import io.daybook.engine.log.LogSizes;

/** A store that fills many files in a short time: it stands here to reach what users need not. */
public final class SmallFiles {
  private SmallFiles() {}

  /** Log files of 256 KiB, index files after 500 events or 128 KiB. */
  public static EngineOptions options() {
    return EngineOptions.defaults()
        .withSizes(
            new LogSizes(256 << 10, 32 << 10, 64 << 10),
            new IndexLimits(500, 10_000, 128 << 10, 64 << 10, 4));
  }
}
