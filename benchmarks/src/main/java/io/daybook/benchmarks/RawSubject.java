package io.daybook.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The limit: the payloads alone, written and synced into a file whose blocks exist. */
final class RawSubject implements Subject {
  private static final long FILE_BYTES = 256L << 20;

  private @Nullable FileChannel opened;
  private long offset;
  private long events;

  @Override
  public String name() {
    return "raw";
  }

  @Override
  public void open(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("raw"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    var zeros = ByteBuffer.allocateDirect(1 << 20);
    for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
      channel.write(zeros.clear(), at);
    }
    channel.force(true);
    opened = channel;
  }

  @Override
  public void append(String stream, long expected, List<Sample> samples) throws IOException {
    FileChannel channel = opened;
    if (channel == null) {
      throw new IllegalStateException("not open");
    }
    var buffer = ByteBuffer.allocate(samples.stream().mapToInt(s -> s.data().length()).sum());
    samples.forEach(sample -> buffer.put(sample.bytes()));
    buffer.flip();
    if (offset + buffer.limit() > FILE_BYTES) {
      offset = 0;
    }
    offset += channel.write(buffer, offset);
    channel.force(false);
    events += samples.size();
  }

  @Override
  public boolean canRead() {
    return false;
  }

  @Override
  public long head() {
    return events - 1;
  }

  @Override
  public long readStream(String stream) {
    return 0;
  }

  @Override
  public long readTag(String tag) {
    return 0;
  }

  @Override
  public long scan() {
    return 0;
  }

  @Override
  public void close() throws IOException {
    if (opened != null) {
      opened.close();
    }
  }
}
