package io.daybook.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/** What else handles commands on stores in memory. */
final class AppPeers {
  private AppPeers() {}

  /** Those that take part in the run. */
  static Map<String, AppCommandWorkload.Maker> makers(Subjects subjects) {
    Map<String, AppCommandWorkload.Maker> makers = new LinkedHashMap<>();
    return makers;
  }
}
