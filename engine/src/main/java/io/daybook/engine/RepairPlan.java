package io.daybook.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * What repairing a store would do, found without changing anything. Read it before you repair: what
 * is dropped is lost, unless a backup has it.
 *
 * @param store the store's folder
 * @param keptEvents how many events are left, from position 0 on
 * @param droppedEvents how many events are lost for sure, as far as the files say
 * @param readableEvents how many of those could still be read; they stand behind the first damage,
 *     and are kept aside in the folder {@code damaged}
 * @param newEpoch whether checkpoints from before will be refused
 * @param steps what is done, in order; empty if there is nothing to repair
 */
public record RepairPlan(
    Path store,
    long keptEvents,
    long droppedEvents,
    long readableEvents,
    boolean newEpoch,
    List<Step> steps) {
  /**
   * What is done to one file.
   *
   * @param file the file, relative to the store
   * @param offsetBytes from where on it is dropped
   * @param bytes how many bytes are dropped
   * @param action what is done
   * @param why what is wrong, for a person to read
   */
  public record Step(String file, long offsetBytes, long bytes, Action action, String why) {}

  /** What can be done to a file. */
  public enum Action {
    /** What stands before the offset is kept in a new file; the old one is moved aside. */
    CUT,
    /** It is moved aside as a whole, to the folder {@code damaged}. */
    MOVE_ASIDE,
    /** It is dropped and made anew from the log. */
    MAKE_ANEW
  }

  /** Copies the list. */
  public RepairPlan {
    steps = List.copyOf(steps);
  }

  /** Whether there is nothing to repair. */
  public boolean isEmpty() {
    return steps.isEmpty();
  }
}
