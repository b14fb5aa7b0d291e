package io.daybook.cli;

/** The forms of files with events, by the names that users write. */
enum Format {
  /** One JSON object per line. */
  ndjson,
  /** A JSON array of the objects that people write by hand. */
  array
}
