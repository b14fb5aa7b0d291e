package io.daybook.examples.game;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ExitCode;
import io.daybook.cli.ImportProgress;
import io.daybook.cli.TableOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The commands of poker: each is a method. */
@Command(
    name = "poker",
    description = "Hands of no-limit hold'em that were really played, and what came of them.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class)
final class PokerCommand {
  @ParentCommand private @Nullable GameCommand game;

  @Mixin final GameCommand.Help help = new GameCommand.Help();

  /** Made by picocli. */
  PokerCommand() {}

  @Command(name = "import", description = "Records the hands of a file: a JSON object each line.")
  int importFile(
      @Parameters(paramLabel = "FILE", description = "Plain or gzipped") Path file,
      @Option(names = "--strict", description = "Stop at the first bad line") boolean strict,
      @Mixin GameCommand.Help own)
      throws Exception {
    // before a store is made for nothing, or half of a file is recorded
    HandFile.check(file, strict);
    var exitCode = new AtomicInteger();
    GameCommand parent = game();
    parent.withStore(
        true,
        store -> {
          HandImport.Summary summary;
          try (var progress = new ImportProgress(game().terminal(), file, "hand")) {
            summary = new HandImport(new PokerRoom(store), file, strict, progress).run();
          }
          parent.out().print(PokerReports.imported(summary));
          exitCode.set(summary.bad() == 0 ? ExitCode.OK : ExitCode.FAILURE);
        });
    return exitCode.get();
  }

  @Command(
      description = "Prints how each hand ended, a JSON object each, in the order of the file.")
  void stacks(@Mixin GameCommand.Help own) {
    read(room -> room.finished(table -> game().out().print(PokerReports.stacks(table) + "\n")));
  }

  @Command(description = "Prints what each player won or lost over all hands.")
  void net(@Mixin TableOption table, @Mixin GameCommand.Help own) {
    read(room -> {
      NetResults net = room.net();
      if (!net.total().isZero()) {
        throw new CommandFailedException(
            ExitCode.FAILURE, "the results add up to " + net.total() + ", not to 0");
      }
      game().out().print(table.isCsv() ? PokerReports.netAsCsv(net) : PokerReports.netAsText(net));
    });
  }

  @Command(description = "Tells what happened in a hand.")
  void show(
      @Parameters(paramLabel = "HAND", description = "Its number, or its file") String hand,
      @Mixin GameCommand.Help own) {
    read(room ->
        HandText.of(room.events(room.find(hand))).forEach(line -> game().out().println(line)));
  }

  /** What is done with the hands. */
  private interface Work {
    void on(PokerRoom room) throws Exception;
  }

  private void read(Work work) {
    game().withStore(false, store -> work.on(new PokerRoom(store)));
  }

  private GameCommand game() {
    return Objects.requireNonNull(game, "picocli sets it");
  }
}
