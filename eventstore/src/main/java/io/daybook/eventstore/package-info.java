/**
 * The contract of an event store (what is stored, appended, read and subscribed to), and the
 * in-memory store that is its reference.
 */
@NullMarked
package io.daybook.eventstore;

import org.jspecify.annotations.NullMarked;
