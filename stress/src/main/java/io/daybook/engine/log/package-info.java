/** Stress tests of what this package keeps to itself: they need the class path. */
@NullMarked
package io.daybook.engine.log;

import org.jspecify.annotations.NullMarked;
