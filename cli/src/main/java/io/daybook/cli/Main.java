package io.daybook.cli;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The {@code daybook} command. */
public final class Main {
  private static final int SECONDS_TO_END = 10;

  private Main() {}

  /** Runs the command that the arguments name, and ends the process with its {@link ExitCode}. */
  public static void main(String[] args) {
    var ended = endOnSignal(Thread.currentThread());
    int exitCode = ExitCode.FAILURE;
    try {
      exitCode = run(args, Terminal.ofProcess());
    } finally {
      ended.countDown();
    }
    System.exit(exitCode);
  }

  /**
   * Runs the command that the arguments name, with the stores and demos that {@link
   * java.util.ServiceLoader} finds. Interrupting the thread ends the command as Ctrl-C does.
   *
   * @return one of {@link ExitCode}
   */
  public static int run(String[] args, Terminal terminal) {
    return DaybookCommand.of(terminal).execute(args);
  }

  /**
   * Runs the command that the arguments name, with these stores and demos and no others.
   *
   * @return one of {@link ExitCode}
   */
  public static int run(
      String[] args, Terminal terminal, List<StoreProvider> providers, List<Demo> demos) {
    return DaybookCommand.of(terminal, providers, demos).execute(args);
  }

  /**
   * On Ctrl-C the command is interrupted, and given the time to finish what it has begun and to
   * close its store, before the process ends.
   */
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
}
