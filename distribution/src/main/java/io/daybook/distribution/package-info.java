/**
 * What brings the {@code daybook} command and the embedded engine together: neither knows the
 * other. Nothing here is meant to be called by applications.
 */
@NullMarked
package io.daybook.distribution;

import org.jspecify.annotations.NullMarked;
