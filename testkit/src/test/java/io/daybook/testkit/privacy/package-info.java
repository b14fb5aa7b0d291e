/** Sealing, forgetting, and the keys. */
@NullMarked
package io.daybook.testkit.privacy;

import org.jspecify.annotations.NullMarked;
