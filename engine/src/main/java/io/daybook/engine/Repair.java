package io.daybook.engine;

import io.daybook.engine.RepairPlan.Action;
import io.daybook.engine.RepairPlan.Step;
import io.daybook.engine.index.IndexFile;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.log.LogCut;
import io.daybook.engine.log.LogRecovery;
import io.daybook.engine.log.LogSurvey;
import io.daybook.engine.log.Manifest;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a damaged store usable again: everything before the first damage of the log is kept, what
 * follows is moved aside, and what can be made anew from the log is dropped. Nothing is changed by
 * planning, and only what was planned is done.
 */
final class Repair {
  private static final String ASIDE = "damaged";

  private final Path folder;
  private final InstantSource clock;
  private final EngineOptions options;
  private final ProgressListener progress;

  /** With the store's keys, once the manifest is known. */
  private Disk disk;

  /**
   * What was found.
   *
   * @param known the manifest, as it is or as it is rebuilt
   * @param manifestDamage what is wrong with it; null if it is as it was written
   * @param logs what was found of each of its log files, up to the first with a fault
   * @param plan what is to be done
   */
  private record Survey(
      Manifest known,
      @Nullable String manifestDamage,
      List<LogSurvey.Found> logs,
      RepairPlan plan) {}

  Repair(
      Disk disk,
      Path folder,
      InstantSource clock,
      EngineOptions options,
      ProgressListener progress) {
    this.disk = disk;
    this.folder = folder;
    this.clock = clock;
    this.options = options;
    this.progress = progress;
  }

  RepairPlan plan() {
    return locked(() -> survey().plan());
  }

  /**
   * Does what was planned.
   *
   * @throws EventStoreFailedException if the store is not as it was when it was planned
   */
  void execute(RepairPlan plan) {
    locked(() -> {
      Survey survey = survey();
      if (!survey.plan().equals(plan)) {
        throw new EventStoreFailedException(
            "the store in " + folder + " has changed since the repair was planned; plan it again",
            null);
      }
      if (!plan.isEmpty()) {
        execute(survey);
      }
      return plan;
    });
  }

  private <T> T locked(Opening.Task<T> task) {
    try {
      if (disk.list("log").isEmpty() && !disk.exists(Manifest.NAME)) {
        throw Opening.noStoreIn(folder.toString());
      }
      try (Disk.Lock _ = Opening.lock(disk, folder.toString())) {
        return task.run();
      }
    } catch (IOException e) {
      throw Faults.failed("repairing", folder.toString(), e);
    }
  }

  private Survey survey() throws IOException {
    String damage = null;
    Manifest manifest;
    if (!disk.exists(Manifest.NAME)) {
      damage = "it is missing";
      manifest = new ManifestRebuild(disk).manifest();
    } else {
      try {
        manifest = Manifest.read(disk);
      } catch (StoreDamagedException e) {
        damage = e.getMessage();
        manifest = new ManifestRebuild(disk).manifest();
      }
    }
    disk = Encryption.open(disk, folder.toString(), manifest, options.keySource());
    long total = eventsOf(manifest);
    var log =
        new LogSurvey(disk, done -> progress.progressed("repair", done, Math.max(total, done)));
    List<LogSurvey.Found> found = new ArrayList<>();
    String fault = null;
    for (int i = 0; i < manifest.logs().size() && fault == null; i++) {
      LogSurvey.Found one = survey(log, manifest, i);
      fault = fault(manifest, i, one, found);
      found.add(one);
    }
    return new Survey(manifest, damage, found, plan(log, manifest, damage, found, fault));
  }

  /** How many events there are, or are known to have been where the newest log file is damaged. */
  private long eventsOf(Manifest manifest) throws IOException {
    long first = manifest.logs().getLast().base();
    long known = Math.max(first, manifest.indexedTo() + 1);
    return Math.max(known, Verification.eventsOf(disk, manifest));
  }

  private static LogSurvey.Found survey(LogSurvey log, Manifest manifest, int index)
      throws IOException {
    Manifest.LogEntry entry = manifest.logs().get(index);
    boolean active = index == manifest.logs().size() - 1;
    return log.survey(entry.name(), entry.base(), entry.usedBytes(), active);
  }

  /** What is wrong with a file; null if it is whole and follows the one before. */
  private static @Nullable String fault(
      Manifest manifest, int index, LogSurvey.Found one, List<LogSurvey.Found> before) {
    FileHeader header = one.header();
    if (header == null) {
      return one.damage();
    }
    Manifest.LogEntry entry = manifest.logs().get(index);
    if (header.base() != entry.base()
        || header.generation() != entry.generation()
        || !header.storeId().equals(manifest.storeId())) {
      return "it is a file of another store or place";
    }
    if (index == 0 ? one.chain() != 0 : !follows(one, before.getLast())) {
      return "it does not follow the file before";
    }
    if (one.damage() != null) {
      return one.damage();
    }
    if (index == manifest.logs().size() - 1) {
      long indexedTo = manifest.indexedTo();
      return one.nextPosition() <= indexedTo ? LogRecovery.endsBefore(indexedTo) : null;
    }
    return one.nextPosition() == manifest.logs().get(index + 1).base()
        ? null
        : "the frame's check fails";
  }

  private RepairPlan plan(
      LogSurvey log,
      Manifest manifest,
      @Nullable String manifestDamage,
      List<LogSurvey.Found> found,
      @Nullable String fault)
      throws IOException {
    List<Step> steps = new ArrayList<>();
    if (manifestDamage != null) {
      steps.add(new Step(Manifest.NAME, 0, 0, Action.MAKE_ANEW, manifestDamage));
    }
    long kept = found.getLast().nextPosition();
    long readable = 0;
    long known = kept - 1;
    if (fault != null) {
      int at = found.size() - 1;
      LogSurvey.Found damaged = found.get(at);
      boolean usable = isUsable(manifest, at, damaged, found);
      kept = usable ? damaged.nextPosition() : manifest.logs().get(at).base();
      readable = damaged.readableBeyond() + (damaged.nextPosition() - kept);
      known = Math.max(damaged.lastPosition(), manifest.indexedTo());
      long from = usable ? damaged.end() : 0;
      Action action = usable ? Action.CUT : Action.MOVE_ASIDE;
      String name = manifest.logs().get(at).name();
      steps.add(new Step(name, from, damaged.bytes() - from, action, fault));
      for (int i = at + 1; i < manifest.logs().size(); i++) {
        LogSurvey.Found later = survey(log, manifest, i);
        readable += later.nextPosition() - manifest.logs().get(i).base() + later.readableBeyond();
        known = Math.max(known, later.lastPosition());
        steps.add(
            new Step(
                manifest.logs().get(i).name(),
                0,
                later.bytes(),
                Action.MOVE_ASIDE,
                "it follows what is damaged"));
      }
    }
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i).columnDamaged()) {
        String name = manifest.logs().get(i).columnName();
        steps.add(new Step(name, 0, 0, Action.MAKE_ANEW, "its check fails"));
      }
    }
    addIndexes(manifest, fault == null ? Long.MAX_VALUE : kept, steps);
    boolean newEpoch = fault != null || manifestDamage != null;
    return new RepairPlan(folder, kept, known + 1 - kept, readable, newEpoch, steps);
  }

  /** Whether the beginning of a file with a fault is this store's. */
  private static boolean isUsable(
      Manifest manifest, int index, LogSurvey.Found one, List<LogSurvey.Found> found) {
    FileHeader header = one.header();
    return header != null
        && header.base() == manifest.logs().get(index).base()
        && header.storeId().equals(manifest.storeId())
        && header.generation() == manifest.logs().get(index).generation()
        && (index == 0 ? one.chain() == 0 : follows(one, found.get(index - 1)));
  }

  private static boolean follows(LogSurvey.Found one, LogSurvey.Found before) {
    return one.chain() == before.check() || one.chain() == before.chainAfter();
  }

  /** Index files that are missing, damaged, or tell of what is dropped. */
  private void addIndexes(Manifest manifest, long kept, List<Step> steps) throws IOException {
    boolean gap = false;
    for (Manifest.IndexEntry entry : manifest.indexes()) {
      String why =
          entry.to() >= kept ? "it tells of events that are dropped" : damage(entry, manifest);
      if (why == null && gap) {
        why = "it follows one that is made anew";
      }
      if (why != null) {
        gap = true;
        steps.add(new Step(entry.name(), 0, entry.bytes(), Action.MAKE_ANEW, why));
      }
    }
  }

  private @Nullable String damage(Manifest.IndexEntry entry, Manifest manifest) throws IOException {
    if (!disk.exists(entry.name())) {
      return "it is missing";
    }
    try {
      IndexFile file = IndexFile.open(disk, entry.name(), manifest.storeId());
      try {
        file.verify();
        return null;
      } finally {
        file.release();
      }
    } catch (StoreDamagedException e) {
      return e.getMessage();
    }
  }

  /**
   * First what is needed is made and kept aside, then the manifest is replaced, then what it
   * doesn't list is removed: a crash leaves the store as it was before, or repaired.
   */
  private void execute(Survey survey) throws IOException {
    Manifest manifest = survey.known();
    List<Step> steps = survey.plan().steps();
    disk.createFolder(ASIDE);
    disk.createFolder("index");
    for (Step step : steps) {
      boolean isLog = step.action() != Action.MAKE_ANEW || step.file().equals(Manifest.NAME);
      if (isLog && disk.exists(step.file())) {
        keepAside(step.file());
      }
    }
    disk.syncFolder(ASIDE);
    Set<String> dropped = new HashSet<>();
    steps.forEach(step -> dropped.add(step.file()));
    List<Manifest.LogEntry> logs = keptLogs(survey, dropped);
    List<Manifest.IndexEntry> indexes =
        manifest.indexes().stream().filter(index -> !dropped.contains(index.name())).toList();
    Manifest next =
        survey.plan().newEpoch() ? manifest.newEpoch(clock.instant().getEpochSecond()) : manifest;
    boolean cut =
        logs.size() < manifest.logs().size() || dropped.contains(manifest.logs().getLast().name());
    long generation = manifest.nextGeneration();
    if (cut) {
      CutEnd end = writeCut(survey, logs, next);
      logs.addAll(end.logs());
      generation = end.nextGeneration();
      disk.syncFolder("log");
    }
    new Manifest(
            next.storeId(),
            next.epoch(),
            manifest.sequence() + 1,
            generation,
            manifest.keysGeneration(),
            logs,
            indexes)
        .write(disk);
    for (Step step : steps) {
      if (!step.file().equals(Manifest.NAME) && disk.exists(step.file())) {
        disk.delete(step.file());
      }
    }
  }

  private static List<Manifest.LogEntry> keptLogs(Survey survey, Set<String> dropped) {
    List<Manifest.LogEntry> kept = new ArrayList<>();
    for (Manifest.LogEntry log : survey.known().logs()) {
      if (dropped.contains(log.name())) {
        break;
      }
      kept.add(log);
    }
    // of a manifest that is rebuilt, what the files say
    for (int i = 0; survey.manifestDamage() != null && i < kept.size(); i++) {
      boolean active = kept.size() == survey.known().logs().size() && i == kept.size() - 1;
      LogSurvey.Found found = survey.logs().get(i);
      Manifest.LogEntry log = kept.get(i);
      kept.set(i, active ? log : log.full(found.check(), found.end(), found.nextPosition() - 1));
    }
    return kept;
  }

  /** Writes the log file that becomes the active one, or what it goes on from. */
  private CutEnd writeCut(Survey survey, List<Manifest.LogEntry> kept, Manifest next)
      throws IOException {
    int at = kept.size();
    Manifest.LogEntry damaged = survey.known().logs().get(at);
    FileHeader header = survey.logs().get(at).header();
    long last = survey.plan().keptEvents() - 1;
    return CutEnd.write(
        disk,
        damaged,
        disk,
        next,
        last,
        entry -> {
          if (header != null && last >= damaged.base()) {
            return LogCut.write(disk, damaged.name(), header, last, entry, next.epoch());
          }
          int chain = at == 0 ? 0 : survey.logs().get(at - 1).chainAfter();
          return LogCut.writeEmpty(disk, next.storeId(), chain, entry, next.epoch());
        });
  }

  private void keepAside(String file) throws IOException {
    String aside = ASIDE + "/" + file.substring(file.lastIndexOf('/') + 1);
    for (int i = 1; disk.exists(aside); i++) {
      aside = ASIDE + "/" + file.substring(file.lastIndexOf('/') + 1) + "." + i;
    }
    try {
      disk.link(file, disk, aside);
    } catch (IOException e) {
      try (var open = disk.open(file)) {
        var item = new StoreCopier.Item(file, open.size());
        StoreCopier.copy(disk, item, disk, aside, _ -> {});
      }
    }
  }
}
