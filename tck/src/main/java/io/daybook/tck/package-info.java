/**
 * The conformance suite: abstract JUnit tests that every event store passes, for anyone who writes
 * one.
 */
@NullMarked
package io.daybook.tck;

import org.jspecify.annotations.NullMarked;
