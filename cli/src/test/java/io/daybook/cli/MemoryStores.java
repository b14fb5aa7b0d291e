package io.daybook.cli;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores in memory, by the names that {@code --data} gives. */
final class MemoryStores implements StoreProvider {
  private final Map<String, InMemoryStore> stores = new LinkedHashMap<>();
  private UnaryOperator<EventStore> wrapper = UnaryOperator.identity();
  private final MemoryMaintenance maintenance = new MemoryMaintenance();
  private @Nullable Duration syncInterval;
  private VerifyReport report = new VerifyReport(0, 0, 0, List.of(), List.of());

  /** The store of that name. */
  EventStore store(String location) {
    return stores.computeIfAbsent(location, _ -> new InMemoryStore());
  }

  /** Every store that is opened from now on is wrapped so. */
  void wrap(UnaryOperator<EventStore> newWrapper) {
    wrapper = newWrapper;
  }

  /** What verifying finds from now on. */
  void report(VerifyReport newReport) {
    report = newReport;
  }

  /** What keeps these stores. */
  MemoryMaintenance keptBy() {
    return maintenance;
  }

  @Override
  public Optional<Maintenance> maintenance() {
    return Optional.of(maintenance);
  }

  @Override
  public Optional<Proofs> proofs() {
    return Optional.of(new InterruptedProofs());
  }

  @Override
  public StoreProvider withKey(StoreKey key) {
    maintenance.opened(key);
    return this;
  }

  @Override
  public StoreProvider withSyncInterval(Duration interval) {
    syncInterval = interval;
    return this;
  }

  /** How often the stores that were opened are synced; null if nobody said so. */
  @Nullable Duration syncInterval() {
    return syncInterval;
  }

  @Override
  public boolean opens(String location) {
    return !location.contains("://");
  }

  @Override
  public boolean exists(String location) {
    return stores.containsKey(location);
  }

  @Override
  public EventStore open(String location, ProgressListener progress) {
    progress.progress(1, 2);
    return wrapper.apply(new KeptOpenStore(store(location)));
  }

  @Override
  public EventStore openToRead(String location, ProgressListener progress) {
    return open(location, progress);
  }

  @Override
  public StoreDetails details(String location, EventStore opened, int largest) {
    return new StoreDetails(
        List.of(Figure.bytes("bytes on disk", 1_254_912), Figure.count("index files", 3)),
        List.of(new StoreDetails.IndexFile("index/0", 0, 9, 100)),
        Stream.of(
                new StoreDetails.StreamSize("s-1", 1_177),
                new StoreDetails.StreamSize("s-\"2\"", 9))
            .limit(largest)
            .toList());
  }

  @Override
  public VerifyReport verify(String location, ProgressListener progress) {
    progress.progress(1, 2);
    return report;
  }
}
