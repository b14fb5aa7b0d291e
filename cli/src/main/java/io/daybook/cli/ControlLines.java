package io.daybook.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines of text over a socket, with a limit. One thread reads, one writes. */
final class ControlLines {

  /** A line that cannot be taken; nothing sensible follows on this connection. */
  static final class BadLineException extends IOException {
    private static final long serialVersionUID = 1;

    BadLineException(String message) {
      super(message);
    }
  }

  private final SocketChannel channel;
  private final int maxBytes;
  private final ByteBuffer read = ByteBuffer.allocate(4_096).flip();
  private byte[] line = new byte[256];

  ControlLines(SocketChannel channel, int maxBytes) {
    this.channel = channel;
    this.maxBytes = maxBytes;
  }

  /**
   * The next line without its end; null if there is none.
   *
   * @throws BadLineException if it is too long, or not UTF-8
   */
  @Nullable String next() throws IOException {
    int size = 0;
    while (true) {
      while (read.hasRemaining()) {
        byte b = read.get();
        if (b == '\n') {
          return decoded(size);
        }
        if (size == maxBytes) {
          throw new BadLineException("a line has more than " + maxBytes + " bytes");
        }
        if (size == line.length) {
          line = Arrays.copyOf(line, Math.min(maxBytes, 2 * size));
        }
        line[size++] = b;
      }
      read.clear();
      int count = channel.read(read);
      read.flip();
      if (count < 0) {
        return size == 0 ? null : decoded(size);
      }
    }
  }

  private String decoded(int size) throws BadLineException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line, 0, size)).toString();
    } catch (CharacterCodingException _) {
      throw new BadLineException("a line is not UTF-8");
    }
  }

  void write(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
