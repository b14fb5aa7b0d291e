/**
 * Events and states as JSON, written and read by Jackson 3.
 *
 * <p>{@link io.daybook.jackson.JsonCodec} needs nothing but the sealed interface of a domain's
 * events; what it makes of a record is said there.
 */
@NullMarked
package io.daybook.jackson;

import org.jspecify.annotations.NullMarked;
