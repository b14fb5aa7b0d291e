package io.daybook.eventsourcing.process;

import java.time.Instant;

/**
 * A timer that fired, as its process is told.
 *
 * @param instance the instance that scheduled it
 * @param timer its name
 * @param due when it was due; it may have fired later
 * @param payload what it carries
 */
public record FiredTimer(String instance, String timer, Instant due, String payload) {}
