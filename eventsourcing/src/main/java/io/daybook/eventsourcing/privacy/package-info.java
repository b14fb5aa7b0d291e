/**
 * Forgetting people although events are never changed: what is personal is sealed with a key of the
 * person it is about, and the key is what gets deleted.
 *
 * <p>{@link io.daybook.eventsourcing.privacy.Personal} declares which fields of which events are
 * about whom; a codec seals them when it writes and opens them when it reads. The keys are in a
 * {@link io.daybook.eventsourcing.privacy.SubjectKeys}, a store of their own. {@link
 * io.daybook.eventsourcing.privacy.Forgetting} deletes a key, records {@link
 * io.daybook.eventsourcing.privacy.SubjectForgotten} and has everything purged that was derived;
 * from then on every read sees placeholders.
 *
 * <p>A subject's id is written as it is: to tags, stream names and the event of forgetting. It must
 * not be personal itself; a number will do.
 */
@NullMarked
package io.daybook.eventsourcing.privacy;

import org.jspecify.annotations.NullMarked;
