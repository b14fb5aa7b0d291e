package io.daybook.cli;

import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.projection.RunningProjection;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where a running application takes requests of the same user on the same machine: how its
 * projections and process managers are, to pause, resume or rebuild a projection, or to deal with
 * what is parked. The commands that {@link ApplicationCommands} adds are its callers.
 *
 * <pre>{@code
 * try (var store = EngineStore.open(data);
 *     var balances = BALANCES.follow(store);
 *     var control = ControlEndpoint.open(data, balances)) {
 *   …
 * }
 * }</pre>
 *
 * <p>It is a Unix domain socket, {@code DATA.control/socket} beside the store's directory, in a
 * directory of mode 700. A request that makes no sense is answered by an error; none harms the
 * application. May be closed by any thread.
 */
public final class ControlEndpoint implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ControlEndpoint.class.getName());

  /** What a request may have. */
  static final int MAX_REQUEST_BYTES = 65_536;

  /** Who comes when there are so many takes the place of the one that was silent for longest. */
  static final int MAX_CONNECTIONS = 16;

  private final ControlPlace place;
  private final ServerSocketChannel server;
  private final ControlRequests requests;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();

  /** Those that are connected, the one that is silent for longest first; under the lock. */
  private final List<Connection> connections = new ArrayList<>();

  private volatile boolean closed;

  private ControlEndpoint(
      ControlPlace place, ServerSocketChannel server, ControlRequests requests) {
    this.place = place;
    this.server = server;
    this.requests = requests;
    this.thread = Thread.ofVirtual().name("daybook-control").unstarted(this::accept);
  }

  /**
   * Listens for requests until this is closed. Close it before what it controls.
   *
   * @param data the directory of the store that the application has open
   * @param projections what can be asked for, each under its name
   * @throws IllegalArgumentException if two have the same name
   * @throws CommandFailedException if it cannot listen there, or another application does
   */
  public static ControlEndpoint open(Path data, RunningProjection... projections) {
    return open(data, List.of(projections));
  }

  /** The same; see {@link #open(Path, RunningProjection...)}. */
  public static ControlEndpoint open(Path data, List<? extends RunningProjection> projections) {
    return open(data, projections, List.of());
  }

  /**
   * The same, for process managers besides: how far they are, and their parked instances.
   *
   * @throws IllegalArgumentException if two have the same name
   * @throws CommandFailedException if it cannot listen there, or another application does
   */
  public static ControlEndpoint open(
      Path data,
      List<? extends RunningProjection> projections,
      List<? extends ProcessRunner<?>> processes) {
    var requests = new ControlRequests(projections, processes);
    ControlPlace place = ControlPlace.of(data);
    try {
      requireNobody(place);
      Path socket = place.prepare();
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      } catch (IOException | RuntimeException e) {
        server.close();
        throw e;
      }
      var endpoint = new ControlEndpoint(place, server, requests);
      endpoint.thread.start();
      return endpoint;
    } catch (IOException | UnsupportedOperationException e) {
      throw CommandFailedException.failure(
          "the application cannot listen in " + place.directory() + ": " + Failures.message(e), e);
    }
  }

  /** What an application left that died is taken away; one that lives is not disturbed. */
  private static void requireNobody(ControlPlace place) throws IOException {
    var client = ControlClient.connect(place);
    if (client.isPresent()) {
      client.get().close();
      throw new IOException("another application listens there already");
    }
    if (place.socket().isPresent()) {
      place.clear();
    }
  }

  private void accept() {
    while (!closed) {
      try {
        SocketChannel channel = server.accept();
        admit(new Connection(channel));
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException | RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "a connection for control failed", e);
      }
    }
  }

  private void admit(Connection connection) throws IOException {
    Connection left = null;
    boolean admitted;
    lock.lock();
    try {
      if (connections.size() >= MAX_CONNECTIONS) {
        left = silent();
        connections.remove(left);
      }
      admitted = !closed && connections.size() < MAX_CONNECTIONS;
      if (admitted) {
        connections.add(connection);
      }
    } finally {
      lock.unlock();
    }
    if (left != null) {
      left.channel.close();
    }
    if (!admitted) {
      connection.channel.close();
      return;
    }
    var _ = Thread.ofVirtual().name("daybook-control-connection").start(connection::serve);
  }

  /** The one that is silent for longest; null if all wait for answers. */
  private @Nullable Connection silent() {
    return connections.stream().filter(each -> !each.busy).findFirst().orElse(null);
  }

  /** One that asks. */
  private final class Connection {
    private final SocketChannel channel;
    private final ControlLines lines;

    /** Whether a request is being answered; under the lock. */
    private boolean busy;

    Connection(SocketChannel channel) {
      this.channel = channel;
      this.lines = new ControlLines(channel, MAX_REQUEST_BYTES);
    }

    void serve() {
      try (channel) {
        answerAll();
      } catch (IOException _) {
        // it went away, or was closed to make room
      } catch (Throwable e) {
        LOG.log(System.Logger.Level.WARNING, "a request for control failed", e);
      } finally {
        lock.lock();
        try {
          connections.remove(this);
        } finally {
          lock.unlock();
        }
      }
    }

    private void answerAll() throws IOException {
      try {
        String request = lines.next();
        while (request != null) {
          busy(true);
          requests.answer(request, lines::write);
          busy(false);
          request = lines.next();
        }
      } catch (ControlLines.BadLineException e) {
        lines.write(ControlRequests.error("bad-request", String.valueOf(e.getMessage())));
      }
    }

    private void busy(boolean now) {
      lock.lock();
      try {
        busy = now;
        if (connections.remove(this)) {
          connections.addLast(this);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Listens no more. A rebuild that is under way goes on until it is done or its read model is
   * closed. Closing twice does nothing.
   */
  @Override
  public void close() {
    List<Connection> open;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      open = List.copyOf(connections);
    } finally {
      lock.unlock();
    }
    try {
      place.clear();
      server.close();
      for (Connection connection : open) {
        connection.channel.close();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "what listened for control was not closed cleanly", e);
    }
  }
}
