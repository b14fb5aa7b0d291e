/**
 * States kept so that not every event has to be read again. A snapshot is derived: it can be
 * deleted at any time, and one that does not fit (its shape changed, it cannot be read, its event
 * is gone) is passed over.
 */
@NullMarked
package io.daybook.eventsourcing.snapshot;

import org.jspecify.annotations.NullMarked;
