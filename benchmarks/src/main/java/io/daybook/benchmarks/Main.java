package io.daybook.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures Daybook and its peers in one run, in interleaved rounds, and tells the medians. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    description = "Measures Daybook beside the raw limit and its peers.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:measured", "1:failed", "2:wrong arguments"})
public final class Main implements Callable<Integer> {
  private static final long MAX_EVENTS = 10_000_000;
  private static final long LARGE_EVENTS = 100_000_000;
  private static final long MIN_EVENTS = 1_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "W",
      description =
          "only these workloads, for example append-1,scan; --list names them; app means all app-…")
  private @Nullable List<String> only;

  @Option(
      names = "--peers",
      split = ",",
      paramLabel = "P",
      description = "only these peers, for example raw,sqlite; Daybook is always measured")
  private @Nullable List<String> peers;

  @Option(names = "--list", description = "names the workloads and subjects, and measures nothing")
  private boolean list;

  @Option(names = "--quick", description = "small sizes, to see that all works")
  private boolean quick;

  @Option(names = "--tiny", hidden = true)
  private boolean tiny;

  @Option(
      names = "--large",
      description = "stores of up to 100 million events too: takes 40 GB and long")
  private boolean large;

  @Option(
      names = "--max-events",
      paramLabel = "N",
      description = "no store of more events than N (10,000,000; with --large 100,000,000)")
  private @Nullable Long maxEvents;

  @Option(
      names = "--memory-mib",
      paramLabel = "N",
      description =
          "no more memory than N MiB for all of the run, what the system caches of files"
              + " included; by a control group, so on Linux and as root")
  private @Nullable Long memoryMib;

  @Option(names = "--rounds", paramLabel = "N", description = "rounds that count (3, --quick 1)")
  private @Nullable Integer rounds;

  @Option(names = "--json", paramLabel = "FILE", description = "writes one JSON object a line")
  private @Nullable Path json;

  @Option(names = "--markdown", paramLabel = "FILE", description = "writes the table")
  private @Nullable Path markdown;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "draws Daybook in relation to the best peer, as SVG")
  private @Nullable Path plot;

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
    System.exit(commandLine(new Main(System.out, System.err)).execute(args));
  }

  /** The command, which answers wrong arguments with one line. */
  static CommandLine commandLine(Main main) {
    return new CommandLine(main)
        .setParameterExceptionHandler((exception, _) -> {
          CommandLine command = exception.getCommandLine();
          command.getErr().println(exception.getMessage() + " (--help tells more)");
          return command.getCommandSpec().exitCodeOnInvalidInput();
        });
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      tellWhatThereIs();
      return 0;
    }
    List<Workload> workloads = workloads();
    checkPeers();
    Sizes sizes = sizes();
    Path parent = dir == null ? Path.of(System.getProperty("java.io.tmpdir")) : dir;
    if (!Files.isDirectory(parent)) {
      throw wrong("--dir: there is no folder " + parent);
    }
    var results = new Results();
    try (var _ = memoryCap();
        var work = new WorkFolder(parent);
        var subjects = new Subjects(work.path(), peers)) {
      work.stopAtTheEnd(subjects);
      String problem = subjects.leaveOutWhatDoesNotStart();
      if (problem != null) {
        progress.println("postgres is left out, for it does not start here: " + problem);
      }
      measure(workloads, new Bench(sizes, work.path(), subjects, progress, results), sizes);
    }
    tell(results);
    return 0;
  }

  private @Nullable MemoryCap memoryCap() {
    if (memoryMib == null) {
      return null;
    }
    long heap = Runtime.getRuntime().maxMemory();
    if (memoryMib << 20 <= heap) {
      throw wrong("--memory-mib: more than the heap of " + (heap >> 20) + " MiB, not " + memoryMib);
    }
    try {
      return MemoryCap.of(memoryMib << 20);
    } catch (IOException e) {
      throw wrong("--memory-mib: memory cannot be capped here: " + e);
    }
  }

  private static void measure(List<Workload> workloads, Bench bench, Sizes sizes) throws Exception {
    for (int i = 0; i < workloads.size(); i++) {
      Workload workload = workloads.get(i);
      bench.say("%-24s %s", workload.label(), workload.what());
      workload.run(bench);
      bench.keepOnly(
          workloads.subList(i + 1, workloads.size()).stream()
              .flatMap(later -> later.fillings(sizes).stream())
              .toList());
    }
  }

  private void tell(Results results) throws Exception {
    out.print(results.table());
    if (json != null) {
      Files.writeString(json, results.json());
    }
    if (markdown != null) {
      Files.writeString(markdown, results.table());
    }
    if (plot != null) {
      Files.writeString(plot, Plot.svg(results.rows()));
    }
  }

  private void tellWhatThereIs() {
    out.println("workloads:");
    for (Workload workload : Workloads.all()) {
      out.printf(Locale.ROOT, "  %-23s %s%n", workload.label(), workload.what());
    }
    out.println("subjects: " + String.join(", ", Subjects.NAMES));
  }

  private Sizes sizes() {
    if (maxEvents != null && (maxEvents < MIN_EVENTS || maxEvents % MIN_EVENTS != 0)) {
      throw wrong("--max-events: a multiple of " + MIN_EVENTS + " is needed, not " + maxEvents);
    }
    if (rounds != null && rounds < 1) {
      throw wrong("--rounds: 1 or more, not " + rounds);
    }
    Sizes sizes = quick ? Sizes.QUICK : Sizes.FULL;
    if (tiny) {
      sizes = Sizes.TINY;
    }
    long standard = large ? LARGE_EVENTS : MAX_EVENTS;
    sizes = sizes.atMost(maxEvents == null ? standard : maxEvents);
    return rounds == null ? sizes : sizes.withRounds(rounds);
  }

  private List<Workload> workloads() {
    if (only == null) {
      return Workloads.all();
    }
    List<String> wanted = only.stream().flatMap(name -> Workloads.meantBy(name).stream()).toList();
    checkNames("workload", wanted, Workloads.labels());
    return Workloads.all().stream().filter(each -> wanted.contains(each.label())).toList();
  }

  private void checkPeers() {
    if (peers != null) {
      List<String> others = new ArrayList<>(Subjects.NAMES);
      others.remove(DaybookSubject.NAME);
      checkNames("peer", peers, others);
    }
  }

  private void checkNames(String what, List<String> wanted, List<String> known) {
    for (String name : wanted) {
      if (!known.contains(name)) {
        throw wrong("there is no " + what + " " + name + "; there are " + String.join(", ", known));
      }
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
