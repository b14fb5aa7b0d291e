package io.daybook.eventsourcing.tenancy;

import io.daybook.eventstore.EventStore;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Where the stores of tenants are. May be used by any number of threads; for one tenant, one method
 * at a time is called.
 */
public interface TenantSource {

  /**
   * Opens a tenant's store. Whether it makes one for a tenant that has none is its own affair.
   *
   * @param tenant a name that {@link #requireName} lets pass
   */
  EventStore open(String tenant);

  /** The tenants that have a store, in the order of their names. */
  List<String> list();

  /** Deletes the closed store of a tenant for good; if there is none, nothing happens. */
  void delete(String tenant);

  /**
   * Stores in folders, each named as its tenant.
   *
   * @param folder the folder that holds them; it need not be there yet
   * @param opener opens the store in a folder: {@code EngineStore::open} makes one where there is
   *     none; give it {@code EngineOptions.mustExist()} so that a mistyped name is an error
   */
  static TenantSource folders(Path folder, Function<Path, ? extends EventStore> opener) {
    return new TenantFolders(folder, opener);
  }

  /**
   * Checks a tenant's name: 1 to 63 of the letters a to z, digits, {@code -} and {@code _}, of
   * which the first is a letter or digit. So it is a folder's name everywhere, leads nowhere else,
   * and no two names are the same folder.
   *
   * @return the name
   * @throws IllegalArgumentException if it is something else, or a name that Windows keeps for
   *     devices
   */
  static String requireName(String tenant) {
    return TenantName.require(tenant);
  }
}
