package io.daybook.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/** What else handles commands on stores in memory. */
final class AppPeers {
  static final String AXON = "axon";
  static final String OCCURRENT = "occurrent";

  private AppPeers() {}

  /** Those that take part in the run. */
  static Map<String, AppCommandWorkload.Maker> makers(Subjects subjects) {
    Map<String, AppCommandWorkload.Maker> makers = new LinkedHashMap<>();
    if (subjects.takes(AXON)) {
      makers.put(AXON, _ -> new AxonCommands());
    }
    if (subjects.takes(OCCURRENT)) {
      makers.put(OCCURRENT, _ -> new OccurrentCommands());
    }
    return makers;
  }
}
