/** The JSON codec: events as records, written and read by Jackson 3. */
@NullMarked
package io.daybook.jackson;

import org.jspecify.annotations.NullMarked;
