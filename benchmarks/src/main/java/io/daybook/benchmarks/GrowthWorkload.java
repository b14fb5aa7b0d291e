package io.daybook.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Whether a store becomes slower as it grows: loads of a fixed number of streams, and append-64, at
 * several sizes that take turns.
 */
record GrowthWorkload() implements Workload {
  private static final int HOT_STREAMS = 1_000;
  private static final int WRITERS = 64;

  @Override
  public String label() {
    return "growth";
  }

  @Override
  public String what() {
    return "load-100 of 1,000 hot streams, and append-64, at growing sizes of the store";
  }

  @Override
  public Score score() {
    return Score.TIME;
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return sizes.growth();
  }

  @Override
  public void run(Bench bench) throws Exception {
    List<FilledStore> stores = new ArrayList<>();
    for (long events : bench.sizes().growth()) {
      stores.add(bench.filled(new DaybookSubject(), events));
    }
    Workload loads =
        new Sized(
            this, "growth-load-100-", Score.TIME, ReadWorkload.shape(ReadWorkload.Kind.STREAM));
    interleave(bench, loads, stores, GrowthWorkload::load);
    Workload appends = new Sized(this, "growth-append-64-", Score.RATE, AppendWorkload.BY_MANY);
    interleave(bench, appends, stores, GrowthWorkload::append);
  }

  /** A round on a store of some size. */
  private interface Step {
    Measurement measure(Bench bench, FilledStore store, int round) throws Exception;
  }

  private static void interleave(Bench bench, Workload part, List<FilledStore> stores, Step step)
      throws Exception {
    for (FilledStore store : stores) {
      bench.warmUp(
          new Sized(part, label(part, store)),
          DaybookSubject.NAME,
          store,
          (warming, round) -> step.measure(bench, warming, round));
    }
    for (int round = 1; round <= bench.sizes().rounds(); round++) {
      for (FilledStore store : stores) {
        Measurement measured = step.measure(bench, store, round);
        bench.add(
            label(part, store), part.score(), DaybookSubject.NAME, "round " + round, measured);
      }
    }
  }

  private static String label(Workload part, FilledStore store) {
    return part.label() + Sizes.brief(store.filling().events());
  }

  private static Measurement load(Bench bench, FilledStore store, int round) throws Exception {
    var random = new SplittableRandom(round);
    long streams = Math.min(HOT_STREAMS, store.filling().streams());
    return new Timer()
        .run(
            bench.sizes().pace(),
            (_, _) -> ReadWorkload.loadStream(store.subject(), streams, random))
        .measured();
  }

  private static Measurement append(Bench bench, FilledStore store, int round) throws Exception {
    return AppendWorkload.singlyTo(store, bench, WRITERS, "growth-" + round + "-");
  }
}
