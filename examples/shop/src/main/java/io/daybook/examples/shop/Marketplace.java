package io.daybook.examples.shop;

import io.daybook.eventsourcing.tenancy.TenantOptions;
import io.daybook.eventsourcing.tenancy.TenantSource;
import io.daybook.eventsourcing.tenancy.TenantStores;
import io.daybook.eventstore.EventStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Shops that share nothing: each has a store of its own, a folder in {@code shops}, so that it is
 * backed up, restored and closed down alone, and no query of one finds an event of another. A store
 * is opened when its shop is asked for something, and closed when nobody was for a while. May be
 * used by any number of threads.
 */
final class Marketplace implements AutoCloseable {
  private static final String FOLDER = "shops";

  private final TenantStores stores;
  private final Clock clock;

  /**
   * In that folder of data.
   *
   * @param opener opens the store in a folder, and makes it if it is not there
   * @param clock says what time it is in the shops
   */
  Marketplace(Path data, Function<Path, EventStore> opener, TenantOptions options, Clock clock) {
    stores = TenantStores.of(TenantSource.folders(data.resolve(FOLDER), opener), options);
    this.clock = clock;
  }

  /**
   * Where a shop's store is, if it is there.
   *
   * @throws IllegalArgumentException if that is no name for a shop
   */
  static Path folderOf(Path data, String shop) {
    return data.resolve(FOLDER).resolve(TenantSource.requireName(shop));
  }

  /**
   * A shop, which is made by the first that is asked of it. May be kept: its store is opened again
   * whenever need be.
   *
   * @throws IllegalArgumentException if that is no name for a shop
   */
  Shop shop(String name) {
    return new Shop(stores.store(name), clock);
  }

  /** The shops, in the order of their names. */
  List<String> names() {
    return stores.list();
  }

  /** Those whose stores are open. */
  Set<String> open() {
    return stores.openTenants();
  }

  /** Closes what was idle for long enough, which is also done by itself. */
  void closeIdle() {
    var _ = stores.closeIdle();
  }

  @Override
  public void close() {
    stores.close();
  }
}
