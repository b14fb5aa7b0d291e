/**
 * How events of the domain become events of the store, and back.
 *
 * <p>An event type is a name of its own: it stays when a class is renamed or moved. Data has a
 * version; upcasters turn data of an earlier version into data of the next, so that domain code
 * only ever sees events as they are written today. Both are said once, when the codec is made
 * ({@link io.daybook.eventsourcing.codec.EventTypes}); the domain's classes need no annotation.
 *
 * <p>The version is written to the metadata as {@code schemaVersion}, if it is not 1.
 */
@NullMarked
package io.daybook.eventsourcing.codec;

import org.jspecify.annotations.NullMarked;
