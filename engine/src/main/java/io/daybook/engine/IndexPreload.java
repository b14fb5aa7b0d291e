package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.EventStoreClosedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.stream.Stream;

/**
 * Has the system read location columns and index files, once, behind an opening: at the speed of
 * the disk, where each first look at a page of them would wait for it. What is read stays in the
 * system's cache for as long as that has room.
 */
final class IndexPreload implements Runnable {
  private static final System.Logger LOG = System.getLogger(IndexPreload.class.getName());
  private static final int STEP_BYTES = 1 << 20;

  private final Published published;
  private long leftBytes;

  /** Reads so many bytes at most. */
  IndexPreload(Published published, long bytes) {
    this.published = published;
    this.leftBytes = bytes;
  }

  @Override
  public void run() {
    try {
      Version version = published.lease().version();
      try {
        for (Mapping part : parts(version)) {
          read(part);
        }
      } finally {
        version.release();
      }
    } catch (EventStoreClosedException _) {
      // then nobody reads any more
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the index was not read ahead", e); // its reading will tell
    }
  }

  /** What is small and what is newest first. */
  private static List<Mapping> parts(Version version) {
    List<IndexFile> newestFirst = version.index().files().reversed();
    Stream<Mapping> columns = version.logs().stream().flatMap(log -> log.columnMapping().stream());
    return Stream.concat(columns, newestFirst.stream().map(IndexFile::mapping)).toList();
  }

  /** From its end, where an index file has the tables by which everything else is found. */
  private void read(Mapping part) throws IOException {
    long end = part.segment().byteSize();
    while (end > 0 && leftBytes > 0 && !published.isClosed()) {
      int length = (int) Math.min(Math.min(end, leftBytes), STEP_BYTES);
      end -= length;
      leftBytes -= length;
      part.fetch(end, length);
    }
  }
}
