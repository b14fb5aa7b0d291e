package io.daybook.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures Daybook and its peers in one run, in interleaved rounds, and tells the medians. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    description = "Measures Daybook beside the raw limit and its peers.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:measured", "1:failed", "2:wrong arguments"})
public final class Main implements Callable<Integer> {
  private static final List<Supplier<Subject>> SUBJECTS =
      List.of(RawSubject::new, DaybookSubject::new, SqliteSubject::new, RocksSubject::new);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "W",
      description = "only these workloads, for example append-1,scan")
  private @Nullable List<String> only;

  @Option(
      names = "--peers",
      split = ",",
      paramLabel = "P",
      description = "only these peers: raw, sqlite, rocksdb; Daybook is always measured")
  private @Nullable List<String> peers;

  @Option(names = "--quick", description = "small sizes, to see that all works")
  private boolean quick;

  @Option(names = "--tiny", hidden = true)
  private boolean tiny;

  @Option(names = "--rounds", defaultValue = "3", description = "rounds (${DEFAULT-VALUE})")
  private int rounds;

  @Option(names = "--json", paramLabel = "FILE", description = "writes one JSON object a line")
  private @Nullable Path json;

  @Option(names = "--markdown", paramLabel = "FILE", description = "writes the table")
  private @Nullable Path markdown;

  @Option(names = "--dir", paramLabel = "DIR", description = "where to work (a temporary folder)")
  private @Nullable Path dir;

  private final PrintStream out;
  private final PrintStream progress;

  /** Prints the table to the first stream and progress to the second. */
  public Main(PrintStream out, PrintStream progress) {
    this.out = out;
    this.progress = progress;
  }

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main(System.out, System.err)).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    List<Workload> workloads = workloads();
    Path work =
        Files.createTempDirectory(
            dir == null ? Path.of(System.getProperty("java.io.tmpdir")) : dir,
            "daybook-benchmarks");
    var results = new Results();
    try {
      appends(workloads, results, work);
      reads(workloads, results, work);
    } finally {
      delete(work);
    }
    out.print(results.table());
    if (json != null) {
      Files.writeString(json, results.json());
    }
    if (markdown != null) {
      Files.writeString(markdown, results.table());
    }
    return 0;
  }

  private Sizes sizes() {
    if (tiny) {
      return Sizes.TINY;
    }
    return quick ? Sizes.QUICK : Sizes.FULL;
  }

  private List<Workload> workloads() {
    List<String> known = Arrays.stream(Workload.values()).map(Workload::label).toList();
    if (only == null) {
      return List.of(Workload.values());
    }
    for (String label : only) {
      if (!known.contains(label)) {
        throw new CommandLine.ParameterException(
            spec.commandLine(),
            "there is no workload " + label + "; there are " + String.join(", ", known));
      }
    }
    List<String> wanted = only;
    return Arrays.stream(Workload.values()).filter(w -> wanted.contains(w.label())).toList();
  }

  private List<Subject> subjects() {
    List<String> wanted = peers;
    return SUBJECTS.stream()
        .map(Supplier::get)
        .filter(s -> wanted == null || s.name().equals("daybook") || wanted.contains(s.name()))
        .toList();
  }

  /** Each round of each subject appends to a store of its own; the subjects take turns. */
  private void appends(List<Workload> workloads, Results results, Path work) throws Exception {
    for (Workload workload : workloads) {
      for (int round = 0; !workload.reads() && round <= rounds; round++) {
        for (Subject subject : subjects()) {
          if (!workload.suits(subject)) {
            continue;
          }
          Path folder = Files.createDirectories(work.resolve(subject.name()));
          subject.open(folder);
          Measurement measured;
          try {
            measured = workload.run(subject, sizes(), folder);
          } finally {
            subject.close();
            delete(folder);
          }
          note(workload, subject, round, measured, results);
        }
      }
    }
  }

  /** The filled stores stay open for all rounds. */
  private void reads(List<Workload> workloads, Results results, Path work) throws Exception {
    if (workloads.stream().noneMatch(Workload::reads)) {
      return;
    }
    List<Subject> filled = subjects().stream().filter(Subject::canRead).toList();
    try {
      for (Subject subject : filled) {
        progress.printf("%-13s %-8s %,d events%n", "fill", subject.name(), sizes().filled());
        subject.open(Files.createDirectories(work.resolve(subject.name())));
        Workload.fill(subject, sizes());
      }
      for (Workload workload : workloads) {
        for (int round = 0;
            workload.reads() && workload != Workload.DISK && round <= rounds;
            round++) {
          for (Subject subject : filled) {
            Path folder = work.resolve(subject.name());
            note(workload, subject, round, workload.run(subject, sizes(), folder), results);
          }
        }
      }
    } finally {
      for (Subject subject : filled) {
        subject.close();
      }
    }
    if (workloads.contains(Workload.DISK)) {
      for (Subject subject : filled) {
        Path folder = work.resolve(subject.name());
        note(Workload.DISK, subject, 1, Workload.DISK.run(subject, sizes(), folder), results);
      }
    }
  }

  /** The first round warms up and does not count. */
  private void note(
      Workload workload, Subject subject, int round, Measurement measured, Results results) {
    if (round > 0 || rounds == 0) {
      results.add(workload, subject.name(), measured);
    }
    progress.printf(
        "%-13s %-8s %s %,12.0f events/s  p50 %,9.1f µs%n",
        workload.label(),
        subject.name(),
        round == 0 ? "warm-up" : "round " + round,
        measured.eventsPerSecond(),
        measured.p50Micros());
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
