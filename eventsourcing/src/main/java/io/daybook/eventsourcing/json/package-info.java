/** JSON for what this module records itself. Not exported. */
@NullMarked
package io.daybook.eventsourcing.json;

import org.jspecify.annotations.NullMarked;
