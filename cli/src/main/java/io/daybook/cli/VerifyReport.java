package io.daybook.cli;

import java.util.List;
import java.util.Objects;

/**
 * What checking a store found.
 *
 * @param events how many events were checked
 * @param files how many files were checked
 * @param bytes how many bytes were checked
 * @param notes what is worth knowing and is not damage, one sentence each
 * @param damages what is damaged; empty if all is well
 */
public record VerifyReport(
    long events, long files, long bytes, List<String> notes, List<Damage> damages) {

  /**
   * A damaged place.
   *
   * @param file the file, as the user can find it
   * @param offset the offset in the file, in bytes
   * @param what what is wrong there, and what can be done
   */
  public record Damage(String file, long offset, String what) {
    /** Checks that nothing is null. */
    public Damage {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(what, "what");
    }
  }

  /** Copies the lists. */
  public VerifyReport {
    notes = List.copyOf(notes);
    damages = List.copyOf(damages);
  }
}
