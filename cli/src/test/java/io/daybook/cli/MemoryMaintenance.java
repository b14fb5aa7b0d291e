package io.daybook.cli;

import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Does what commands ask to nothing at all, and writes down what that was. */
final class MemoryMaintenance implements Maintenance {
  static final UUID STORE = UUID.fromString("f8d6284d-56a2-4f0c-b819-97fcbf83135e");

  private final List<String> done = new ArrayList<>();
  private RepairPlan plan = new RepairPlan(7, 0, 0, "damaged", false, List.of());
  private long position = 41_999;

  /** What was asked for. */
  List<String> done() {
    return done;
  }

  /** What is to be repaired from now on. */
  void plan(RepairPlan newPlan) {
    plan = newPlan;
  }

  /** Where copies end from now on. */
  void position(long newPosition) {
    position = newPosition;
  }

  /** Stores are opened with a key. */
  void opened(StoreKey key) {
    String with = "with " + key;
    if (done.isEmpty() || !done.getLast().equals(with)) {
      done.add(with);
    }
  }

  private Copy copy(String what, ProgressListener progress) {
    progress.progress(1, 2);
    done.add(what);
    return new Copy(new Checkpoint(STORE, 3, new Position(position)), 7, 67_108_864, 1, 1_254_912);
  }

  @Override
  public Copy backup(String location, String target, ProgressListener progress) {
    return copy("backup " + location + " " + target, progress);
  }

  @Override
  public Copy snapshot(String location, String target) {
    return copy("snapshot " + location + " " + target, (_, _) -> {});
  }

  @Override
  public Copy restore(
      String backup, String target, ReadRequest.AsOf moment, ProgressListener progress) {
    return copy("restore " + backup + " " + target + " " + moment, progress);
  }

  @Override
  public void rotateKey(String location, StoreKey newKey) {
    done.add("rotate " + location + " " + newKey);
  }

  @Override
  public long encryptAnew(String location, ProgressListener progress) {
    progress.progress(1, 0);
    done.add("encrypt " + location);
    return 7;
  }

  @Override
  public Scavenged scavenge(String location, ProgressListener looking, ProgressListener writing) {
    looking.progress(1, 2);
    writing.progress(1, 2);
    done.add("scavenge " + location);
    return new Scavenged(1_234, 2, 1, 67_108_864, 1_000);
  }

  @Override
  public RepairPlan planRepair(String location, ProgressListener progress) {
    progress.progress(1, 2);
    return plan;
  }

  @Override
  public void repair(String location, RepairPlan planned, ProgressListener progress) {
    progress.progress(1, 2);
    done.add("repair " + location + " " + planned.steps().size());
  }
}
