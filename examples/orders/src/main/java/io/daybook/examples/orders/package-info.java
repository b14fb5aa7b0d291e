/** Order management by CQRS on an event store: orders, payments, packages, deliveries. */
@NullMarked
package io.daybook.examples.orders;

import org.jspecify.annotations.NullMarked;
