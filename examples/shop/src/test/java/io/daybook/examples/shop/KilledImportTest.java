package io.daybook.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.cli.ImportObserver;
import io.daybook.engine.EngineStore;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.examples.shop.InvoiceImport.Summary;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes die in the middle of an import; the next one makes up for what they left. */
@Tag("long")
class KilledImportTest {
  private static final int ROWS = 3_000;
  private static final int KILLED = 137;

  @TempDir private Path directory;

  /** What an import tells, of which it dies at once: as if it were killed. */
  private record Dying(long atRow) implements ImportObserver {
    @Override
    public void progress(long count, long done, long total) {
      if (count == atRow) {
        Runtime.getRuntime().halt(KILLED);
      }
    }

    @Override
    public void bad(long line, String problem) {
      throw new AssertionError(line + ": " + problem);
    }
  }

  /** Imports a file into a store and dies at a row. */
  static final class DyingImport {
    private DyingImport() {}

    public static void main(String[] arguments) throws Exception {
      var observer = new Dying(Long.parseLong(arguments[2]));
      try (var store = EngineStore.open(Path.of(arguments[0]))) {
        var _ = importInto(store, Path.of(arguments[1]), observer);
      }
    }
  }

  private static Summary importInto(EventStore store, Path file, ImportObserver observer)
      throws Exception {
    return new Shop(store, Clock.systemUTC())
        .invoiceImport(file, InvoiceFile.survey(file, true), true, observer)
        .run();
  }

  @Test
  void whatProcessesThatDiedLeftIsMadeUpFor() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    Path file = Files.writeString(directory.resolve("invoices.csv"), invoices(random));
    Path data = directory.resolve("shop");
    int half = ROWS / 2;
    for (int died = 0; died < 2; died++) {
      dieAt(1 + died * half + random.nextInt(half), data, file);
    }
    try (var store = EngineStore.open(data);
        var atOnce = new InMemoryStore()) {
      Summary rest = importInto(store, file, new Dying(Long.MAX_VALUE));
      Summary all = importInto(atOnce, file, new Dying(Long.MAX_VALUE));
      assertThat(rest.known()).as("seed %d", seed).isPositive();
      assertThat(rest.recorded() + rest.known()).as("seed %d", seed).isEqualTo(ROWS);
      assertThat(all.refused()).isPositive();
      assertThat(stored(store)).as("seed %d", seed).isEqualTo(stored(atOnce));
    }
  }

  private void dieAt(long row, Path data, Path file) throws Exception {
    var command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            DyingImport.class.getName(),
            data.toString(),
            file.toString(),
            Long.toString(row));
    File errors = directory.resolve("errors").toFile();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors)
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors.toPath())).isEqualTo(KILLED);
  }

  /** Invoices of two lines and more, in between each other, with cancellations. */
  private static String invoices(Random random) {
    var text = new StringBuilder(InvoiceFileTest.HEADER);
    for (int i = 0; i < ROWS; i++) {
      boolean cancels = random.nextInt(5) == 0;
      int quantity = 1 + random.nextInt(4);
      text.append(
          "%s%d,p%d,A thing,%d,2010-12-01 08:26:00,2.5,c%d,France\n"
              .formatted(
                  cancels ? "C" : "",
                  i / 10 + random.nextInt(3),
                  random.nextInt(5),
                  cancels ? -quantity : quantity,
                  random.nextInt(40)));
    }
    return text.toString();
  }

  private static List<String> stored(EventStore store) {
    try (var events = store.read(Query.everything())) {
      return events.stream().map(KilledImportTest::told).toList();
    }
  }

  private static String told(RecordedEvent event) {
    return event.stream() + " " + event.type() + " " + event.data().text();
  }
}
