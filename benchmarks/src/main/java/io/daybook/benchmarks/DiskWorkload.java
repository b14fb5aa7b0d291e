package io.daybook.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * What stores take on the disk once they are closed; RocksDB with LZ4 and compacted.
 *
 * @param real the real events that are stored, or the synthetic ones
 */
record DiskWorkload(String label, String what, Events real) implements Workload {

  /** Which events are stored. */
  enum Events {
    SYNTHETIC,
    BANK,
    SHOP
  }

  static List<Workload> all() {
    return List.of(
        new DiskWorkload("disk", "bytes an event, synthetic events", Events.SYNTHETIC),
        new DiskWorkload("disk-bank", "bytes an event, a bank's transactions", Events.BANK),
        new DiskWorkload("disk-shop", "bytes an event, a shop's invoice lines", Events.SHOP));
  }

  @Override
  public Score score() {
    return Score.BYTES;
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return real == Events.SYNTHETIC ? List.of(sizes.filled()) : List.of();
  }

  @Override
  public void run(Bench bench) throws Exception {
    List<Subject> taking = bench.subjects().with(Ability.READS);
    if (real == Events.SYNTHETIC) {
      for (FilledStore store : bench.filled(taking, bench.sizes().filled()).values()) {
        store.subject().close();
        add(bench, store.subject(), store.folder(), store.events());
        store.reopen();
      }
      return;
    }
    RealEvents events = real == Events.BANK ? RealEvents.bank() : RealEvents.shop();
    if (!events.isThere()) {
      bench.say("%-24s skipped: %s is not there", label, events.file());
      return;
    }
    List<List<Write>> appends =
        RealEvents.repeated(events.read(bench.sizes().realEvents()), bench.sizes().filled());
    long count = RealEvents.count(appends);
    long payload = RealEvents.payloadBytes(appends);
    bench.say("%-24s %,d events, %,.1f bytes of data each", label, count, (double) payload / count);
    for (Subject subject : taking) {
      Path folder = bench.newFolder(subject.name());
      subject.open(folder, Ability.SYNCED);
      bench.fill(subject, count, appends);
      subject.close();
      add(bench, subject, folder, count);
      subject.open(folder, Ability.SYNCED);
      subject.drop(folder);
    }
  }

  private void add(Bench bench, Subject subject, Path folder, long events) throws Exception {
    Measurement measured = Measurement.ofBytes(subject.bytesPerEvent(folder, events));
    bench.add(label, score(), subject.name(), "closed", measured);
  }
}
