/**
 * Who did it, why, and what led to it: what is recorded with every event besides what happened.
 *
 * <p>An {@link io.daybook.eventsourcing.audit.Audit} is set around a piece of work ({@code
 * Audit.by("ada").because("salary").run(() -> …)}) and found there by the code that appends events,
 * so that domain code never passes it on.
 */
@NullMarked
package io.daybook.eventsourcing.audit;

import org.jspecify.annotations.NullMarked;
