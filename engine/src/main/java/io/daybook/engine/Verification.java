package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.verify.StoreVerifier;
import io.daybook.eventstore.StoreDamagedException;
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
          var verifier = new StoreVerifier(opened, done -> progress.progressed("verify", done, 0));
          StoreVerifier.Findings found = verifier.verify();
          return new VerifyReport(
              found.events(), found.files(), found.bytes(), found.notes(), found.damages());
        });
  }
}
