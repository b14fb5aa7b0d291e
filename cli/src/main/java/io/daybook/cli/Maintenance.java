package io.daybook.cli;

import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.ReadRequest;
import java.util.List;
import java.util.Objects;

/**
 * What keeps stores safe and small: copies of them, repairs, and reclaiming what is hidden. What is
 * thrown says in one line what is wrong. A listener may throw to end the work early; what is there
 * then is what a crash at that moment would leave.
 */
public interface Maintenance {

  /**
   * What a backup, a snapshot or a restore made.
   *
   * @param head what the copy holds: everything up to this position of the store of that id
   * @param files how many files the copy has
   * @param bytes how many bytes they have
   * @param copiedFiles how many of the files were copied now
   * @param copiedBytes how many bytes were copied now
   */
  record Copy(Checkpoint head, long files, long bytes, long copiedFiles, long copiedBytes) {
    /** Checks that nothing is null. */
    public Copy {
      Objects.requireNonNull(head, "head");
    }
  }

  /**
   * What a scavenge did.
   *
   * @param events how many events were reclaimed
   * @param logFiles how many log files were written anew
   * @param indexFiles how many index files were written anew
   * @param bytesBefore how many bytes these files took before
   * @param bytesAfter how many they take now
   */
  record Scavenged(
      long events, long logFiles, long indexFiles, long bytesBefore, long bytesAfter) {}

  /** What a repair does to a file. */
  enum Action {
    /** What stands before the offset is kept. */
    CUT,
    /** It is moved aside as a whole. */
    MOVE_ASIDE,
    /** It is made anew from what is kept, and loses nothing. */
    MAKE_ANEW
  }

  /**
   * What a repair does to one file.
   *
   * @param file the file, as the user can find it
   * @param offset from where on it is dropped
   * @param bytes how many bytes are dropped
   * @param action what is done
   * @param why what is wrong with it
   */
  record Step(String file, long offset, long bytes, Action action, String why) {
    /** Checks that nothing is null. */
    public Step {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(action, "action");
      Objects.requireNonNull(why, "why");
    }
  }

  /**
   * What repairing a store would do.
   *
   * @param keptEvents how many events are left, from position 0 on
   * @param droppedEvents how many are lost, as far as is known
   * @param readableEvents how many of those could still be read by hand
   * @param aside where what is dropped of the log is kept
   * @param newEpoch whether checkpoints from before will be refused
   * @param steps what is done to which file; empty if there is nothing to repair
   */
  record RepairPlan(
      long keptEvents,
      long droppedEvents,
      long readableEvents,
      String aside,
      boolean newEpoch,
      List<Step> steps) {
    /** Copies the list. */
    public RepairPlan {
      Objects.requireNonNull(aside, "aside");
      steps = List.copyOf(steps);
    }
  }

  /**
   * Brings a backup up to date, or begins one; also while the store is written.
   *
   * @param target a folder that does not exist, is empty, or holds an earlier backup of the store
   * @param progress is told how many bytes were copied
   */
  Copy backup(String location, String target, ProgressListener progress);

  /** Copies a store at once, by links; also while it is written. */
  Copy snapshot(String location, String target);

  /**
   * Makes a new store out of a backup.
   *
   * @param target a folder that does not exist or is empty
   * @param moment up to when
   * @param progress is told how many bytes were copied
   */
  Copy restore(String backup, String target, ReadRequest.AsOf moment, ProgressListener progress);

  /**
   * Reclaims what is hidden for ever, while nobody else has the store open.
   *
   * @param looking is told how many events were looked at
   * @param writing is told how many files were written anew: of the log, then of the index
   */
  Scavenged scavenge(String location, ProgressListener looking, ProgressListener writing);

  /**
   * Gives an encrypted store another key, while nobody else has the store open.
   *
   * @param newKey tells the new key
   */
  void rotateKey(String location, StoreKey newKey);

  /**
   * Writes all files of an encrypted store again with new random keys, while nobody else has the
   * store open.
   *
   * @param progress is told how many files were written
   * @return how many files were written
   */
  long encryptAnew(String location, ProgressListener progress);

  /**
   * Finds out what a repair would do, and changes nothing. Nobody may have the store open.
   *
   * @param progress is told how many events were read
   */
  RepairPlan planRepair(String location, ProgressListener progress);

  /** Repairs a store as it was planned; refuses if it has changed since. */
  void repair(String location, RepairPlan plan, ProgressListener progress);
}
