package io.daybook.examples.bank;

import io.daybook.cli.ExitCode;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import java.time.Clock;
import java.time.ZoneId;

/** The {@code bank} command. */
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name, and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args, Terminal.ofProcess()));
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
