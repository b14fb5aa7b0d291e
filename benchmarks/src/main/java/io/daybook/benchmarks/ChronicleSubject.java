package io.daybook.benchmarks;

import io.daybook.eventstore.Event;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Chronicle Queue: appends into mapped memory that nobody syncs, and reads in order. It has no
 * streams, tags or checks.
 */
final class ChronicleSubject implements Subject {
  private @Nullable ChronicleQueue opened;
  private @Nullable ExcerptAppender appender;
  private final Bytes<byte[]> buffer = Bytes.allocateElasticOnHeap(1 << 10);
  private long events;

  @Override
  public String name() {
    return "chronicle";
  }

  @Override
  public Set<Ability> abilities() {
    return Set.of(Ability.UNSYNCED, Ability.SCAN);
  }

  @Override
  public void open(Path folder, Ability durability) {
    ChronicleQueue queue = SingleChronicleQueueBuilder.binary(folder).build();
    opened = queue;
    appender = queue.createAppender();
  }

  private ChronicleQueue queue() {
    if (opened == null) {
      throw new IllegalStateException("not open");
    }
    return opened;
  }

  @Override
  public void append(Write write) {
    ExcerptAppender excerpts = appender;
    if (excerpts == null) {
      throw new IllegalStateException("not open");
    }
    long revision = write.expected();
    for (Sample sample : write.events()) {
      UUID id = Event.newId();
      buffer.clear();
      buffer
          .writeLong(id.getMostSignificantBits())
          .writeLong(id.getLeastSignificantBits())
          .writeLong(++revision)
          .writeLong(System.currentTimeMillis())
          .writeUtf8(write.stream())
          .writeUtf8(sample.type())
          .writeUtf8(sample.tag())
          .writeInt(sample.data().length)
          .write(sample.data());
      excerpts.writeBytes(buffer);
      events++;
    }
  }

  @Override
  public void fill(Iterable<List<Write>> appends, LongConsumer progress) {
    for (List<Write> writes : appends) {
      writes.forEach(this::append);
      progress.accept(events);
    }
  }

  @Override
  public long head() {
    return events - 1;
  }

  @Override
  public long readStream(String stream) {
    throw new UnsupportedOperationException("no streams");
  }

  @Override
  public long readTag(String tag) {
    throw new UnsupportedOperationException("no tags");
  }

  @Override
  public long scan() {
    Bytes<byte[]> event = Bytes.allocateElasticOnHeap(1 << 10);
    long bytes = 0;
    try (ExcerptTailer tailer = queue().createTailer()) {
      while (tailer.readBytes(event.clear())) {
        UUID id = new UUID(event.readLong(), event.readLong());
        long numbers = event.readLong() + event.readLong();
        String stream = event.readUtf8();
        String type = event.readUtf8();
        String tag = event.readUtf8();
        if (id.version() < 1 || numbers < 0 || stream == null || type == null || tag == null) {
          throw new IllegalStateException("an event without a name");
        }
        byte[] data = new byte[event.readInt()];
        event.read(data);
        bytes += data.length;
      }
    }
    return bytes;
  }

  @Override
  public void close() {
    if (appender != null) {
      appender.close();
    }
    queue().close();
  }
}
