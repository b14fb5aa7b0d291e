package io.daybook.engine.log;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.RecordedEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Changes events of a store that is closed and makes all checks right again, as somebody would who
 * knows the format and wants to change history.
 */
public final class Forger {
  private final UnaryOperator<RecordedEvent> change;
  private final EventReader reader = new EventReader();

  private Forger(UnaryOperator<RecordedEvent> change) {
    this.change = change;
  }

  /** Changes events; the sizes of their bodies must stay. */
  public static void forge(Disk disk, UnaryOperator<RecordedEvent> change) throws IOException {
    var forger = new Forger(change);
    Manifest manifest = Manifest.read(disk);
    List<Manifest.LogEntry> logs = new ArrayList<>();
    int chain = 0;
    for (Manifest.LogEntry entry : manifest.logs()) {
      try (DiskFile file = disk.open(entry.name())) {
        Mapping mapping = file.map(file.size());
        chain = forger.forge(file, mapping, chain);
        mapping.release();
      }
      boolean active = logs.size() == manifest.logs().size() - 1;
      logs.add(active ? entry : withCheck(entry, chain));
    }
    manifest
        .next(manifest.sequence() + 1, manifest.nextGeneration(), logs, manifest.indexes())
        .write(disk);
  }

  private static Manifest.LogEntry withCheck(Manifest.LogEntry entry, int check) {
    return new Manifest.LogEntry(
        entry.base(),
        entry.generation(),
        entry.packed(),
        check,
        entry.usedBytes(),
        entry.lastPosition(),
        entry.leavesGeneration());
  }

  private int forge(DiskFile file, Mapping mapping, int chain) throws IOException {
    var header = FileHeader.decode(file.name(), mapping.segment(), FileHeader.Kind.LOG);
    int oldChain = LogFile.decodeChain(file.name(), mapping.segment());
    var log = new LogFile(file.name(), header, mapping, new LocationColumn());
    var scanner =
        new FrameScanner(
            file.name(), mapping.segment(), header.seed(), LogFile.FIRST_FRAME, oldChain);
    var encoder = new FrameEncoder();
    int seed = header.seed();
    int check = chain;
    while (scanner.next()) {
      if (scanner.isClose()) {
        long first = scanner.firstPosition();
        check = encoder.close(first, scanner.recordedAtMicros(), seed, scanner.offset(), check);
      } else {
        scanner.locate(log.locations(), header.base());
        for (int i = 0; i < scanner.frames(); i++) {
          DecidedAppend frame = frame(scanner, i, log);
          boolean goesOn = i + 1 < scanner.frames();
          long offset = scanner.frameOffset(i);
          check = encoder.append(frame, goesOn, seed, offset, check, scanner.durableMark());
        }
      }
      if (LogFile.FIRST_FRAME + encoder.length() != scanner.nextOffset()) {
        throw new AssertionError("the size changed");
      }
    }
    byte[] start = LogFile.encodeHeader(header, chain);
    file.write(0, start, 0, start.length);
    file.write(LogFile.FIRST_FRAME, encoder.buffer(), 0, encoder.length());
    return check;
  }

  private DecidedAppend frame(FrameScanner scanner, int number, LogFile log) {
    List<DecidedAppend.Run> runs = new ArrayList<>();
    long first = scanner.framePosition(number);
    int events = reader.frameSize(log, first);
    for (long position = first; position < first + events; position++) {
      RecordedEvent event = change.apply(reader.read(log, position));
      if (runs.isEmpty() || !runs.getLast().stream().equals(event.stream())) {
        runs.add(
            new DecidedAppend.Run(event.stream(), event.revision().value(), new ArrayList<>()));
      }
      runs.getLast().events().add(event.event());
    }
    return new DecidedAppend(first, scanner.recordedAtMicros(), runs);
  }
}
