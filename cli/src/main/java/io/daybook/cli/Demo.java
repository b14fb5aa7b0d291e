package io.daybook.cli;

import java.util.List;

/** A story that {@code daybook demo NAME} tells. Found by {@link java.util.ServiceLoader}. */
public interface Demo {

  /** The name to run it by, one word. */
  String name();

  /** What it shows, in one line. */
  String description();

  /**
   * Runs it.
   *
   * @param arguments what follows the name on the command line
   * @param terminal where to write
   * @return one of {@link ExitCode}
   * @throws Exception if it fails; reported in one line
   */
  int run(List<String> arguments, Terminal terminal) throws Exception;
}
