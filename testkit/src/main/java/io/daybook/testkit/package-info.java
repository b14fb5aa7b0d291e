/**
 * Given events, when a command, then events or a refusal: tests of deciders as the business speaks.
 */
@NullMarked
package io.daybook.testkit;

import org.jspecify.annotations.NullMarked;
