/**
 * A bank in plain records and one decider: accounts, transfers, interest, statements, and a look
 * back in time.
 */
@NullMarked
package io.daybook.examples.bank;

import org.jspecify.annotations.NullMarked;
