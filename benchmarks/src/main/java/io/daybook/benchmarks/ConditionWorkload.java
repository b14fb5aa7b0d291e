package io.daybook.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * 64 writers append under a condition on one type and one tag that nobody used before.
 *
 * @param batch events an append; ten have the same tag
 * @param afterHead whether events count from the head before the round on, in a store of many
 *     events; otherwise all count, in a new store
 */
record ConditionWorkload(String label, String what, int batch, boolean afterHead)
    implements Workload {
  private static final int WRITERS = 64;

  /** The name in the results of what is measured in turns with {@link #dcb}. */
  private static final String UNCONDITIONAL = "append-64-filled";

  static Workload dcb() {
    return new ConditionWorkload(
        "append-64-dcb",
        "append-64 in a filled store, with a condition on one type and tag after the head",
        1,
        true);
  }

  static List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    for (int batch : List.of(1, 64, 512)) {
      all.add(
          new ConditionWorkload(
              "public-conditional-" + batch,
              "64 writers, " + batch + " an append, condition on one type and tag, from the start",
              batch,
              false));
    }
    return all;
  }

  @Override
  public Score score() {
    return Score.RATE;
  }

  @Override
  public String shape() {
    return batch == 1 ? AppendWorkload.BY_MANY : "conditional-batches";
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return afterHead ? List.of(sizes.filled()) : List.of();
  }

  @Override
  public void run(Bench bench) throws Exception {
    if (afterHead) {
      List<Subject> taking =
          bench.subjects().with(Ability.SYNCED, Ability.CONDITIONS, Ability.READS);
      Map<String, FilledStore> stores = bench.filled(taking, bench.sizes().filled());
      bench.rounds(
          this,
          stores,
          (store, round) -> {
            if (round > 0 && store.subject() instanceof DaybookSubject) {
              addUnconditional(bench, store, round);
            }
            String prefix = label + "-" + round + "-";
            Counted counted = measure(store.subject(), bench, prefix, store.subject().head());
            store.appended(counted.events());
            return counted.measured();
          });
      return;
    }
    bench.roundsOnNewStores(
        this,
        bench.subjects().with(Ability.SYNCED, Ability.CONDITIONS),
        Ability.SYNCED,
        (subject, _) -> measure(subject, bench, "writer-", -1).measured());
  }

  /** The same without a condition, in the same store and the same minute, to compare with. */
  private void addUnconditional(Bench bench, FilledStore store, int round) throws Exception {
    Measurement measured =
        AppendWorkload.singlyTo(store, bench, WRITERS, UNCONDITIONAL + "-" + round + "-");
    bench.add(UNCONDITIONAL, score(), DaybookSubject.NAME, "round " + round, measured);
  }

  /** How many events were appended, and how fast. */
  private record Counted(long events, Measurement measured) {}

  private Counted measure(Subject subject, Bench bench, String prefix, long after)
      throws Exception {
    Samples samples = bench.samples();
    int tags = (batch + 9) / 10;
    // a tag that comes again would break the condition
    Pace pace = bench.sizes().pace().atMost(Samples.TAGS / WRITERS / tags);
    long[] appended = new long[WRITERS];
    Timer timer =
        new Timer()
            .run(
                WRITERS,
                subject.likesVirtualThreads(),
                pace,
                (writer, i) -> {
                  long number = ((long) i * WRITERS + writer) * tags;
                  List<Sample> events =
                      batch == 1 ? List.of(samples.at(number)) : samples.batch(number, batch);
                  Sample first = events.getFirst();
                  var condition = new Write.Condition(first.type(), first.tag(), after);
                  long expected = (long) i * batch - 1;
                  subject.append(new Write(prefix + writer, expected, events, condition));
                  appended[writer] += batch;
                  return batch;
                });
    long events = 0;
    for (long each : appended) {
      events += each;
    }
    return new Counted(events, timer.measured());
  }
}
