package io.daybook.benchmarks.packs;

import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Bytes on the disk for the events of a store, index included: as it is, compressed, and what
 * RocksDB with LZ4 takes for the same events under keys for positions, streams and tags. Arguments:
 * the folder of a store, which stays compressed, and an empty folder.
 */
public final class DiskSpike {
  private DiskSpike() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Path store = Path.of(arguments[0]);
    Path rocks = Path.of(arguments[1]);
    long events;
    try (EngineStore plain = EngineStore.open(store)) {
      events = plain.stats().events();
      copy(plain, rocks);
    }
    tell("plain", store, events);
    EngineStore.open(store, EngineOptions.defaults().compressed()).close();
    tell("compressed", store, events);
    tell("  of it index", store.resolve("index"), events);
    tell("RocksDB-LZ4, compacted", rocks, events);
  }

  private static void tell(String what, Path folder, long events) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      System.out.printf("%s: %.1f bytes an event%n", what, (double) bytes / events);
    }
  }

  private static void copy(EngineStore store, Path folder) throws RocksDBException {
    try (Options options =
            new Options()
                .setCreateIfMissing(true)
                .setCompressionType(CompressionType.LZ4_COMPRESSION);
        WriteOptions writing = new WriteOptions().setDisableWAL(true);
        RocksDB db = RocksDB.open(options, folder.toString());
        var read = store.read(Query.everything())) {
      for (RecordedEvent event : read) {
        try (var batch = new WriteBatch()) {
          long position = event.position().value();
          byte[] place = ByteBuffer.allocate(Long.BYTES).putLong(position).array();
          batch.put(key('p', "", position), value(event));
          batch.put(key('s', event.stream(), event.revision().value()), place);
          for (String tag : event.tags()) {
            batch.put(key('t', tag, position), place);
          }
          db.write(writing, batch);
        }
      }
      db.compactRange();
    }
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

  private static byte[] value(RecordedEvent event) {
    String names = event.stream() + '\0' + event.type() + '\0' + String.join("\0", event.tags());
    byte[] text = names.getBytes(StandardCharsets.UTF_8);
    byte[] data = event.data().toByteArray();
    return ByteBuffer.allocate(32 + text.length + 2 + data.length)
        .putLong(event.id().getMostSignificantBits())
        .putLong(event.id().getLeastSignificantBits())
        .putLong(event.revision().value())
        .putLong(event.recordedAt().toEpochMilli())
        .putShort((short) text.length)
        .put(text)
        .put(data)
        .array();
  }
}
