/**
 * Traces by OpenTelemetry. {@link io.daybook.opentelemetry.TracedStore} makes spans of what is done
 * with a store; {@link io.daybook.opentelemetry.TracedCodec} writes the trace to the metadata of
 * events; {@link io.daybook.opentelemetry.EventTracing} goes on with it where an event is handled.
 * Names and attributes are in {@code docs/observability.md}.
 */
@NullMarked
package io.daybook.opentelemetry;

import org.jspecify.annotations.NullMarked;
