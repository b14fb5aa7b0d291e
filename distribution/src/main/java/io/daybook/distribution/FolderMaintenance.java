package io.daybook.distribution;

import io.daybook.cli.Maintenance;
import io.daybook.cli.ProgressListener;
import io.daybook.cli.StoreKey;
import io.daybook.engine.BackupReport;
import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.engine.ScavengeReport;
import io.daybook.eventstore.ReadRequest;
import java.nio.file.Path;

/** Copies, repairs and reclaims of embedded stores, for the command. */
final class FolderMaintenance implements Maintenance {
  /** Where a repair keeps what it drops, in the store's folder. */
  private static final String ASIDE = "damaged";

  private final EngineOptions options;

  FolderMaintenance(EngineOptions options) {
    this.options = options;
  }

  @Override
  public Copy backup(String location, String target, ProgressListener progress) {
    return copy(EngineStore.backup(Path.of(location), Path.of(target), listener(progress)));
  }

  @Override
  public Copy snapshot(String location, String target) {
    return copy(EngineStore.snapshot(Path.of(location), Path.of(target)));
  }

  @Override
  public Copy restore(
      String backup, String target, ReadRequest.AsOf moment, ProgressListener progress) {
    return copy(
        EngineStore.restore(Path.of(backup), Path.of(target), moment, options, listener(progress)));
  }

  private static Copy copy(BackupReport report) {
    return new Copy(
        report.head(), report.files(), report.bytes(), report.copiedFiles(), report.copiedBytes());
  }

  @Override
  public Scavenged scavenge(String location, ProgressListener looking, ProgressListener writing) {
    try (EngineStore store = open(location, looking)) {
      ScavengeReport report =
          store.scavenge((task, done, total) ->
              (task.equals("scavenge: looking") ? looking : writing).progress(done, total));
      return new Scavenged(
          report.events(),
          report.logFiles(),
          report.indexFiles(),
          report.bytesBefore(),
          report.bytesAfter());
    }
  }

  private EngineStore open(String location, ProgressListener progress) {
    EngineOptions its = options.mustExist().withProgress(listener(progress));
    return EngineStore.open(Path.of(location), its);
  }

  @Override
  public void rotateKey(String location, StoreKey newKey) {
    try (EngineStore store = open(location, (_, _) -> {})) {
      store.rotateKey(FolderStores.source(newKey));
    }
  }

  @Override
  public long encryptAnew(String location, ProgressListener progress) {
    try (EngineStore store = open(location, (_, _) -> {})) {
      return store.encryptAnew(listener(progress));
    }
  }

  @Override
  public RepairPlan planRepair(String location, ProgressListener progress) {
    var plan = EngineStore.planRepair(Path.of(location), options, listener(progress));
    return new RepairPlan(
        plan.keptEvents(),
        plan.droppedEvents(),
        plan.readableEvents(),
        Path.of(location, ASIDE).toString(),
        plan.newEpoch(),
        plan.steps().stream().map(FolderMaintenance::step).toList());
  }

  private static Step step(io.daybook.engine.RepairPlan.Step step) {
    Action action =
        switch (step.action()) {
          case CUT -> Action.CUT;
          case MOVE_ASIDE -> Action.MOVE_ASIDE;
          case MAKE_ANEW -> Action.MAKE_ANEW;
        };
    return new Step(step.file(), step.offsetBytes(), step.bytes(), action, step.why());
  }

  @Override
  public void repair(String location, RepairPlan plan, ProgressListener progress) {
    var steps = plan.steps().stream().map(FolderMaintenance::step).toList();
    EngineStore.repair(
        new io.daybook.engine.RepairPlan(
            Path.of(location),
            plan.keptEvents(),
            plan.droppedEvents(),
            plan.readableEvents(),
            plan.newEpoch(),
            steps),
        options,
        listener(progress));
  }

  private static io.daybook.engine.RepairPlan.Step step(Step step) {
    var action =
        switch (step.action()) {
          case CUT -> io.daybook.engine.RepairPlan.Action.CUT;
          case MOVE_ASIDE -> io.daybook.engine.RepairPlan.Action.MOVE_ASIDE;
          case MAKE_ANEW -> io.daybook.engine.RepairPlan.Action.MAKE_ANEW;
        };
    return new io.daybook.engine.RepairPlan.Step(
        step.file(), step.offset(), step.bytes(), action, step.why());
  }

  private static io.daybook.engine.ProgressListener listener(ProgressListener progress) {
    return (_, done, total) -> progress.progress(done, total);
  }
}
