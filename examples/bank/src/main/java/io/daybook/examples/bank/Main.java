package io.daybook.examples.bank;

import io.daybook.cli.ExitCode;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import java.time.Clock;
import java.time.ZoneId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The {@code bank} command. */
public final class Main {
  private static final int SECONDS_TO_END = 10;

  private Main() {}

  /** Runs the command that the arguments name, and ends the process with its exit code. */
  public static void main(String[] args) {
    CountDownLatch ended = endOnSignal(Thread.currentThread());
    int exitCode = run(args, Terminal.ofProcess());
    ended.countDown();
    System.exit(exitCode);
  }

  /** On Ctrl-C the command is interrupted, and given the time to close its store. */
  private static CountDownLatch endOnSignal(Thread command) {
    var ended = new CountDownLatch(1);
    Runnable interrupt =
        () -> {
          command.interrupt();
          try {
            // if it takes longer, ending here loses nothing: what is acknowledged is durable
            boolean _ = ended.await(SECONDS_TO_END, TimeUnit.SECONDS);
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        };
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("end").unstarted(interrupt));
    return ended;
  }

  /**
   * Runs the command that the arguments name.
   *
   * @return one of {@link ExitCode}
   */
  public static int run(String[] args, Terminal terminal) {
    return new BankCommand(EngineStore::open, Clock.system(ZoneId.systemDefault()), terminal)
        .execute(args);
  }
}
