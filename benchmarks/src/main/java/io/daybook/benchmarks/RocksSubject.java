package io.daybook.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An event store as one would build it on RocksDB: events under their position, streams and tags as
 * keys that lead to positions, each append one synced batch. RocksDB groups the syncs of concurrent
 * writers by itself. Last revisions are kept in memory, which favours it.
 */
final class RocksSubject implements Subject {
  private final AtomicLong next = new AtomicLong();
  private final Map<String, Long> lastRevisions = new ConcurrentHashMap<>();
  private @Nullable Options options;
  private @Nullable WriteOptions synced;
  private @Nullable RocksDB opened;

  @Override
  public String name() {
    return "rocksdb";
  }

  @Override
  public void open(Path folder) throws RocksDBException {
    options = new Options().setCreateIfMissing(true);
    synced = new WriteOptions().setSync(true);
    opened = RocksDB.open(options, folder.toString());
  }

  private RocksDB db() {
    if (opened == null) {
      throw new IllegalStateException("not open");
    }
    return opened;
  }

  @Override
  public void append(String stream, long expected, List<Sample> events) throws RocksDBException {
    Long last = lastRevisions.get(stream);
    if ((last == null ? -1 : last) != expected) {
      throw new IllegalStateException(stream + " is at " + last + ", not " + expected);
    }
    long position = next.getAndAdd(events.size());
    long revision = expected;
    try (var batch = new WriteBatch()) {
      for (Sample event : events) {
        revision++;
        byte[] place = number(position);
        batch.put(key('p', "", position), value(stream, revision, event));
        batch.put(key('s', stream, revision), place);
        batch.put(key('t', event.tag(), position), place);
        position++;
      }
      WriteOptions writing = synced;
      if (writing == null) {
        throw new IllegalStateException("not open");
      }
      db().write(writing, batch);
    }
    lastRevisions.put(stream, revision);
  }

  private static byte[] value(String stream, long revision, Sample event) {
    byte[] streamBytes = stream.getBytes(StandardCharsets.UTF_8);
    byte[] type = event.type().getBytes(StandardCharsets.UTF_8);
    byte[] tag = event.tag().getBytes(StandardCharsets.UTF_8);
    byte[] data = event.bytes();
    UUID id = UUID.randomUUID();
    return ByteBuffer.allocate(35 + streamBytes.length + type.length + tag.length + data.length)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .putLong(revision)
        .putLong(System.currentTimeMillis())
        .put((byte) streamBytes.length)
        .put(streamBytes)
        .put((byte) type.length)
        .put(type)
        .put((byte) tag.length)
        .put(tag)
        .put(data)
        .array();
  }

  /** Decodes what a reader would be given, and returns the size of the data. */
  private static long decode(byte[] value) {
    var buffer = ByteBuffer.wrap(value);
    buffer.position(32);
    long names = 0;
    for (int i = 0; i < 3; i++) {
      byte[] name = new byte[buffer.get()];
      buffer.get(name);
      names += new String(name, StandardCharsets.UTF_8).length();
    }
    byte[] data = new byte[buffer.remaining()];
    buffer.get(data);
    return names > 0 ? data.length : 0;
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static byte[] key(char kind, String name, long number) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(bytes.length + 2 + Long.BYTES)
        .put((byte) kind)
        .put(bytes)
        .put((byte) 0)
        .putLong(number)
        .array();
  }

  @Override
  public long head() {
    return next.get() - 1;
  }

  private long follow(char kind, String name) throws RocksDBException {
    byte[] first = key(kind, name, 0);
    int prefix = first.length - Long.BYTES;
    long bytes = 0;
    try (RocksIterator iterator = db().newIterator()) {
      for (iterator.seek(first); iterator.isValid(); iterator.next()) {
        byte[] key = iterator.key();
        if (!Arrays.equals(key, 0, Math.min(prefix, key.length), first, 0, prefix)) {
          break;
        }
        byte[] value = db().get(key('p', "", ByteBuffer.wrap(iterator.value()).getLong()));
        bytes += decode(value);
      }
    }
    return bytes;
  }

  @Override
  public long readStream(String stream) throws RocksDBException {
    return follow('s', stream);
  }

  @Override
  public long readTag(String tag) throws RocksDBException {
    return follow('t', tag);
  }

  @Override
  public long scan() {
    long bytes = 0;
    try (RocksIterator iterator = db().newIterator()) {
      for (iterator.seek(key('p', "", 0)); iterator.isValid(); iterator.next()) {
        if (iterator.key()[0] != 'p') {
          break;
        }
        bytes += decode(iterator.value());
      }
    }
    return bytes;
  }

  @Override
  public void close() {
    db().close();
    if (synced != null) {
      synced.close();
    }
    if (options != null) {
      options.close();
    }
  }
}
