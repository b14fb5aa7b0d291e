package io.daybook.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** What the workloads of a run share: sizes, subjects, filled stores, and where results go. */
final class Bench {
  private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);

  // a subject is warm after so many rounds that are not so many times the best before
  private static final int ROUNDS_WITHOUT_GAIN = 2;
  private static final double GAIN = 1.05;

  /** Whoever does less than that of the best waits for something else than compiled code. */
  private static final double FAR_BELOW = 0.1;

  private final Sizes sizes;
  private final Path work;
  private final Subjects subjects;
  private final PrintStream progress;
  private final Results results;
  private final Samples samples = new Samples();
  private final PageCache pageCache;
  private final Map<String, FilledStore> filled = new LinkedHashMap<>();

  /** Which subjects were warmed up for which shape. */
  private final Set<String> warm = new HashSet<>();

  private int folders;

  Bench(Sizes sizes, Path work, Subjects subjects, PrintStream progress, Results results) {
    this.sizes = sizes;
    this.pageCache = new PageCache(!sizes.equals(Sizes.TINY));
    this.work = work;
    this.subjects = subjects;
    this.progress = progress;
    this.results = results;
  }

  /** A round of a subject. Those up to 0 warm up and do not count. */
  interface Round<S> {
    Measurement measure(S subject, int round) throws Exception;
  }

  /** Something done with a subject whose store is open. */
  interface OnStore {
    Measurement measure(Subject subject, int round) throws Exception;
  }

  Sizes sizes() {
    return sizes;
  }

  Samples samples() {
    return samples;
  }

  PageCache pageCache() {
    return pageCache;
  }

  /** Drops what the system keeps of all files of this run. */
  void dropPageCache() throws IOException, InterruptedException {
    pageCache.drop(work);
  }

  Subjects subjects() {
    return subjects;
  }

  /** A new folder in the work folder. */
  Path newFolder(String name) throws IOException {
    return Files.createDirectories(work.resolve(name + "-" + folders++));
  }

  void say(String format, Object... arguments) {
    progress.printf(Locale.ROOT, format + "%n", arguments);
  }

  /**
   * The subjects take turns, round by round, once they are warm. Whoever is far below the best has
   * one round less.
   */
  <S> void rounds(Workload workload, Map<String, S> taking, Round<S> round) throws Exception {
    Set<String> farBelow = warmUp(workload, taking, round);
    for (int r = 1; r <= sizes.rounds(); r++) {
      for (Map.Entry<String, S> each : taking.entrySet()) {
        if (r > 1 && r == sizes.rounds() && farBelow.contains(each.getKey())) {
          continue;
        }
        Measurement measured = round.measure(each.getValue(), r);
        add(workload.label(), workload.score(), each.getKey(), "round " + r, measured);
      }
    }
  }

  /**
   * One round for each, and more for those that are neither warm nor far below the best.
   *
   * @return who is far below
   */
  private <S> Set<String> warmUp(Workload workload, Map<String, S> taking, Round<S> round)
      throws Exception {
    Map<String, Double> first = new LinkedHashMap<>();
    double best = 0;
    for (Map.Entry<String, S> each : taking.entrySet()) {
      String name = each.getKey();
      if (roundsLeft(workload, name) > 0) {
        double its = warmUpRound(workload, name, each.getValue(), round, 0);
        first.put(name, its);
        best = name.equals(Subjects.RawLimit.NAME) ? best : Math.max(best, its);
      }
    }
    Set<String> farBelow = new HashSet<>();
    for (Map.Entry<String, S> each : taking.entrySet()) {
      String name = each.getKey();
      Double its = first.get(name);
      if (its != null && its < best * FAR_BELOW) {
        farBelow.add(name);
      } else if (its != null) {
        warmUpFurther(workload, name, each.getValue(), round, its);
      }
    }
    return farBelow;
  }

  /** Warms up one that is compared with none. */
  <S> void warmUp(Workload workload, String name, S subject, Round<S> round) throws Exception {
    var _ = warmUp(workload, Map.of(name, subject), round);
  }

  /**
   * Repeats a round until it gets no better: with few processors it takes a virtual machine many
   * seconds to compile what is called often, and it takes the time from what is measured.
   */
  private <S> void warmUpFurther(
      Workload workload, String name, S subject, Round<S> round, double first) throws Exception {
    int most = roundsLeft(workload, name);
    double best = first;
    int noBetter = 0;
    for (int i = 1; i < most && noBetter < ROUNDS_WITHOUT_GAIN; i++) {
      double its = warmUpRound(workload, name, subject, round, -i);
      noBetter = its > best * GAIN ? 0 : noBetter + 1;
      best = Math.max(best, its);
    }
    warm.add(workload.shape() + " " + name);
  }

  /** How many rounds may warm it up: of one that is warm one, or none where others have one. */
  private int roundsLeft(Workload workload, String name) {
    int most = workload.warmUps(sizes);
    return warm.contains(workload.shape() + " " + name) ? Math.min(1, Math.max(0, most - 1)) : most;
  }

  private <S> double warmUpRound(
      Workload workload, String name, S subject, Round<S> round, int number) throws Exception {
    Measurement measured = round.measure(subject, number);
    note(workload.label(), name, "warm-up", measured);
    return workload.score().of(measured);
  }

  /** A measurement that is not repeated, or is not of the workload's own name. */
  void add(String label, Score score, String subject, String round, Measurement measured) {
    note(label, subject, round, measured);
    results.add(label, score, subject, measured);
  }

  private void note(String label, String subject, String round, Measurement measured) {
    var line = new StringBuilder();
    figure(line, "%,14.0f events/s", measured.eventsPerSecond());
    figure(line, "  p50 %,10.1f µs", measured.p50Micros());
    figure(line, "  p99 %,10.1f µs", measured.p99Micros());
    figure(line, "  %,8.1f bytes/event", measured.bytesPerEvent());
    say("%-24s %-10s %-8s%s", label, subject, round, line);
  }

  private static void figure(StringBuilder line, String format, double value) {
    if (Double.isFinite(value)) {
      line.append(String.format(Locale.ROOT, format, value));
    }
  }

  /** Measures each subject on a new store, each round on another. */
  void roundsOnNewStores(
      Workload workload, Collection<Subject> taking, Ability durability, OnStore measured)
      throws Exception {
    Map<String, Subject> byName = new LinkedHashMap<>();
    taking.forEach(subject -> byName.put(subject.name(), subject));
    rounds(
        workload,
        byName,
        (subject, round) -> {
          Subject fresh = subjects.another(subject.name());
          Path folder = newFolder(subject.name());
          fresh.open(folder, durability);
          try {
            return measured.measure(fresh, round);
          } finally {
            fresh.drop(folder);
          }
        });
  }

  /** The store of that subject with so many events: open, filled now unless it was before. */
  FilledStore filled(Subject subject, long events) throws Exception {
    String key = key(subject.name(), events);
    FilledStore known = filled.get(key);
    if (known != null) {
      return known;
    }
    Path folder = newFolder(subject.name());
    var filling = Filling.of(events);
    var store = new FilledStore(subject, folder, filling);
    subject.open(folder, Ability.SYNCED);
    filled.put(key, store);
    fill(subject, events, filling.appends());
    return store;
  }

  /** Those stores, one for each of the subjects. */
  Map<String, FilledStore> filled(Collection<Subject> taking, long events) throws Exception {
    Map<String, FilledStore> stores = new LinkedHashMap<>();
    for (Subject subject : taking) {
      if (events > subject.mostEvents()) {
        say("%-24s %-10s left out: %,d events take it too long", "fill", subject.name(), events);
      } else {
        stores.put(subject.name(), filled(subject, events));
      }
    }
    return stores;
  }

  private static String key(String subject, long events) {
    return subject + " " + events;
  }

  /** Fills an open store, and tells how far it is. */
  void fill(Subject subject, long events, Iterable<List<Write>> appends) throws Exception {
    long start = System.nanoTime();
    subject.fill(
        appends,
        new LongConsumer() {
          private long told = start;

          @Override
          public void accept(long done) {
            long now = System.nanoTime();
            if (now - told > PROGRESS_NANOS) {
              told = now;
              say("%-24s %-10s %,d of %,d events", "fill", subject.name(), done, events);
            }
          }
        });
    double seconds = (System.nanoTime() - start) / 1e9;
    say("%-24s %-10s %,d events in %.1f s", "fill", subject.name(), events, seconds);
  }

  /** Closes and deletes the filled stores of all sizes but these. */
  void keepOnly(Collection<Long> sizesInUse) throws Exception {
    for (String key : new ArrayList<>(filled.keySet())) {
      FilledStore store = filled.get(key);
      if (store != null && !sizesInUse.contains(store.filling().events())) {
        filled.remove(key);
        store.drop();
      }
    }
  }
}
