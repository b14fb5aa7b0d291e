package io.daybook.distribution;

import io.daybook.cli.Figure;
import io.daybook.cli.Maintenance;
import io.daybook.cli.ProgressListener;
import io.daybook.cli.Proofs;
import io.daybook.cli.StoreDetails;
import io.daybook.cli.StoreKey;
import io.daybook.cli.StoreProvider;
import io.daybook.cli.VerifyReport;
import io.daybook.engine.Durability;
import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStats;
import io.daybook.engine.EngineStore;
import io.daybook.engine.ReadOnlyStore;
import io.daybook.engine.StreamSize;
import io.daybook.engine.keys.KeySource;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Opens embedded stores for the command: a location is a folder. */
public final class FolderStores implements StoreProvider {
  private final EngineOptions options;

  /** For {@link java.util.ServiceLoader}. */
  public FolderStores() {
    this(EngineOptions.defaults().withIndexPreload(0)); // a command asks once
  }

  private FolderStores(EngineOptions options) {
    this.options = options;
  }

  @Override
  public StoreProvider withKey(StoreKey key) {
    return new FolderStores(options.encrypted(source(key)));
  }

  @Override
  public StoreProvider withSyncInterval(Duration interval) {
    return new FolderStores(options.withDurability(Durability.interval(interval)));
  }

  /** Where the engine gets a key from that the command was told of. */
  static KeySource source(StoreKey key) {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    return switch (key) {
      case StoreKey.InFile(var path) -> KeySource.file(Path.of(path));
      case StoreKey.OfCommand(var line) ->
          KeySource.command(windows ? List.of("cmd", "/c", line) : List.of("/bin/sh", "-c", line));
    };
  }

  private EngineOptions options(ProgressListener progress) {
    return options.withProgress((_, done, total) -> progress.progress(done, total));
  }

  @Override
  public boolean opens(String location) {
    return !location.contains("://");
  }

  @Override
  public boolean exists(String location) {
    return EngineStore.exists(Path.of(location));
  }

  @Override
  public EventStore open(String location, ProgressListener progress) {
    return EngineStore.open(Path.of(location), options(progress));
  }

  @Override
  public EventStore openToRead(String location, ProgressListener progress) {
    return EngineStore.openReadOnly(Path.of(location), options(progress));
  }

  @Override
  public StoreDetails details(String location, EventStore opened, int largest) {
    if (!(opened instanceof ReadOnlyStore store)) {
      throw new IllegalArgumentException("this is no store of this provider: " + opened);
    }
    Path folder = Path.of(location);
    EngineStats stats = store.stats();
    return new StoreDetails(
        List.of(
            Figure.count("log files", stats.logFiles()),
            Figure.count("packed log files", stats.packedLogFiles()),
            Figure.bytes("log bytes", bytes(folder.resolve("log"))),
            Figure.count("index files", stats.indexFiles()),
            Figure.bytes("index bytes", stats.indexBytes()),
            Figure.count("unindexed events", stats.unindexedEvents()),
            Figure.bytes("bytes on disk", bytes(folder))),
        stats.index().stream().map(FolderStores::file).toList(),
        store.largestStreams(largest).stream().map(FolderStores::size).toList());
  }

  private static StoreDetails.IndexFile file(EngineStats.IndexRange range) {
    return new StoreDetails.IndexFile(range.file(), range.first(), range.last(), range.bytes());
  }

  private static StoreDetails.StreamSize size(StreamSize size) {
    return new StoreDetails.StreamSize(size.stream(), size.events());
  }

  /** How many bytes all files below a folder have; one that vanishes meanwhile is left out. */
  private static long bytes(Path folder) {
    var sum = new SizeSum();
    try {
      Files.walkFileTree(folder, sum);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum.bytes;
  }

  private static final class SizeSum extends SimpleFileVisitor<Path> {
    private long bytes;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      bytes += attributes.size();
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }

  @Override
  public Optional<Maintenance> maintenance() {
    return Optional.of(new FolderMaintenance(options));
  }

  @Override
  public Optional<Proofs> proofs() {
    return Optional.of(new FolderProofs(options));
  }

  @Override
  public VerifyReport verify(String location, ProgressListener progress) {
    var report =
        EngineStore.verify(
            Path.of(location), options, (_, done, total) -> progress.progress(done, total));
    return new VerifyReport(
        report.events(),
        report.files(),
        report.bytes(),
        report.notes(),
        report.damages().stream().map(FolderStores::damage).toList());
  }

  private static VerifyReport.Damage damage(StoreDamagedException e) {
    String message = String.valueOf(e.getMessage());
    String place = e.file() + " is damaged at offset " + e.offsetBytes() + ": ";
    return new VerifyReport.Damage(
        e.file(),
        e.offsetBytes(),
        message.startsWith(place) ? message.substring(place.length()) : message);
  }
}
