package io.daybook.engine.index;

import io.daybook.engine.index.Term.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names in UTF-8, ascending. */
interface NameSource {
  /** The next name; null if there is none. */
  byte @Nullable [] next();

  /** The names in memory, sorted now. */
  static NameSource of(MemoryIndex index, Kind kind, String prefix, long toInclusive) {
    List<byte[]> names = new ArrayList<>();
    index.forEach(
        kind,
        toInclusive,
        (name, _) -> {
          if (name.startsWith(prefix)) {
            names.add(name.getBytes(StandardCharsets.UTF_8));
          }
        });
    names.sort(Arrays::compareUnsigned);
    Iterator<byte[]> sorted = names.iterator();
    return () -> sorted.hasNext() ? sorted.next() : null;
  }
}
