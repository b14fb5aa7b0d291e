/**
 * What all have in common who handle events one after another: where they stand ({@link
 * io.daybook.eventsourcing.subscription.FencedCheckpoints}) and how far behind that is ({@link
 * io.daybook.eventsourcing.subscription.Interest}), which of several instances does the work
 * ({@link io.daybook.eventsourcing.subscription.Leases}), and what becomes of an event that cannot
 * be handled ({@link io.daybook.eventsourcing.subscription.FailurePolicy}, {@link
 * io.daybook.eventsourcing.subscription.DeadLetters}).
 */
@NullMarked
package io.daybook.eventsourcing.subscription;

import org.jspecify.annotations.NullMarked;
