/**
 * Metrics by Micrometer: {@link io.daybook.micrometer.MeteredStore} around a store, {@link
 * io.daybook.micrometer.ReadModelMetrics} for a read model in memory, {@link
 * io.daybook.micrometer.ProjectionMeter} for what else works on events. All names are in {@code
 * docs/observability.md}.
 */
@NullMarked
package io.daybook.micrometer;

import org.jspecify.annotations.NullMarked;
