package io.daybook.eventsourcing.decider;

import io.daybook.eventstore.Event;

/**
 * A command id was used before, by a command for another stream or domain. Nothing was written. A
 * command id names one command in the whole store: give every command its own, for example by a
 * prefix that says where it comes from.
 */
public final class CommandIdReusedException extends RuntimeException {
  private final String commandId;

  /** With the id, the stream that the command is for and the one that the id was used for. */
  public CommandIdReusedException(String commandId, String stream, String usedFor) {
    super(
        "the command id "
            + commandId
            + " cannot be used for the stream "
            + stream
            + ": it was used for "
            + usedFor
            + "; give every command an id of its own");
    this.commandId = commandId;
  }

  /** With the id and an event that it was used for, and that the decision cannot have led to. */
  CommandIdReusedException(String commandId, String stream, Event usedFor) {
    super(
        "the command id "
            + commandId
            + " cannot be used for this decision: it was used for an event of type "
            + usedFor.type()
            + " in the stream "
            + stream
            + ", which the decision's codec does not know; give every command an id of its own");
    this.commandId = commandId;
  }

  /** The id. */
  public String commandId() {
    return commandId;
  }
}
