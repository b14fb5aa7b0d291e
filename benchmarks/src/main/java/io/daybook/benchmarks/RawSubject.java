package io.daybook.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The limit: the payloads alone, written and synced into a file whose blocks exist. */
final class RawSubject implements Subject {
  private static final long FILE_BYTES = 64L << 20;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
  private @Nullable FileChannel opened;
  private boolean synced;
  private long offset;
  private long events;

  @Override
  public String name() {
    return "raw";
  }

  @Override
  public Set<Ability> abilities() {
    return Set.of(Ability.SYNCED, Ability.UNSYNCED);
  }

  @Override
  public void open(Path folder, Ability durability) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("raw"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    for (long at = 0; at < FILE_BYTES; at += buffer.capacity()) {
      channel.write(buffer.clear(), at);
    }
    channel.force(true);
    opened = channel;
    synced = durability == Ability.SYNCED;
    offset = 0;
    events = 0;
  }

  @Override
  public void append(Write write) throws IOException {
    FileChannel channel = opened;
    if (channel == null) {
      throw new IllegalStateException("not open");
    }
    buffer.clear();
    for (Sample sample : write.events()) {
      buffer.put(sample.data());
    }
    buffer.flip();
    if (offset + buffer.limit() > FILE_BYTES) {
      offset = 0;
    }
    offset += channel.write(buffer, offset);
    if (synced) {
      channel.force(false);
    }
    events += write.events().size();
  }

  @Override
  public void fill(Iterable<List<Write>> appends, LongConsumer progress) {
    throw new UnsupportedOperationException("there is nothing to read");
  }

  @Override
  public long head() {
    return events - 1;
  }

  @Override
  public long readStream(String stream) {
    throw new UnsupportedOperationException("there is nothing to read");
  }

  @Override
  public long readTag(String tag) {
    throw new UnsupportedOperationException("there is nothing to read");
  }

  @Override
  public long scan() {
    throw new UnsupportedOperationException("there is nothing to read");
  }

  @Override
  public void close() throws IOException {
    if (opened != null) {
      opened.close();
    }
  }
}
