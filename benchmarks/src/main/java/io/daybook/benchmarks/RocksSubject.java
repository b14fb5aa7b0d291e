package io.daybook.benchmarks;

import io.daybook.eventstore.Event;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An event store as one would build it on RocksDB: events under their position, streams and tags as
 * keys that lead to positions, each append one batch. RocksDB groups the syncs of concurrent
 * writers by itself. LZ4, a filter and a cache of half a gigabyte. Last revisions are kept in
 * memory and ids are not indexed, which favours it.
 */
final class RocksSubject implements Subject {
  private static final int FILL_BYTES = 1 << 20;
  private static final int STRIPES = 1 << 12;

  private final AtomicLong next = new AtomicLong();
  private final Map<String, Long> lastRevisions = new ConcurrentHashMap<>();
  private final ReentrantLock[] tagLocks = new ReentrantLock[STRIPES];
  private final List<AutoCloseable> natives = new ArrayList<>();
  private @Nullable WriteOptions writing;
  private @Nullable RocksDB opened;

  RocksSubject() {
    RocksDB.loadLibrary();
    Arrays.setAll(tagLocks, _ -> new ReentrantLock());
  }

  @Override
  public String name() {
    return "rocksdb";
  }

  @Override
  public Set<Ability> abilities() {
    return Set.of(Ability.values());
  }

  @Override
  public boolean likesVirtualThreads() {
    return false;
  }

  private <T extends AutoCloseable> T keep(T nativeObject) {
    natives.add(nativeObject);
    return nativeObject;
  }

  @Override
  public void open(Path folder, Ability durability) throws RocksDBException {
    var table =
        new BlockBasedTableConfig()
            .setBlockCache(keep(new LRUCache(512L << 20)))
            .setFilterPolicy(keep(new BloomFilter(10)));
    Options options =
        keep(new Options())
            .setCreateIfMissing(true)
            .setIncreaseParallelism(Runtime.getRuntime().availableProcessors())
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setTableFormatConfig(table);
    writing = keep(new WriteOptions()).setSync(durability == Ability.SYNCED);
    opened = RocksDB.open(options, folder.toString());
  }

  private RocksDB db() {
    if (opened == null) {
      throw new IllegalStateException("not open");
    }
    return opened;
  }

  @Override
  public void append(Write write) throws RocksDBException {
    Write.Condition condition = write.condition();
    if (condition == null) {
      commit(write);
      return;
    }
    // who appends under a condition holds its tag until the batch is synced; others group with it
    ReentrantLock lock = tagLocks[Math.floorMod(condition.tag().hashCode(), STRIPES)];
    lock.lock();
    try {
      if (exists(condition)) {
        throw write.refused("an event matches the condition");
      }
      commit(write);
    } finally {
      lock.unlock();
    }
  }

  private void commit(Write write) throws RocksDBException {
    Long last = lastRevisions.get(write.stream());
    if ((last == null ? -1 : last) != write.expected()) {
      throw write.refused("it is at " + last);
    }
    WriteOptions options = writing;
    if (options == null) {
      throw new IllegalStateException("not open");
    }
    try (var batch = new WriteBatch()) {
      put(batch, write);
      db().write(options, batch);
    }
    lastRevisions.put(write.stream(), write.expected() + write.events().size());
  }

  private void put(WriteBatch batch, Write write) throws RocksDBException {
    long position = next.getAndAdd(write.events().size());
    long revision = write.expected();
    byte[] stream = write.stream().getBytes(StandardCharsets.UTF_8);
    for (Sample event : write.events()) {
      revision++;
      byte[] tag = event.tag().getBytes(StandardCharsets.UTF_8);
      byte[] place = number(position);
      batch.put(key('p', new byte[0], position), value(stream, revision, tag, event));
      batch.put(key('s', stream, revision), place);
      batch.put(key('t', tag, position), place);
      position++;
    }
  }

  @Override
  public void fill(Iterable<List<Write>> appends, LongConsumer progress) throws RocksDBException {
    try (var options = new WriteOptions().setDisableWAL(true);
        var batch = new WriteBatch();
        var flush = new FlushOptions().setWaitForFlush(true)) {
      for (List<Write> writes : appends) {
        for (Write write : writes) {
          put(batch, write);
        }
        if (batch.getDataSize() > FILL_BYTES) {
          db().write(options, batch);
          batch.clear();
          progress.accept(next.get());
        }
      }
      db().write(options, batch);
      db().flush(flush);
    }
    db().compactRange();
  }

  private static byte[] value(byte[] stream, long revision, byte[] tag, Sample event) {
    byte[] type = event.type().getBytes(StandardCharsets.UTF_8);
    byte[] data = event.data();
    UUID id = Event.newId();
    return ByteBuffer.allocate(35 + stream.length + type.length + tag.length + data.length)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .putLong(revision)
        .putLong(System.currentTimeMillis())
        .put((byte) type.length)
        .put(type)
        .put((byte) stream.length)
        .put(stream)
        .put((byte) tag.length)
        .put(tag)
        .put(data)
        .array();
  }

  private static String name(ByteBuffer value) {
    byte[] name = new byte[value.get()];
    value.get(name);
    return new String(name, StandardCharsets.UTF_8);
  }

  /** Decodes what a reader would be given, and returns the size of the data. */
  private static long decode(byte @Nullable [] value) {
    if (value == null) {
      throw new IllegalStateException("an event is missing");
    }
    var buffer = ByteBuffer.wrap(value);
    long fixed = new UUID(buffer.getLong(), buffer.getLong()).version() + buffer.getLong();
    long names =
        buffer.getLong()
            + name(buffer).length()
            + name(buffer).length()
            + name(buffer).length()
            + fixed;
    byte[] data = new byte[buffer.remaining()];
    buffer.get(data);
    return names > 0 ? data.length : 0;
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static byte[] key(char kind, byte[] name, long number) {
    return ByteBuffer.allocate(name.length + 2 + Long.BYTES)
        .put((byte) kind)
        .put(name)
        .put((byte) 0)
        .putLong(number)
        .array();
  }

  @Override
  public long head() {
    return next.get() - 1;
  }

  private List<byte[]> places(char kind, String name, long from) {
    byte[] first = key(kind, name.getBytes(StandardCharsets.UTF_8), from);
    int prefix = first.length - Long.BYTES;
    List<byte[]> places = new ArrayList<>();
    try (RocksIterator iterator = db().newIterator()) {
      for (iterator.seek(first); iterator.isValid(); iterator.next()) {
        byte[] key = iterator.key();
        if (key.length != first.length || !Arrays.equals(key, 0, prefix, first, 0, prefix)) {
          break;
        }
        places.add(key('p', new byte[0], ByteBuffer.wrap(iterator.value()).getLong()));
      }
    }
    return places;
  }

  private boolean exists(Write.Condition condition) throws RocksDBException {
    for (byte[] place : places('t', condition.tag(), condition.after() + 1)) {
      byte[] value = db().get(place);
      if (value != null && name(ByteBuffer.wrap(value).position(32)).equals(condition.type())) {
        return true;
      }
    }
    return false;
  }

  private long follow(char kind, String name) throws RocksDBException {
    long bytes = 0;
    for (byte[] value : db().multiGetAsList(places(kind, name, 0))) {
      bytes += decode(value);
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
      for (iterator.seek(key('p', new byte[0], 0)); iterator.isValid(); iterator.next()) {
        if (iterator.key()[0] != 'p') {
          break;
        }
        bytes += decode(iterator.value());
      }
    }
    return bytes;
  }

  @Override
  public void close() throws Exception {
    db().close();
    opened = null;
    for (AutoCloseable each : natives.reversed()) {
      each.close();
    }
    natives.clear();
  }
}
