package postgresspike;

import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.EventStoreException;
import io.daybook.eventstore.EventStoreFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * Takes requests in the order in which they come and decides them, as many as wait, in one
 * transaction. Its thread ends when nothing waits, and begins anew with the next request.
 */
final class Appender {
  private record Waiting(Request request, CompletableFuture<AppendResult> answer) {}

  private final DataSource dataSource;
  private final String schema;
  private final InstantSource clock;
  private final int largestGroup;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Waiting> queue = new ArrayDeque<>();
  private Thread worker;
  private boolean closed;

  Appender(DataSource dataSource, String schema, InstantSource clock, int largestGroup) {
    this.dataSource = dataSource;
    this.schema = schema;
    this.clock = clock;
    this.largestGroup = largestGroup;
  }

  CompletableFuture<AppendResult> add(Request request) {
    var answer = new CompletableFuture<AppendResult>();
    lock.lock();
    try {
      if (closed) {
        answer.completeExceptionally(new EventStoreClosedException("the store is closed"));
        return answer;
      }
      queue.add(new Waiting(request, answer));
      if (worker == null) {
        worker = Thread.startVirtualThread(this::work);
      }
      return answer;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses what comes from now on, and returns when what waits is decided. */
  void close() throws InterruptedException {
    Thread last;
    lock.lock();
    try {
      closed = true;
      last = worker;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.join();
    }
  }

  private void work() {
    for (List<Waiting> group = nextGroup(); !group.isEmpty(); group = nextGroup()) {
      decide(group);
    }
  }

  private List<Waiting> nextGroup() {
    lock.lock();
    try {
      var group = new ArrayList<Waiting>();
      while (!queue.isEmpty() && group.size() < largestGroup) {
        group.add(queue.remove());
      }
      if (group.isEmpty()) {
        worker = null;
      }
      return group;
    } finally {
      lock.unlock();
    }
  }

  private void decide(List<Waiting> group) {
    var decisions = new ArrayList<Object>();
    boolean committing = false;
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false); // the pool rolls back what is not committed
      List<Request> requests = group.stream().map(Waiting::request).toList();
      var transaction = new AppendTransaction(connection, schema, clock.instant(), requests);
      for (Request request : requests) {
        try {
          decisions.add(transaction.decide(request));
        } catch (EventStoreException refused) {
          decisions.add(refused);
        }
      }
      transaction.finish();
      committing = true;
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      EventStoreFailedException failure = failure(e, committing);
      group.forEach(waiting -> waiting.answer().completeExceptionally(failure));
      return;
    }
    for (int i = 0; i < group.size(); i++) {
      if (decisions.get(i) instanceof AppendResult result) {
        group.get(i).answer().complete(result);
      } else {
        group.get(i).answer().completeExceptionally((EventStoreException) decisions.get(i));
      }
    }
  }

  private static EventStoreFailedException failure(Exception cause, boolean committing) {
    if (cause instanceof SQLException e && "55P03".equals(e.getSQLState())) {
      return new EventStoreFailedException(
          "another session has held the store's append lock for longer than lock_timeout; nothing"
              + " was written; look for it in pg_stat_activity, and retry with the same event ids",
          e);
    }
    return new EventStoreFailedException(
        "PostgreSQL failed: " + cause.getMessage() + "; retry with the same event ids",
        cause,
        committing);
  }
}
