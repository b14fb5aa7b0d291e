package io.daybook.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A process that appends to a store and then waits to be killed. Arguments: the folder, how many
 * events, a prefix for its streams.
 */
public final class KilledWriter {
  /** What it says once everything is acknowledged. */
  static final String WRITTEN = "written";

  private KilledWriter() {}

  /** Appends, says so, and waits until nobody listens any more. */
  public static void main(String[] args) throws Exception {
    var subject = new DaybookSubject();
    subject.open(Path.of(args[0]), Ability.SYNCED);
    var samples = new Samples();
    int events = Integer.parseInt(args[1]);
    int batch = 100;
    for (int i = 0; i * batch < events; i++) {
      subject.append(new Write(args[2] + "-" + i, -1, samples.batch((long) i * batch, batch)));
    }
    System.out.println(WRITTEN);
    System.out.flush();
    waitForEnd();
  }

  /** The end of the input is the end of the parent, should it not get to kill this process. */
  private static void waitForEnd() throws IOException {
    while (System.in.read() >= 0) {
      // nothing is ever said
    }
    Runtime.getRuntime().halt(1);
  }
}
