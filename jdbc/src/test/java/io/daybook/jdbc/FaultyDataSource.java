package io.daybook.jdbc;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A database that fails now and then, before or after it has done what was asked; or that cannot be
 * reached any more.
 */
final class FaultyDataSource implements DataSource {
  private static final Set<String> FALLIBLE =
      Set.of("commit", "executeUpdate", "executeBatch", "executeQuery", "prepareStatement");

  private final DataSource source;
  private final Random random;
  private final double probability;
  private final AtomicInteger untilTrap = new AtomicInteger();
  private final AtomicInteger untilStall = new AtomicInteger();
  private final CountDownLatch stalled = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  /** Those that are open, and those among them that the database has given up. */
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  private final Set<Connection> severed = ConcurrentHashMap.newKeySet();
  private final AtomicInteger openStatements = new AtomicInteger();
  private final AtomicInteger mostOpenStatements = new AtomicInteger();
  private volatile String trap = "";
  private volatile String stall = "";
  private volatile boolean dead;
  private final AtomicInteger counted = new AtomicInteger();
  private volatile String counts = "";

  FaultyDataSource(DataSource source, long seed, double probability) {
    this.source = source;
    this.random = new Random(seed);
    this.probability = probability;
  }

  /** Nothing goes through any more. */
  void die() {
    dead = true;
  }

  /** The statement with that text fails, when it comes the n-th time from now, from 1. */
  void trap(String text, int nth) {
    untilTrap.set(nth);
    trap = text;
  }

  /**
   * Whoever prepares a statement with that text, or commits if it is {@code commit}, stands still
   * before it, the first time from now.
   */
  void stall(String text) {
    stall = text;
    untilStall.set(1);
  }

  /** Begins to count how often a statement with that text is prepared. */
  void count(String text) {
    counted.set(0);
    counts = text;
  }

  int counted() {
    return counted.get();
  }

  /** Waits until somebody stands still. */
  void awaitStalled() {
    DatabaseSuite.await(stalled);
  }

  /** Lets whoever stands still go on. */
  void goOn() {
    goOn.countDown();
  }

  /**
   * The database undoes what every open connection has not committed, and hears no more of them, as
   * it does with those of a machine that it cannot reach.
   */
  void sever() throws SQLException {
    for (Connection connection : open) {
      severed.add(connection);
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
    }
  }

  /** How many prepared statements were open at once, at most. */
  int mostOpenStatements() {
    return mostOpenStatements.get();
  }

  /** All goes through again, on new connections. */
  void revive() {
    dead = false;
  }

  @Override
  public Connection getConnection() throws SQLException {
    mayFail("getConnection");
    Connection connection = source.getConnection();
    open.add(connection);
    return proxy(Connection.class, connection, connection);
  }

  private synchronized boolean fails() {
    return random.nextDouble() < probability;
  }

  private void mayFail(String what) throws SQLException {
    if (dead || fails()) {
      throw new SQLException("injected at " + what, "08006");
    }
  }

  private <T> T proxy(Class<T> type, T target, Connection of) {
    InvocationHandler handler =
        (_, method, args) -> {
          boolean fallible = FALLIBLE.contains(method.getName());
          if (fallible) {
            mayFail(method.getName());
          }
          String text =
              method.getName().equals("prepareStatement") ? args[0].toString() : method.getName();
          if (untilStall.get() == 1 && text.contains(stall) && untilStall.compareAndSet(1, 0)) {
            stalled.countDown();
            DatabaseSuite.await(goOn);
          }
          if (!counts.isEmpty() && text.contains(counts)) {
            counted.incrementAndGet();
          }
          if (fallible && severed.contains(of)) {
            throw new SQLException("severed", "08006");
          }
          if (method.getName().equals("close") && target.equals(of)) {
            open.remove(of);
          }
          if (method.getName().equals("prepareStatement")
              && args[0].toString().contains(trap)
              && untilTrap.getAndDecrement() == 1) {
            throw new SQLException("injected at " + trap, "08006");
          }
          Object result;
          try {
            result = method.invoke(target, args);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
          if (fallible) {
            mayFail("the end of " + method.getName());
          }
          if (target instanceof PreparedStatement && method.getName().equals("close")) {
            openStatements.decrementAndGet();
          }
          if (result instanceof PreparedStatement) {
            mostOpenStatements.accumulateAndGet(openStatements.incrementAndGet(), Math::max);
          }
          return switch (result) {
            case PreparedStatement statement -> proxy(PreparedStatement.class, statement, of);
            case Statement statement -> proxy(Statement.class, statement, of);
            case null, default -> result;
          };
        };
    return type.cast(
        Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
