package io.daybook.eventsourcing.process;

import java.time.Instant;
import java.util.UUID;

/**
 * A timer that has not fired and was not cancelled.
 *
 * @param id the id of the event that scheduled it
 * @param process the process
 * @param instance the instance that is told
 * @param timer its name
 * @param due when it fires
 * @param payload what it carries
 */
public record PendingTimer(
    UUID id, String process, String instance, String timer, Instant due, String payload) {}
