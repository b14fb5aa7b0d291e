package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.ForwardingDisk;
import io.daybook.engine.io.Mapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The bug of a recovery that takes the beginning of an append for all of it. When a log file is
 * opened that ends with a frame that says that its append goes on, and it does not, the frame is
 * made to say that it is the last.
 */
public final class BegunAppends {
  private int trusted;

  /** How many beginnings were made to look whole. */
  public int trusted() {
    return trusted;
  }

  /** A disk that shows beginnings as whole appends. */
  public Disk on(Disk disk) {
    return new TrustingDisk(disk);
  }

  private void trust(DiskFile file) throws IOException {
    Mapping mapping = file.map(file.size());
    byte[] bytes = Bytes.copy(mapping.segment(), 0, (int) file.size());
    mapping.release();
    if (bytes.length < LogFile.FIRST_FRAME) {
      return;
    }
    MemorySegment segment = MemorySegment.ofArray(bytes);
    int seed = FileHeader.decode(file.name(), segment, FileHeader.Kind.LOG).seed();
    int chain = Bytes.getInt(bytes, LogFile.CHAIN_OFFSET);
    var scanner = new FrameScanner(file.name(), segment, seed, LogFile.FIRST_FRAME, chain);
    while (scanner.next()) {
      chain = scanner.check();
    }
    int last = 0;
    var frames = new FrameScanner(file.name(), segment, seed, LogFile.FIRST_FRAME, 0);
    for (long at = scanner.nextOffset(); frames.search(at, at); at = frames.nextOffset()) {
      last = (int) at;
    }
    if (last > 0 && bytes[last + Frame.GOES_ON] != 0) {
      bytes[last + Frame.GOES_ON] = 0;
      FuzzChecks.mendFrames(bytes);
      file.write(last, bytes, last, Frame.HEADER_BYTES);
      trusted++;
    }
  }

  private final class TrustingDisk extends ForwardingDisk {

    TrustingDisk(Disk disk) {
      super(disk);
    }

    @Override
    public DiskFile open(String name) throws IOException {
      DiskFile file = disk().open(name);
      try {
        if (name.endsWith(".log")) {
          trust(file);
        }
      } catch (IOException e) {
        file.close();
        throw e;
      }
      return file;
    }
  }
}
