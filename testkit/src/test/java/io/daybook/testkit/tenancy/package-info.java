/** Stores of tenants, opened and closed. */
@NullMarked
package io.daybook.testkit.tenancy;

import org.jspecify.annotations.NullMarked;
