/**
 * Read models, checkpoints, leases and snapshots in SQL databases: SQLite, H2 and PostgreSQL.
 *
 * <p>Begin with {@link io.daybook.jdbc.SqlProjection}. What its handlers write is committed
 * together with the checkpoint that it leads to, under a lease whose token the same transaction
 * checks; so each event counts once, however many instances there are and whatever becomes of them.
 *
 * <p>Daybook's own tables begin with {@code daybook_} and are created where they are missing.
 */
@NullMarked
package io.daybook.jdbc;

import org.jspecify.annotations.NullMarked;
