package postgresspike;

import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadResult;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/**
 * A read that asks for a page at a time: between pages it holds no session, no snapshot of the
 * database and no lock.
 */
final class PagedResult<T> implements ReadResult<T> {
  private static final int FIRST_PAGE = 64;
  private static final int LARGEST_PAGE = 1_024;

  /** Adds the next items, at most so many, and says whether there may be more. */
  interface Pages<T> {
    boolean load(Queue<T> target, int most);
  }

  private final Position head;
  private final BooleanSupplier storeClosed;
  private final Pages<T> pages;
  private final Queue<T> page = new ArrayDeque<>();
  private long left;
  private int pageSize = FIRST_PAGE;
  private boolean more = true;
  private boolean started;
  private volatile boolean closed;

  PagedResult(Position head, long limit, BooleanSupplier storeClosed, Pages<T> pages) {
    this.head = head;
    this.left = limit;
    this.storeClosed = storeClosed;
    this.pages = pages;
  }

  @Override
  public Position head() {
    return head;
  }

  @Override
  public Iterator<T> iterator() {
    if (started || closed) {
      throw new IllegalStateException("a read is iterated once, and not after it was closed");
    }
    started = true;
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return fill();
      }

      @Override
      public T next() {
        if (!fill()) {
          throw new NoSuchElementException("all is read");
        }
        left--;
        return page.remove();
      }
    };
  }

  @Override
  public void close() {
    closed = true;
  }

  private boolean fill() {
    if (closed) {
      throw new IllegalStateException("the read is closed; read again");
    }
    if (storeClosed.getAsBoolean()) {
      throw new EventStoreClosedException("the store was closed while it was read");
    }
    while (page.isEmpty() && more && left > 0) {
      more = pages.load(page, (int) Math.min(left, pageSize));
      pageSize = Math.min(LARGEST_PAGE, pageSize * 4);
    }
    return !page.isEmpty() && left > 0;
  }
}
