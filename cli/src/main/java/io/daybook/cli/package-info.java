/** The {@code daybook} command: appends, reads, imports and exports events, and runs demos. */
@NullMarked
package io.daybook.cli;

import org.jspecify.annotations.NullMarked;
