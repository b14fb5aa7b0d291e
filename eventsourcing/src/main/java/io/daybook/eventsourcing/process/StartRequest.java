package io.daybook.eventsourcing.process;

import java.time.Instant;

/**
 * That an instance was asked to start, by {@link ProcessRunner#start}.
 *
 * @param instance the instance
 * @param at when
 */
public record StartRequest(String instance, Instant at) {}
