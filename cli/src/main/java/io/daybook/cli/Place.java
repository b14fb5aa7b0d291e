package io.daybook.cli;

/**
 * A place in a text.
 *
 * @param line from 1
 * @param column from 1, in characters
 */
record Place(long line, int column) {
  @Override
  public String toString() {
    return line + ":" + column;
  }
}
