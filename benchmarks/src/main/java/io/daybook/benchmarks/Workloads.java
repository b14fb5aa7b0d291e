package io.daybook.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** All workloads, those that read a filled store before those that append to it. */
final class Workloads {
  private static final String APP = "app";

  private Workloads() {}

  static List<Workload> all() {
    List<Workload> all = new ArrayList<>(AppendWorkload.all());
    all.addAll(ConditionWorkload.all());
    all.add(new NotifyWorkload());
    all.addAll(DiskWorkload.all());
    all.addAll(ReadWorkload.warm());
    all.add(ConditionWorkload.dcb());
    all.addAll(ReadWorkload.coldOnes());
    all.addAll(OpenWorkload.all());
    all.add(new GrowthWorkload());
    all.add(new HeapWorkload());
    all.addAll(AppCommandWorkload.all());
    all.addAll(AppRebuildWorkload.all());
    all.add(new AppSnapshotWorkload());
    return all;
  }

  /**
   * Those that {@code --only} means by that name: one, or for {@code app} those of applications.
   */
  static List<String> meantBy(String name) {
    return name.equals(APP)
        ? labels().stream().filter(label -> label.startsWith(APP + "-")).toList()
        : List.of(name);
  }

  static List<String> labels() {
    return all().stream().map(Workload::label).toList();
  }
}
