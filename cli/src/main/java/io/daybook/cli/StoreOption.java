package io.daybook.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the store, after the subcommand. */
final class StoreOption {
  private final RootCommand root;

  @Option(
      names = {"--data", "--store"},
      paramLabel = "DIR",
      description =
          "The store's directory; default: "
              + RootCommand.DEFAULT_LOCATION
              + ". May stand before the command, too.")
  private @Nullable String location;

  StoreOption(RootCommand root) {
    this.root = root;
  }

  String location() {
    return location == null ? root.location() : location;
  }
}
