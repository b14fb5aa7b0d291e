package io.daybook.eventsourcing.process;

/**
 * A command that the domain did not allow, as the process that sent it is told.
 *
 * @param instance the instance that sent it
 * @param id whom it was for
 * @param command the command
 * @param reason the reason's stable name
 * @param message the reason for people
 * @param <C> the command's class
 */
public record RejectedCommand<C>(
    String instance, String id, C command, String reason, String message) {}
