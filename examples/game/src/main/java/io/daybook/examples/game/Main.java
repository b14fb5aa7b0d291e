package io.daybook.examples.game;

import io.daybook.cli.Application;
import io.daybook.cli.ExitCode;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;

/** The {@code game} command. */
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
    return new GameCommand(EngineStore::open, new Application(terminal)).execute(args);
  }
}
