package io.daybook.cli;

import picocli.CommandLine.Option;

/** The option for scripts. */
final class JsonOption {
  @Option(names = "--json", description = "One JSON object per line, for scripts.")
  private boolean json;

  boolean isSet() {
    return json;
  }
}
