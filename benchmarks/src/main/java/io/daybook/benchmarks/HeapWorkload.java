package io.daybook.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/** The live heap of a store with many streams of one event, just written and opened again. */
record HeapWorkload() implements Workload {

  @Override
  public String label() {
    return "heap";
  }

  @Override
  public String what() {
    return "live heap of an open store with many streams, in bytes an event";
  }

  @Override
  public Score score() {
    return Score.BYTES;
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return List.of();
  }

  @Override
  public void run(Bench bench) throws Exception {
    long streams = bench.sizes().heapStreams();
    long before = liveBytes();
    var subject = new DaybookSubject();
    Path folder = bench.newFolder(subject.name());
    subject.open(folder, Ability.SYNCED);
    bench.fill(subject, streams, new Filling(streams, 1).appends());
    tell(bench, "heap-written", "written", liveBytes() - before, streams);
    subject.close();
    subject.open(folder, Ability.SYNCED);
    tell(bench, "heap", "opened", liveBytes() - before, streams);
    subject.drop(folder);
  }

  private void tell(Bench bench, String label, String when, long bytes, long streams) {
    bench.say("%-24s %,.1f MiB with %,d streams", label, bytes / 1048576.0, streams);
    Measurement measured = Measurement.ofBytes((double) bytes / streams);
    bench.add(label, score(), DaybookSubject.NAME, when, measured);
  }

  private static long liveBytes() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }
}
