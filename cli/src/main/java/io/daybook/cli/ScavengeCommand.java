package io.daybook.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Reclaims what is hidden. */
@Command(
    name = "scavenge",
    description = {
      "Reclaim the events that are hidden for ever: of deleted, tombstoned and truncated streams.",
      "",
      "Data, metadata and tags of those events are gone from the store afterwards; positions and"
          + " revisions of all others stay. Nobody else may have the store open; an application"
          + " that has it open scavenges it itself.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class ScavengeCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final KeptStore store;

  ScavengeCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new KeptStore(context, root);
  }

  @Override
  public Integer call() {
    String location = store.location();
    Maintenance.Scavenged scavenged;
    try (var looking = new ProgressLine(context.terminal(), "event");
        var writing = new ProgressLine(context.terminal(), "file")) {
      ProgressListener files = writing.listener();
      ProgressListener filesAfterEvents =
          (done, total) -> {
            looking.clear();
            files.progress(done, total);
          };
      scavenged =
          context.maintenanceOf(location).scavenge(location, looking.listener(), filesAfterEvents);
    } catch (CancellationException e) {
      throw CommandFailedException.interrupted(
          "stopped; what was reclaimed stays so, and the next scavenge does the rest", e);
    }
    context.out().line(store.asksForJson() ? json(scavenged) : text(scavenged));
    return ExitCode.OK;
  }

  private static String text(Maintenance.Scavenged done) {
    if (done.logFiles() == 0 && done.indexFiles() == 0) {
      return "nothing to reclaim";
    }
    return "reclaimed "
        + Text.count(done.events(), "event")
        + ": wrote "
        + Text.count(done.logFiles(), "log file")
        + " and "
        + Text.count(done.indexFiles(), "index file")
        + " anew, "
        + Text.bytes(done.bytesBefore())
        + " before, "
        + Text.bytes(done.bytesAfter())
        + " now";
  }

  private static String json(Maintenance.Scavenged done) {
    return "{\"events\":%d,\"logFiles\":%d,\"indexFiles\":%d,\"bytesBefore\":%d,\"bytesAfter\":%d}"
        .formatted(
            done.events(),
            done.logFiles(),
            done.indexFiles(),
            done.bytesBefore(),
            done.bytesAfter());
  }
}
