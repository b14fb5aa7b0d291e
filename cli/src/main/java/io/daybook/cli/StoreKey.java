package io.daybook.cli;

import java.util.Objects;

/** Where the command is told to get the key of an encrypted store from. */
public sealed interface StoreKey {

  /**
   * From a file.
   *
   * @param path the file
   */
  record InFile(String path) implements StoreKey {
    /** Checks that there is a path. */
    public InFile {
      Objects.requireNonNull(path, "path");
    }
  }

  /**
   * From what a command writes to its standard output.
   *
   * @param line the command as a shell takes it
   */
  record OfCommand(String line) implements StoreKey {
    /** Checks that there is a command. */
    public OfCommand {
      Objects.requireNonNull(line, "line");
    }

    /** Without the command, which may hold what opens a vault. */
    @Override
    public String toString() {
      return "the key that a command tells";
    }
  }
}
