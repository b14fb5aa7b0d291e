/**
 * The embedded store: one directory, one process, opened with one line. Every acknowledged append
 * is on disk.
 */
@NullMarked
package io.daybook.engine;

import org.jspecify.annotations.NullMarked;
