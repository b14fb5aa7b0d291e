package io.daybook.engine.index;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names one after another, each once, in the order of their UTF-8 bytes. Used by one thread, while
 * it holds the lease of the view that gave it.
 */
public final class TermCursor {
  private final List<Head> heads;

  TermCursor(List<NameSource> sources) {
    this.heads = sources.stream().map(Head::new).toList();
  }

  /** The next name; null if there is none. */
  public @Nullable String next() {
    byte[] least = null;
    for (Head head : heads) {
      byte[] name = head.name;
      if (name != null && (least == null || Arrays.compareUnsigned(name, least) < 0)) {
        least = name;
      }
    }
    if (least == null) {
      return null;
    }
    for (Head head : heads) {
      if (Arrays.equals(head.name, least)) {
        head.name = head.source.next();
      }
    }
    return new String(least, StandardCharsets.UTF_8);
  }

  /** What a source has next. */
  private static final class Head {
    private final NameSource source;
    private byte @Nullable [] name;

    Head(NameSource source) {
      this.source = source;
      this.name = source.next();
    }
  }
}
