package io.daybook.benchmarks;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Reads at random from filled stores.
 *
 * @param readers threads that read
 * @param kind what is read
 * @param cold whether stores are closed and the page cache is dropped before each round
 */
record ReadWorkload(String label, String what, Score score, int readers, Kind kind, boolean cold)
    implements Workload {

  /** What is read. */
  enum Kind {
    /** The 100 events of a stream. */
    STREAM,
    /** The 10 events of a tag. */
    TAG,
    /** Everything. */
    ALL
  }

  static List<Workload> warm() {
    return List.of(
        new ReadWorkload(
            "load-100", "a stream of 100 at random, warm", Score.TIME, 1, Kind.STREAM, false),
        new ReadWorkload(
            "tag-10", "the 10 events of a tag at random, warm", Score.TIME, 1, Kind.TAG, false),
        new ReadWorkload("scan", "everything, 1 thread", Score.RATE, 1, Kind.ALL, false),
        new ReadWorkload(
            "public-read",
            "64 readers, the 10 events of a tag at random, warm",
            Score.RATE,
            64,
            Kind.TAG,
            false));
  }

  static List<Workload> coldOnes() {
    return List.of(
        new ReadWorkload(
            "load-100-cold", "load-100, page cache dropped", Score.TIME, 1, Kind.STREAM, true),
        new ReadWorkload(
            "tag-10-cold", "tag-10, page cache dropped", Score.TIME, 1, Kind.TAG, true),
        new ReadWorkload(
            "public-read-cold", "public-read, page cache dropped", Score.RATE, 64, Kind.TAG, true));
  }

  @Override
  public String shape() {
    return shape(kind);
  }

  static String shape(Kind kind) {
    return "read-" + kind;
  }

  private long events(Sizes sizes) {
    return cold ? sizes.cold() : sizes.filled();
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return List.of(events(sizes));
  }

  @Override
  public void run(Bench bench) throws Exception {
    PageCache cache = bench.pageCache();
    if (cold) {
      bench.say("%-24s %s", label, cache.problem().isEmpty() ? cache.how() : "skipped");
      if (!cache.problem().isEmpty()) {
        bench.say("%-24s %s", label, cache.problem());
        return;
      }
    }
    Ability ability = kind == Kind.ALL ? Ability.SCAN : Ability.READS;
    bench.rounds(
        this,
        bench.filled(bench.subjects().with(ability), events(bench.sizes())),
        (store, round) -> {
          if (cold && round > 0) { // the rounds before are for the compiler
            store.subject().close();
            store.subject().goCold();
            bench.dropPageCache();
            store.reopen();
          } else if (round > 0) {
            // turns are far apart, and a system may take back what nobody read for a while
            var _ = measure(store, -round, bench.sizes().pace().half());
          }
          return measure(store, round, bench.sizes().pace());
        });
  }

  private Measurement measure(FilledStore store, int round, Pace pace) throws Exception {
    Subject subject = store.subject();
    if (kind == Kind.ALL) {
      return new Timer()
          .run(pace.atMost(1), (_, _) -> counted(subject.scan(), store.events()))
          .measured();
    }
    SplittableRandom[] randoms = new SplittableRandom[readers];
    for (int i = 0; i < readers; i++) {
      randoms[i] = new SplittableRandom((long) round * readers + i);
    }
    return new Timer()
        .run(
            readers,
            subject.likesVirtualThreads(),
            pace,
            (reader, _) ->
                kind == Kind.STREAM
                    ? loadStream(subject, store.filling().streams(), randoms[reader])
                    : readTag(subject, store.filling().tags(), randoms[reader]))
        .measured();
  }

  /** Loads one of the first so many streams. */
  static long loadStream(Subject subject, long streams, SplittableRandom random) throws Exception {
    String stream = Filling.stream(random.nextLong(streams));
    return counted(subject.readStream(stream), Filling.STREAM_LENGTH);
  }

  private static long readTag(Subject subject, long tags, SplittableRandom random)
      throws Exception {
    String tag = Filling.tag(random.nextLong(tags));
    return counted(subject.readTag(tag), Filling.TAG_LENGTH);
  }

  /** A subject that returned less than was stored has not done the work. */
  private static long counted(long bytes, long events) {
    if (bytes != Sample.DATA_BYTES * events) {
      throw new IllegalStateException(
          bytes + " bytes were read, not " + Sample.DATA_BYTES * events);
    }
    return events;
  }
}
