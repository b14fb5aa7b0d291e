package io.daybook.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks the application that has a store open. Used by one thread. */
final class ControlClient implements AutoCloseable {
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private final SocketChannel channel;
  private final ControlLines lines;

  private ControlClient(SocketChannel channel) {
    this.channel = channel;
    this.lines = new ControlLines(channel, MAX_ANSWER_BYTES);
  }

  /**
   * Connects to the application that listens there; nothing if none does.
   *
   * @throws IOException if whether one listens cannot be told
   */
  static Optional<ControlClient> connect(ControlPlace place) throws IOException {
    Optional<Path> socket = place.socket();
    if (socket.isEmpty()) {
      return Optional.empty();
    }
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket.get()));
      return Optional.of(new ControlClient(channel));
    } catch (ConnectException _) {
      channel.close(); // it died and left its socket
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Asks, and returns what the application said.
   *
   * @param progress is told how far it is, if that is said
   * @throws CommandFailedException if the application says no
   */
  Map<String, @Nullable Object> ask(
      Map<String, ?> request, Consumer<Map<String, @Nullable Object>> progress) throws IOException {
    lines.write(JsonTree.write(request));
    while (true) {
      String line = lines.next();
      if (line == null) {
        throw new IOException("the application closed the connection before it had answered");
      }
      Map<String, @Nullable Object> answer = parsed(line);
      if (answer.containsKey("ok")) {
        return JsonTree.object(answer.get("ok"));
      }
      if (answer.containsKey("error")) {
        throw refused(JsonTree.text(answer.get("error")), JsonTree.text(answer.get("code")));
      }
      progress.accept(JsonTree.object(answer.get("progress")));
    }
  }

  private static CommandFailedException refused(String message, String code) {
    return code.equals("bad-request") || code.equals("unknown-projection")
        ? CommandFailedException.usage(message)
        : CommandFailedException.failure(message, null);
  }

  private static Map<String, @Nullable Object> parsed(String line) throws IOException {
    try {
      return JsonTree.parseObject(line);
    } catch (IllegalArgumentException e) {
      throw new IOException("the application answered what is " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
