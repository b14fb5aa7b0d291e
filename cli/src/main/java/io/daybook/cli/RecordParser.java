package io.daybook.cli;

/** Reads an event out of a piece of an input. */
@FunctionalInterface
interface RecordParser {
  /**
   * The event.
   *
   * @throws BadInputException if it can't be read
   */
  ImportedEvent parse(Slice slice);
}
