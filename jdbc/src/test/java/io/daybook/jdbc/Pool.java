package io.daybook.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;

/** Keeps connections that were closed for the next who asks. */
final class Pool implements AutoCloseable {
  private final ConcurrentLinkedQueue<ConcurrentLinkedQueue<Connection>> all =
      new ConcurrentLinkedQueue<>();

  /** That database by way of this pool. */
  DataSource of(DataSource source) {
    var idle = new ConcurrentLinkedQueue<Connection>();
    all.add(idle);
    InvocationHandler handler =
        (_, method, args) ->
            method.getName().equals("getConnection")
                ? lease(source, idle)
                : invoke(method, source, args);
    return proxy(DataSource.class, handler);
  }

  private static Connection lease(DataSource source, ConcurrentLinkedQueue<Connection> idle)
      throws SQLException {
    Connection free = idle.poll();
    Connection connection = free == null ? source.getConnection() : free;
    InvocationHandler handler =
        (_, method, args) -> {
          if (!method.getName().equals("close")) {
            return invoke(method, connection, args);
          }
          if (!connection.isClosed()) {
            idle.add(connection);
          }
          return null;
        };
    return proxy(Connection.class, handler);
  }

  private static Object invoke(java.lang.reflect.Method method, Object target, Object[] args)
      throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(Pool.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public void close() throws SQLException {
    for (ConcurrentLinkedQueue<Connection> idle : all) {
      for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
        connection.close();
      }
    }
  }
}
