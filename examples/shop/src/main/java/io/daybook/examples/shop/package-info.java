/**
 * A shop on an event store: carts, checkout, discount codes, stock, invoices of a real retailer.
 */
@NullMarked
package io.daybook.examples.shop;

import org.jspecify.annotations.NullMarked;
