package io.daybook.cli;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import org.jspecify.annotations.Nullable;

/**
 * An event as an input gives it.
 *
 * @param stream the stream to append it to
 * @param event the event
 * @param appendKey events that follow one another with equal keys are one append; null: alone
 * @param expected what is expected of the stream before the append; null: nothing
 * @param place where the event begins in the input
 */
record ImportedEvent(
    String stream,
    Event event,
    @Nullable String appendKey,
    @Nullable ExpectedRevision expected,
    Place place) {}
