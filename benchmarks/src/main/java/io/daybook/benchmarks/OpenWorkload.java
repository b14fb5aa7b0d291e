package io.daybook.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * How long an opening takes in a process that runs already, with the index files intact.
 *
 * @param killed whether the process that had the store open before was killed, with nearly as much
 *     unindexed as may be; otherwise it closed the store
 */
record OpenWorkload(String label, String what, boolean killed) implements Workload {

  static List<Workload> all() {
    return List.of(
        new OpenWorkload("open", "opening after a clean close", false),
        new OpenWorkload(
            "open-killed", "opening after the process before was killed while it wrote", true));
  }

  @Override
  public Score score() {
    return Score.TIME;
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return sizes.openings();
  }

  @Override
  public String shape() {
    return "open";
  }

  @Override
  public int warmUps(Sizes sizes) {
    return Math.min(1, sizes.warmUps());
  }

  @Override
  public void run(Bench bench) throws Exception {
    for (long events : bench.sizes().openings()) {
      String labelOfSize = label + "-" + Sizes.brief(events);
      FilledStore store = bench.filled(new DaybookSubject(), events);
      var sized = new Sized(this, labelOfSize);
      bench.rounds(
          sized,
          Map.of(DaybookSubject.NAME, store),
          (each, round) -> {
            each.subject().close();
            if (killed) {
              each.appended(writeAndBeKilled(each, bench.sizes().tail(), round));
            }
            long start = System.nanoTime();
            each.reopen();
            return Measurement.ofNanos(System.nanoTime() - start);
          });
    }
  }

  /** Has a child process append, and kills it while the store is open. */
  private static long writeAndBeKilled(FilledStore store, int events, int round)
      throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                store.folder().toString(),
                Integer.toString(events),
                "killed-" + store.events() + "-" + round)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      if (!KilledWriter.WRITTEN.equals(line)) {
        throw new IOException("the child process did not write: " + line);
      }
    } finally {
      child.destroyForcibly();
      child.waitFor();
    }
    return events;
  }
}
