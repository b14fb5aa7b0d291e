package io.daybook.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Standard output or a file, buffered. A reader that went away, as in {@code daybook read | head},
 * ends the command by {@link ReaderGoneException}; any other failure by {@link
 * CommandFailedException}. After that, output is dropped: the failure is told once.
 */
final class Output extends OutputStream {

  /** Nobody reads standard output any more: the command has nothing left to do. */
  static final class ReaderGoneException extends RuntimeException {
    private ReaderGoneException(IOException cause) {
      super("nobody reads standard output any more", cause);
    }
  }

  private static final int BUFFER_BYTES = 1 << 16;

  private final BufferedOutputStream out;
  private final String name;
  private boolean failed;

  /** Standard output. */
  Output(OutputStream out) {
    this(out, "standard output");
  }

  /** A file, by the name that the user gave it. */
  Output(OutputStream out, String name) {
    this.out = new BufferedOutputStream(out, BUFFER_BYTES);
    this.name = name;
  }

  /** Fails unless there is a folder for a file that is to be written. */
  static void requireFolder(Path file) {
    Path folder = file.getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw CommandFailedException.failure(
          "there is no folder " + folder + " to write " + file.getFileName() + " in", null);
    }
  }

  /** Writes one line of text. */
  void line(String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    write(bytes, 0, bytes.length);
  }

  /** What picocli writes its help to. */
  PrintWriter asWriter() {
    return new PrintWriter(this, false, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int b) {
    if (failed) {
      return;
    }
    try {
      out.write(b);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (failed) {
      return;
    }
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void flush() {
    if (failed) {
      return;
    }
    try {
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Flushes; what was given to write to stays open. */
  @Override
  public void close() {
    flush();
  }

  private RuntimeException failed(IOException e) {
    failed = true;
    return isReaderGone(e)
        ? new ReaderGoneException(e)
        : CommandFailedException.failure(failure(name, e), e);
  }

  /** Whether nobody reads what is written any more. */
  static boolean isReaderGone(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("Broken pipe") || message.contains("Pipe closed");
  }

  /** Says in words that something can't be written. */
  static String failure(String name, IOException e) {
    return name + " can't be written: " + e.getMessage();
  }
}
