package io.daybook.eventsourcing.projection;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A view in memory that {@link InlineStore} keeps current: who has appended sees it in the view.
 * May be used by any number of threads. It belongs to one store.
 *
 * @param <V> the view
 */
public final class InlineView<V> implements InlineProjection {
  private final Projection<V> projection;
  private final Query query;
  private final Fold<V> fold;
  private final ReentrantLock applying = new ReentrantLock();
  private volatile V view;
  private volatile Position position = Position.BEFORE_FIRST;

  InlineView(Projection<V> projection) {
    this.projection = projection;
    this.query = projection.query();
    this.fold = projection.foldFrom(projection.emptyView());
    this.view = fold.view();
  }

  @Override
  public String name() {
    return projection.name();
  }

  /**
   * The view as it is now. If handlers change it ({@link Projection#update}), use {@link #query}.
   */
  public V current() {
    return view;
  }

  /** What the question makes of the view, while no handler changes it. */
  public <R> R query(Function<? super V, ? extends R> question) {
    Objects.requireNonNull(question, "question");
    applying.lock();
    try {
      return question.apply(view);
    } finally {
      applying.unlock();
    }
  }

  /** Everything up to here is in the view. */
  public Position position() {
    return position;
  }

  @Override
  public void catchUp(EventStore store, Position target) {
    if (position.compareTo(target) >= 0) {
      return;
    }
    applying.lock();
    try {
      if (position.compareTo(target) >= 0) {
        return;
      }
      try (var read = store.read(ReadRequest.of(query).from(position.next()))) {
        for (RecordedEvent event : read) {
          fold.add(event);
          view = fold.view();
          position = event.position();
        }
        if (position.compareTo(read.head()) < 0) {
          position = read.head();
        }
      }
    } finally {
      applying.unlock();
    }
  }
}
