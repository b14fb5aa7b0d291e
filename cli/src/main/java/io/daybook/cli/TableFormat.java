package io.daybook.cli;

/** How an application's command prints a table: {@code --format text} or {@code csv}. */
public enum TableFormat {
  /** Columns, for a person. */
  TEXT,
  /** Comma-separated values (RFC 4180) with a line of names, for a program. */
  CSV
}
