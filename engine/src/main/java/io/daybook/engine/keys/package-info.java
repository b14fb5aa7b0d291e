/**
 * The key of an encrypted store: where it comes from, and what is thrown where it does not fit.
 *
 * <p>A store is encrypted from its first byte on, or not at all. Its key is 32 bytes that its owner
 * keeps; whoever loses it, and every copy of it, loses the store.
 */
@NullMarked
package io.daybook.engine.keys;

import org.jspecify.annotations.NullMarked;
