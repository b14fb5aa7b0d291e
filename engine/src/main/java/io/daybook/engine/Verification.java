package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.LogFollower;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.verify.StoreVerifier;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** A look at all that is stored; see {@link EngineStore#verify}. */
final class Verification {
  private Verification() {}

  /** Verifies the store on a disk, which nobody may have open meanwhile. */
  static VerifyReport of(Disk disk, String name, EngineOptions options, ProgressListener progress) {
    return Opening.locked(
        disk,
        name,
        () -> {
          Disk opened;
          try {
            opened = Encryption.openIfReadable(disk, name, options.keySource());
          } catch (StoreDamagedException e) {
            return new VerifyReport(0, 0, 0, List.of(), List.of(e));
          }
          long total = eventsOf(opened);
          var verifier =
              new StoreVerifier(opened, done -> progress.progressed("verify", done, total));
          StoreVerifier.Findings found = verifier.verify();
          return new VerifyReport(
              found.events(), found.files(), found.bytes(), found.notes(), found.damages());
        });
  }

  private static long eventsOf(Disk disk) throws IOException {
    try {
      return eventsOf(disk, Manifest.read(disk));
    } catch (EventStoreFailedException | NoSuchFileException _) {
      return 0; // the verification finds out what is wrong, and says it
    }
  }

  /** How many events there are, by the frames of the newest log file; 0 if that is not known. */
  static long eventsOf(Disk disk, Manifest manifest) throws IOException {
    try {
      var log = new LogFollower(disk);
      LogFile active = log.openActive(manifest, null);
      try {
        log.advanceToEnd();
        return log.nextPosition();
      } finally {
        active.release();
      }
    } catch (EventStoreFailedException | NoSuchFileException _) {
      return 0; // what is wrong is found when that file is read
    }
  }
}
