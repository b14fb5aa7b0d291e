package io.daybook.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** All workloads, those that read a filled store before those that append to it. */
final class Workloads {
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
    return all;
  }

  static List<String> labels() {
    return all().stream().map(Workload::label).toList();
  }
}
