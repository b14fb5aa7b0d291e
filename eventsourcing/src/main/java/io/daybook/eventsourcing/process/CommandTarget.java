package io.daybook.eventsourcing.process;

/**
 * Who handles the commands of a process: {@code accounts::handle} of a {@link
 * io.daybook.eventsourcing.decider.CommandHandler}, or anything else that does a thing once per
 * command id.
 *
 * @param <C> the commands
 */
@FunctionalInterface
public interface CommandTarget<C> {

  /**
   * Handles a command, once: called again with the same command id, it changes nothing.
   *
   * @param id whom it is for
   * @param command the command
   * @param commandId names this command in the whole store
   * @throws io.daybook.eventsourcing.decider.Rejected if the domain does not allow it: the process
   *     is told. Whatever else it throws is a failure, and it is called again.
   */
  void handle(String id, C command, String commandId);
}
