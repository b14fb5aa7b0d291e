package io.daybook.eventsourcing.decider;

/**
 * A command id was used before, by a command for another stream. Nothing was written. A command id
 * names one command in the whole store: give every command its own, for example by a prefix that
 * says where it comes from.
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

  /** The id. */
  public String commandId() {
    return commandId;
  }
}
