package io.daybook.cli;

import picocli.CommandLine.Option;

/** The option that asks for help. */
final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help and exit.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean help;
}
