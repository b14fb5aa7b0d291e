/** Games on an event store: a role-playing game, and poker hands that were really played. */
@NullMarked
package io.daybook.examples.game;

import org.jspecify.annotations.NullMarked;
