package io.daybook.examples.shop;

import io.daybook.eventsourcing.projection.InlineStore;
import io.daybook.eventsourcing.projection.InlineView;
import io.daybook.eventstore.EventStore;
import java.time.Clock;

/**
 * What a shop that is open shows of its shelves: always what they hold. A command that is carried
 * out has changed the window before it returns, so nobody is shown what he has just bought. May be
 * used by any number of threads.
 */
final class ShopWindow {
  private final InlineView<Catalogue> catalogue = Shop.catalogueProjection().inline();
  private final Shop shop;

  /** Of a shop on that store, with the clock's time as now. */
  ShopWindow(EventStore store, Clock clock) {
    shop = new Shop(InlineStore.of(store, catalogue), clock);
  }

  /** The shop; only what is done by it is in the window at once. */
  Shop shop() {
    return shop;
  }

  /** How many of a product are there to be bought. */
  long available(String product) {
    return catalogue.query(
        all -> all.entries().getOrDefault(product, Catalogue.Entry.NONE).stock().available());
  }
}
