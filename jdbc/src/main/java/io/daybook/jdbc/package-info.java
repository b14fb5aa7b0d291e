/** Read models, checkpoints, leases and dead letters in SQL databases. */
@NullMarked
package io.daybook.jdbc;

import org.jspecify.annotations.NullMarked;
