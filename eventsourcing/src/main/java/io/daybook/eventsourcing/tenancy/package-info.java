/**
 * A store for each tenant, of which only those in use are open.
 *
 * <p>{@link io.daybook.eventsourcing.tenancy.TenantStores} opens a tenant's store when it is asked
 * for and closes it when nobody needed it for a while, or when another tenant needs the room. Where
 * the stores are says a {@link io.daybook.eventsourcing.tenancy.TenantSource}. Nothing of one
 * tenant is in the store of another: each has its own files, positions, keys and backups.
 */
@NullMarked
package io.daybook.eventsourcing.tenancy;

import org.jspecify.annotations.NullMarked;
