package io.daybook.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The option of every command that prints a table: {@code --format text}, for a person, or {@code
 * csv}, for a program. To be mixed in, by {@link Mixin}.
 */
public final class TableOption {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, or csv for a program; default: ${DEFAULT-VALUE}")
  private TableFormat format = TableFormat.TEXT;

  /** Made by picocli. */
  public TableOption() {}

  /** Whether comma-separated values are asked for, instead of columns. */
  public boolean isCsv() {
    return format == TableFormat.CSV;
  }
}
