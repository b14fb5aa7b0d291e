package io.daybook.eventstore;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The lazy answer to a read: what the store held at one moment, however long the reading takes.
 *
 * <p>Needs constant memory and holds no lock. It is iterated once, by one thread, and closed; what
 * it handed out stays valid afterwards.
 *
 * @param <T> what is read: events, or names
 */
public interface ReadResult<T> extends Iterable<T>, AutoCloseable {

  /**
   * The last position that this read saw, matching or not: what {@link AppendCondition#after}
   * takes. For a read as of the past, the last position of that past.
   */
  Position head();

  /**
   * The iterator, of which there is one.
   *
   * @throws IllegalStateException if it was asked for before, or if this is closed
   */
  @Override
  Iterator<T> iterator();

  /** Lets go of what the read holds. Closing twice does nothing. */
  @Override
  void close();

  /** What is read as a stream, which closes this when it is closed. */
  default Stream<T> stream() {
    var ordered =
        Spliterators.spliteratorUnknownSize(iterator(), Spliterator.ORDERED | Spliterator.NONNULL);
    return StreamSupport.stream(ordered, false).onClose(this::close);
  }

  /** All that is read, and closes this. */
  default List<T> toList() {
    try (this) {
      var all = new ArrayList<T>();
      iterator().forEachRemaining(all::add);
      return List.copyOf(all);
    }
  }
}
