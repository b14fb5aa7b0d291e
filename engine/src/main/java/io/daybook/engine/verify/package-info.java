/**
 * Reads all that is stored and compares it: every frame and event of the log, every entry of the
 * index, and the index with the log. Changes nothing.
 */
@NullMarked
package io.daybook.engine.verify;

import org.jspecify.annotations.NullMarked;
