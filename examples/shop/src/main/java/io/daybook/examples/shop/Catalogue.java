package io.daybook.examples.shop;

import io.daybook.examples.shop.Product.ProductEvent;
import io.daybook.examples.shop.Stock.StockEvent;
import java.util.Map;
import java.util.TreeMap;

/**
 * All products with their prices and stock: a read model over two kinds of streams. To be used by
 * one thread at a time.
 */
final class Catalogue {
  private final Map<String, Entry> entries = new TreeMap<>();

  /** A product. */
  record Entry(Product product, Stock stock) {
    static final Entry NONE = new Entry(Product.DECIDER.initial(), Stock.DECIDER.initial());
  }

  void apply(String product, ProductEvent event) {
    Entry entry = entries.getOrDefault(product, Entry.NONE);
    entries.put(product, new Entry(Product.evolve(entry.product, event), entry.stock));
  }

  void apply(String product, StockEvent event) {
    Entry entry = entries.getOrDefault(product, Entry.NONE);
    entries.put(product, new Entry(entry.product, Stock.evolve(entry.stock, event)));
  }

  /** By product, sorted. */
  Map<String, Entry> entries() {
    return entries;
  }
}
