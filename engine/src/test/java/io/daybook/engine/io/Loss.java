package io.daybook.engine.io;

/** What a power loss does to writes that were not synced. */
public enum Loss {
  /** All of them are lost. */
  ALL,
  /** None is lost: the disk happened to be done. */
  NONE,
  /** All writes after some moment are lost, in whatever file. */
  SUFFIX,
  /** Each write is there whole or lost whole, whatever the order. */
  WRITES,
  /** Each sector of 512 bytes for itself holds what one of the unsynced writes left, or none. */
  SECTORS
}
