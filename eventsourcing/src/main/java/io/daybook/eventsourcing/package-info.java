/**
 * Event sourcing over any event store: deciders handle commands, projections build read models,
 * codecs name and version events.
 */
@NullMarked
package io.daybook.eventsourcing;

import org.jspecify.annotations.NullMarked;
