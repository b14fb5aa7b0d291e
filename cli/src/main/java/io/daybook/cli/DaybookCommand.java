package io.daybook.cli;

import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The {@code daybook} command with its subcommands, for {@link Main} and for applications that add
 * their own.
 *
 * <pre>{@code
 * var daybook = DaybookCommand.of(Terminal.ofProcess());
 * daybook.commandLine().addSubcommand("report", new ReportCommand());
 * System.exit(daybook.execute(args));
 * }</pre>
 *
 * <p>Runs once, on one thread.
 */
public final class DaybookCommand {
  private static final int HELP_COLUMNS = 100;

  private final Context context;
  private final CommandLine commandLine;
  private final Failures failures;

  private DaybookCommand(Context context) {
    this.context = context;
    this.commandLine = build(context);
    this.failures = new Failures(context, commandLine);
    commandLine.setParameterExceptionHandler(failures::handleUsage);
    commandLine.setExecutionExceptionHandler((e, failed, _) -> failures.handle(e, failed));
  }

  /** With the stores and demos that {@link ServiceLoader} finds, when they are needed. */
  public static DaybookCommand of(Terminal terminal) {
    return new DaybookCommand(
        new Context(
            terminal,
            () -> ServiceLoader.load(StoreProvider.class),
            () -> ServiceLoader.load(Demo.class)));
  }

  /** With these stores and demos and no others. */
  public static DaybookCommand of(
      Terminal terminal, List<StoreProvider> providers, List<Demo> demos) {
    return new DaybookCommand(new Context(terminal, () -> providers, () -> demos));
  }

  /**
   * The command line, to which an application may add subcommands. An exception that one throws is
   * reported in one line; {@link CommandFailedException} carries its own exit code.
   */
  public CommandLine commandLine() {
    return commandLine;
  }

  /**
   * Runs the command that the arguments name. Never throws.
   *
   * @return one of {@link ExitCode}
   */
  public int execute(String... args) {
    try {
      requireReadable(args);
      int exitCode = commandLine.execute(args);
      context.out().flush();
      return exitCode;
    } catch (Throwable e) {
      return failures.handle(e, commandLine);
    }
  }

  /**
   * Where the locale can't decode an argument, Java puts U+FFFD instead: that must not be stored.
   */
  private static void requireReadable(String... args) {
    for (String argument : args) {
      if (argument.indexOf('\uFFFD') >= 0) {
        throw CommandFailedException.usage(
            "an argument holds characters that the locale can't read; use a UTF-8 locale, for"
                + " example LC_ALL=C.UTF-8");
      }
    }
  }

  private static CommandLine build(Context context) {
    var root = new RootCommand(context);
    var commandLine = new CommandLine(root);
    commandLine
        .addSubcommand(new AppendCommand(context, root))
        .addSubcommand(new ReadCommand(context, root))
        .addSubcommand(new TailCommand(context, root))
        .addSubcommand(new ImportCommand(context, root))
        .addSubcommand(new ExportCommand(context, root))
        .addSubcommand(new CopyCommand(context, root))
        .addSubcommand(new StatsCommand(context, root))
        .addSubcommand(new VerifyCommand(context, root))
        .addSubcommand(new BackupCommand(context, root))
        .addSubcommand(new SnapshotCommand(context, root))
        .addSubcommand(new RestoreCommand(context))
        .addSubcommand(new RepairCommand(context, root))
        .addSubcommand(new ScavengeCommand(context, root))
        .addSubcommand(new RotateKeyCommand(context, root))
        .addSubcommand(new HeadCommand(context, root))
        .addSubcommand(new ProveCommand(context, root))
        .addSubcommand(new CheckProofCommand(context))
        .addSubcommand(new DemoCommand(context))
        .addSubcommand(new VersionCommand(context))
        .addSubcommand(new CompletionCommand(context));
    addHelp(commandLine);
    commandLine.getSubcommands().values().forEach(DaybookCommand::addHelp);
    commandLine.addSubcommand(new HelpCommand());
    WholeNumbers.readBy(commandLine);
    commandLine.setOut(context.out().asWriter());
    commandLine.setAllowSubcommandsAsOptionParameters(true); // --data backup
    commandLine.setUsageHelpWidth(HELP_COLUMNS);
    commandLine.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            context.terminal().outIsTerminal() ? Ansi.AUTO : Ansi.OFF));
    return commandLine;
  }

  static void addHelp(CommandLine command) {
    command.getCommandSpec().addMixin("help", CommandSpec.forAnnotatedObject(new HelpOption()));
  }
}
