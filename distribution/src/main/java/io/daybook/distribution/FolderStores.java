package io.daybook.distribution;

import io.daybook.cli.Figure;
import io.daybook.cli.ProgressListener;
import io.daybook.cli.Proofs;
import io.daybook.cli.StoreProvider;
import io.daybook.cli.VerifyReport;
import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.StoreDamagedException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Opens embedded stores for the command: a location is a folder. */
public final class FolderStores implements StoreProvider {
  /** For {@link java.util.ServiceLoader}. */
  public FolderStores() {}

  @Override
  public boolean opens(String location) {
    return !location.contains("://");
  }

  @Override
  public boolean exists(String location) {
    Path folder = Path.of(location);
    // a store that lost its manifest is still one: damaged, and not to be taken for nothing
    return Files.exists(folder.resolve("MANIFEST")) || Files.isDirectory(folder.resolve("log"));
  }

  @Override
  public EventStore open(String location, ProgressListener progress) {
    EngineOptions options =
        EngineOptions.defaults().withProgress((_, done, total) -> progress.progress(done, total));
    return EngineStore.open(Path.of(location), options);
  }

  @Override
  public List<Figure> figures(String location) {
    Path folder = Path.of(location);
    var figures = new ArrayList<Figure>();
    long other = sizes(folder).sum();
    long log = add("log", folder.resolve("log"), figures);
    long index = add("index", folder.resolve("index"), figures);
    figures.add(Figure.bytes("bytes on disk", other + log + index));
    return figures;
  }

  private static long add(String name, Path folder, List<Figure> figures) {
    long bytes = sizes(folder).sum();
    figures.add(Figure.count(name + " files", sizes(folder).count()));
    figures.add(Figure.bytes(name + " bytes", bytes));
    return bytes;
  }

  /** The sizes of the files that stand in a folder; one that vanishes meanwhile is left out. */
  private static LongStream sizes(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(Path::toFile)
          .filter(File::isFile)
          .mapToLong(File::length)
          .boxed()
          .toList()
          .stream()
          .mapToLong(Long::longValue);
    } catch (NoSuchFileException _) {
      return LongStream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<Proofs> proofs() {
    return Optional.of(new FolderProofs());
  }

  @Override
  public VerifyReport verify(String location, ProgressListener progress) {
    var report =
        EngineStore.verify(Path.of(location), (_, done, total) -> progress.progress(done, total));
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
