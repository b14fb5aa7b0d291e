/**
 * Read models: views of events that answer a question quickly.
 *
 * <p>A {@link io.daybook.eventsourcing.projection.Projection} says how events lead to a view. It is
 * folded once, for a question about now or the past, or followed: then a {@link
 * io.daybook.eventsourcing.projection.ReadModel} keeps the view current in memory. A view is
 * derived; it can be thrown away and built again at any time.
 *
 * <p>Events of types that no codec knows are passed over and counted, for a projection need not
 * care for everything that others write.
 */
@NullMarked
package io.daybook.eventsourcing.projection;

import org.jspecify.annotations.NullMarked;
