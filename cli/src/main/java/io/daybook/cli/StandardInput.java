package io.daybook.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import org.jspecify.annotations.Nullable;

/**
 * Standard input by way of a channel, because waiting for a channel can be interrupted: so that
 * Ctrl-C ends a command that waits for input. Used by one thread.
 */
final class StandardInput extends InputStream {
  private @Nullable InputStream opened;

  private InputStream in() {
    InputStream in = opened;
    if (in == null) {
      in = Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel());
      opened = in;
    }
    return in;
  }

  @Override
  public int read() throws IOException {
    return in().read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return in().read(bytes, offset, length);
  }
}
