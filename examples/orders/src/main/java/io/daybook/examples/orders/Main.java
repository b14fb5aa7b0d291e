package io.daybook.examples.orders;

import io.daybook.cli.Application;
import io.daybook.cli.ExitCode;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import java.time.Clock;
import java.time.ZoneId;

/** The {@code orders} command. */
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
    var application = new Application(terminal);
    var command =
        new OrdersCommand(EngineStore::open, Clock.system(ZoneId.systemDefault()), application);
    return command.execute(args);
  }
}
