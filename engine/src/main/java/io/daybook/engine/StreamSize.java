package io.daybook.engine;

/**
 * How long a stream is.
 *
 * @param stream its name
 * @param events how many events were ever appended to it, those that are hidden by now included
 */
public record StreamSize(String stream, long events) {}
