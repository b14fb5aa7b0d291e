/**
 * Copies a store into a new one, and changes it on the way: types and streams are renamed, events
 * left out, tagged anew, moved to other streams, their data transformed.
 *
 * <p>Begin with {@link io.daybook.eventsourcing.copy.StoreCopy}. Upcasters do without a copy, and
 * come first; a copy is for what they cannot do: streams that were cut wrongly, tags that were
 * forgotten, data that must be gone.
 */
@NullMarked
package io.daybook.eventsourcing.copy;

import org.jspecify.annotations.NullMarked;
