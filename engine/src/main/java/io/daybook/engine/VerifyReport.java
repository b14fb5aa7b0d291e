package io.daybook.engine;

import io.daybook.eventstore.StoreDamagedException;
import java.util.List;

/**
 * What checking a whole store found.
 *
 * @param events how many events were read
 * @param files how many files were read
 * @param bytes how many bytes were read
 * @param notes what is worth knowing and is no damage, for a person to read
 * @param damages what is damaged, the first thing of each file; empty if all is as it was written
 */
public record VerifyReport(
    long events, int files, long bytes, List<String> notes, List<StoreDamagedException> damages) {
  /** Copies the lists. */
  public VerifyReport {
    notes = List.copyOf(notes);
    damages = List.copyOf(damages);
  }

  /** Whether all is as it was written. */
  public boolean isIntact() {
    return damages.isEmpty();
  }
}
