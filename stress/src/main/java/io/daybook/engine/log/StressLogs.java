package io.daybook.engine.log;

import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import java.util.UUID;

/** Log files for stress tests of other packages. */
public final class StressLogs {
  private static final FileHeader HEADER =
      new FileHeader(FileHeader.Kind.LOG, 1, new UUID(1, 1), 0, 1, 0);

  private StressLogs() {}

  /** An empty log file behind a mapping. */
  public static LogFile of(Mapping mapping) {
    return new LogFile("log", HEADER, mapping, new LocationColumn());
  }
}
