package io.daybook.engine;

import io.daybook.engine.index.IndexView;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last revisions of the streams of one append, each asked of the index once, and moved on as
 * the append's writes are decided. Most appends are to one stream, for which no map is made. Used
 * by one thread.
 */
final class LastRevisions {
  private final IndexView index;
  private @Nullable String first;
  private long ofFirst;
  private @Nullable Map<String, Long> ofOthers;

  LastRevisions(IndexView index) {
    this.index = index;
  }

  /** The revision of a stream's last event; -1 if it has none. */
  long of(String stream) {
    if (stream.equals(first)) {
      return ofFirst;
    }
    Long known = ofOthers == null ? null : ofOthers.get(stream);
    if (known != null) {
      return known;
    }
    long last = index.lastRevision(stream);
    set(stream, last);
    return last;
  }

  void set(String stream, long last) {
    if (first == null || stream.equals(first)) {
      first = stream;
      ofFirst = last;
      return;
    }
    Map<String, Long> others = ofOthers;
    if (others == null) {
      others = new HashMap<>();
      ofOthers = others;
    }
    others.put(stream, last);
  }
}
