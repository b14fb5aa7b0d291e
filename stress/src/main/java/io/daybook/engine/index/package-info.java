/** Stress tests of what this package keeps to itself: they need the class path. */
@NullMarked
package io.daybook.engine.index;

import org.jspecify.annotations.NullMarked;
