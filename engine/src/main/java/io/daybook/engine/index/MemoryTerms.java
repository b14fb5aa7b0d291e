package io.daybook.engine.index;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The terms of one kind in memory. One thread adds, others read.
 *
 * <p>Many small maps instead of one, so that growing never stops the writer for long.
 */
final class MemoryTerms<T extends MemoryPostings> {
  private static final int MAP_BITS = 6;

  private final AtomicReferenceArray<@Nullable Map<String, T>> maps =
      new AtomicReferenceArray<>(1 << MAP_BITS);

  @Nullable T find(String name) {
    Map<String, T> map = maps.getAcquire(mapOf(name));
    return map == null ? null : map.get(name);
  }

  /** Adds a name that is not there. */
  void put(String name, T postings) {
    int index = mapOf(name);
    Map<String, T> map = maps.getPlain(index);
    if (map == null) {
      map = new ConcurrentHashMap<>(2);
      maps.setRelease(index, map);
    }
    map.put(name, postings);
  }

  /** All terms that are there now, in no order. */
  void forEach(BiConsumer<String, T> action) {
    for (int i = 0; i < maps.length(); i++) {
      Map<String, T> map = maps.getAcquire(i);
      if (map != null) {
        map.forEach(action);
      }
    }
  }

  /** By the upper bits of the scrambled hash; the map itself goes by the lower ones. */
  private static int mapOf(String name) {
    return (name.hashCode() * 0x9e3779b9) >>> (Integer.SIZE - MAP_BITS);
  }
}
