package io.daybook.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * Writers append to a stream of their own, with its last revision expected.
 *
 * @param batch events an append
 * @param durability {@link Ability#SYNCED} or {@link Ability#UNSYNCED}
 */
record AppendWorkload(
    String label, String what, Score score, int writers, int batch, Ability durability)
    implements Workload {
  /** The shape of single events by many writers. */
  static final String BY_MANY = "append-by-many";

  static List<Workload> all() {
    return List.of(
        synced("append-64", "64 writers, 1 event an append each", Score.RATE, 64, 1),
        synced("append-256", "256 writers, 1 event an append each", Score.RATE, 256, 1),
        synced("append-1", "1 writer, 1 event an append", Score.TIME, 1, 1),
        synced("append-batch", "1 writer, 1,000 events an append", Score.RATE, 1, 1_000),
        new AppendWorkload(
            "append-1-nosync",
            "1 writer, 1 event an append, acknowledged before the sync",
            Score.RATE,
            1,
            1,
            Ability.UNSYNCED));
  }

  private static AppendWorkload synced(
      String label, String what, Score score, int writers, int batch) {
    return new AppendWorkload(label, what, score, writers, batch, Ability.SYNCED);
  }

  @Override
  public String shape() {
    return writers > 1 ? BY_MANY : label;
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return List.of();
  }

  @Override
  public void run(Bench bench) throws Exception {
    List<Subject> taking =
        writers == 1
            ? bench.subjects().with(durability)
            : bench.subjects().with(durability, Ability.STREAMS);
    bench.roundsOnNewStores(
        this, taking, durability, (subject, round) -> measure(subject, bench, round));
  }

  private Measurement measure(Subject subject, Bench bench, int round) throws Exception {
    // a lone writer who waits for each sync makes few appends a second
    boolean makesFew = writers == 1 && batch == 1 && durability == Ability.SYNCED;
    Pace pace = bench.sizes().pace().times(makesFew && round > 0 ? 2 : 1);
    return batch == 1
        ? singly(subject, bench.samples(), pace, writers, "account-")
        : inBatches(subject, bench.samples().batches(batch), pace, batch);
  }

  /** Each writer appends single events to its own new stream. */
  static Measurement singly(
      Subject subject, Samples samples, Pace pace, int writers, String streamPrefix)
      throws Exception {
    String[] streams = new String[writers];
    Arrays.setAll(streams, writer -> streamPrefix + writer);
    return new Timer()
        .run(
            writers,
            subject.likesVirtualThreads(),
            pace,
            (writer, i) -> {
              Sample sample = samples.at((long) i * writers + writer);
              subject.append(new Write(streams[writer], i - 1, List.of(sample)));
              return 1;
            })
        .measured();
  }

  /** The same in a store that has events, each time by streams with another prefix. */
  static Measurement singlyTo(FilledStore store, Bench bench, int writers, String streamPrefix)
      throws Exception {
    long before = store.subject().head();
    Measurement measured =
        singly(store.subject(), bench.samples(), bench.sizes().pace(), writers, streamPrefix);
    store.appended(store.subject().head() - before);
    return measured;
  }

  private static Measurement inBatches(
      Subject subject, List<List<Sample>> batches, Pace pace, int batch) throws Exception {
    return new Timer()
        .run(
            pace,
            (_, i) -> {
              List<Sample> events = batches.get(i % batches.size());
              subject.append(new Write("batch-1", (long) i * batch - 1, events));
              return batch;
            })
        .measured();
  }
}
