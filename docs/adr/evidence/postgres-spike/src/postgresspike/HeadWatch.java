package postgresspike;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * Knows how far the head has come, by one session that listens. A notification may be lost with its
 * session, so the head is looked at every half second, too. Begins with the first who waits.
 */
final class HeadWatch {
  private static final int FALLBACK_MILLIS = 500;

  private final DataSource dataSource;
  private final String schema;
  private final BooleanSupplier storeClosed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private Thread listener;
  private long head = -1;

  HeadWatch(DataSource dataSource, String schema, BooleanSupplier storeClosed) {
    this.dataSource = dataSource;
    this.schema = schema;
    this.storeClosed = storeClosed;
  }

  /** Waits until the head is beyond a position, there is a reason to stop or the time is over. */
  long awaitBeyond(long position, BooleanSupplier stop, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      if (listener == null) {
        listener = Thread.startVirtualThread(this::listen);
      }
      while (head <= position && !stop.getAsBoolean() && left > 0) {
        left = moved.awaitNanos(left);
      }
      return left;
    } finally {
      lock.unlock();
    }
  }

  void wakeAll() {
    lock.lock();
    try {
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void listen() {
    while (!storeClosed.getAsBoolean()) {
      try (Connection connection = dataSource.getConnection();
          var statement = connection.createStatement()) {
        statement.execute("LISTEN " + schema);
        while (!storeClosed.getAsBoolean()) {
          look(connection);
          connection.unwrap(PGConnection.class).getNotifications(FALLBACK_MILLIS);
        }
        statement.execute("UNLISTEN *");
      } catch (SQLException e) {
        pause(); // and listen again
      }
    }
  }

  private void look(Connection connection) throws SQLException {
    long now = PostgresStore.head(connection, schema);
    lock.lock();
    try {
      head = now;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(FALLBACK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
