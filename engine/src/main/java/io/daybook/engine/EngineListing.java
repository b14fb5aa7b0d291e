package io.daybook.engine;

import io.daybook.engine.index.PositionCursor;
import io.daybook.engine.index.Term;
import io.daybook.engine.index.TermCursor;
import io.daybook.engine.log.EventReader;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Query;
import org.jspecify.annotations.Nullable;

/** A listing under way: the names of one dimension that lead to an event that may be seen. */
final class EngineListing extends LeasedResult<String> {
  private final Term.Kind kind;
  private final String prefix;
  private final long nowMicros;
  private Visibility visibility;
  private TermCursor names;
  private @Nullable String passed;
  private final EventReader reader = new EventReader();

  /** Owns the lease on the snapshot's version from now on. */
  EngineListing(
      Snapshot snapshot, Dimension dimension, String prefix, long nowMicros, IndexRepair repair) {
    super(snapshot, repair);
    this.prefix = prefix;
    this.nowMicros = nowMicros;
    this.kind =
        switch (dimension) {
          case STREAM -> Term.Kind.STREAM;
          case CATEGORY -> Term.Kind.CATEGORY;
          case TYPE -> Term.Kind.TYPE;
          case TAG -> Term.Kind.TAG;
        };
    boolean built = false;
    try {
      this.visibility = visibility();
      this.names = names();
      built = true;
    } finally {
      if (!built) {
        release();
      }
    }
  }

  private Visibility visibility() {
    return Visibility.of(snapshot(), nowMicros, false);
  }

  private TermCursor names() {
    return snapshot().version().index().terms(kind, prefix, snapshot().head());
  }

  @Override
  void resume() {
    visibility = visibility();
    names = names();
    String last = passed;
    while (last != null && !last.equals(names.next())) {
      // the names up to a head are the same, and in the same order
    }
  }

  @Override
  @Nullable String advance() {
    String name = names.next();
    while (name != null && !isVisible(name)) {
      passed = name;
      name = names.next();
    }
    passed = name;
    return name;
  }

  /**
   * Tags that look like the system's are set by applications; streams, categories and types are
   * not.
   */
  private boolean isVisible(String name) {
    boolean system = kind != Term.Kind.TAG && Limits.isSystemName(name);
    if (system) {
      return false;
    }
    if (visibility.hidesNothing()) {
      return true;
    }
    Version version = snapshot().version();
    return version
            .index()
            .anyMatch(
                query(name),
                -1,
                snapshot().head(),
                position -> visibility.sees(version.read(reader, position)))
        != PositionCursor.END;
  }

  private Query query(String name) {
    return switch (kind) {
      case STREAM -> Query.stream(name);
      case CATEGORY -> Query.category(name);
      case TYPE -> Query.types(name);
      case TAG -> Query.tags(name);
    };
  }
}
