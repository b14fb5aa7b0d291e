package io.daybook.cli;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.snapshot.StateCodec;
import io.daybook.eventstore.EventStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * Commands by which people look at a running application, for the application to have among its
 * own: {@code causation} and {@code diff}, and where it says so {@code projections}, {@code
 * projection} and {@code timers}. Immutable: every method returns commands that know more.
 *
 * <pre>{@code
 * var watching = ApplicationCommands.of(application, () -> data, Main::openToRead)
 *     .states("account", Account.DECIDER, CODEC, JsonState.of(Account.class))
 *     .projections("balances")
 *     .timers();
 * application.run(command, watching::addTo, args);
 * }</pre>
 *
 * <p>What only reads opens the store for reading, beside whoever has it open. How projections are,
 * and what changes them, is asked from the application that runs them, at its {@link
 * ControlEndpoint}.
 */
public final class ApplicationCommands {
  private final Application application;
  private final Supplier<Path> data;
  private final Function<Path, ? extends EventStore> reader;
  private final Map<String, States<?, ?>> states;
  private final List<String> projections;
  private final boolean timers;

  /** How the streams of a category lead to states. */
  record States<E, S>(Decider<?, E, S> decider, Codec<E> codec, StateCodec<S> json) {
    StateFold<E, S> begin() {
      return new StateFold<>(this);
    }
  }

  private ApplicationCommands(
      Application application,
      Supplier<Path> data,
      Function<Path, ? extends EventStore> reader,
      Map<String, States<?, ?>> states,
      List<String> projections,
      boolean timers) {
    this.application = application;
    this.data = data;
    this.reader = reader;
    this.states = states;
    this.projections = projections;
    this.timers = timers;
  }

  /**
   * The commands {@code causation} and {@code diff}.
   *
   * @param application whose commands they become
   * @param data tells the store's directory, when the command line has been read
   * @param reader opens the store in a directory for reading, beside another process that may have
   *     it open: {@code EngineStore::openReadOnly}
   */
  public static ApplicationCommands of(
      Application application, Supplier<Path> data, Function<Path, ? extends EventStore> reader) {
    return new ApplicationCommands(
        Objects.requireNonNull(application, "application"),
        Objects.requireNonNull(data, "data"),
        Objects.requireNonNull(reader, "reader"),
        Map.of(),
        List.of(),
        false);
  }

  /**
   * Tells {@code diff} how the events of a stream lead to its state.
   *
   * @param category of the streams
   * @param json writes a state as JSON
   */
  public <E, S> ApplicationCommands states(
      String category, Decider<?, E, S> decider, Codec<E> codec, StateCodec<S> json) {
    Objects.requireNonNull(decider, "decider");
    Objects.requireNonNull(codec, "codec");
    Objects.requireNonNull(json, "json");
    var all = new LinkedHashMap<>(states);
    all.put(Objects.requireNonNull(category, "category"), new States<>(decider, codec, json));
    return new ApplicationCommands(application, data, reader, all, projections, timers);
  }

  /**
   * Adds {@code projections} and {@code projection NAME}.
   *
   * @param names those that the application has, to be listed also while it does not run
   */
  public ApplicationCommands projections(String... names) {
    var all = new ArrayList<>(projections);
    all.addAll(List.of(names));
    return new ApplicationCommands(application, data, reader, states, List.copyOf(all), timers);
  }

  /**
   * Adds {@code projections} and {@code projection NAME}, which tell of process managers, too.
   *
   * @param names those of the process managers, to be listed also while the application does not
   *     run
   */
  public ApplicationCommands processes(String... names) {
    return projections(names);
  }

  /** Adds {@code timers}. */
  public ApplicationCommands timers() {
    return new ApplicationCommands(application, data, reader, states, projections, true);
  }

  /**
   * Makes them subcommands. Options that the command line has for all subcommands, {@code --data}
   * for example, are theirs, too.
   */
  public void addTo(CommandLine commandLine) {
    if (!projections.isEmpty()) {
      add(commandLine, new ProjectionsCommand(this));
      add(commandLine, new ProjectionCommand(this));
    }
    if (timers) {
      add(commandLine, new TimersCommand(this));
    }
    add(commandLine, new CausationCommand(this));
    if (!states.isEmpty()) {
      add(commandLine, new DiffCommand(this));
    }
  }

  /** As if it had been there when the others were told how to print. */
  private static void add(CommandLine parent, Object command) {
    var subcommand = new CommandLine(command);
    DaybookCommand.addHelp(subcommand);
    WholeNumbers.readBy(subcommand);
    parent.addSubcommand(subcommand);
    subcommand.setOut(parent.getOut()).setUsageHelpWidth(parent.getUsageHelpWidth());
  }

  Terminal terminal() {
    return application.terminal();
  }

  PrintStream out() {
    return application.out();
  }

  Path data() {
    return data.get();
  }

  List<String> projectionNames() {
    return projections;
  }

  /** How the streams of that category lead to states. */
  States<?, ?> states(String category) {
    States<?, ?> known = states.get(category);
    if (known == null) {
      throw CommandFailedException.usage(
          "no states are known of "
              + (category.isEmpty() ? "streams without a category" : "the category " + category)
              + "; there are those of "
              + String.join(", ", states.keySet()));
    }
    return known;
  }

  /** Opens the store, which must be there, for reading. */
  EventStore openToRead() {
    Path directory = data.get();
    if (!Files.isDirectory(directory)) {
      throw CommandFailedException.failure(
          "there is no store in " + directory + "; --data names another", null);
    }
    return reader.apply(directory);
  }

  /** The application that runs, if one does. */
  Optional<ControlClient> connect() throws IOException {
    return ControlClient.connect(ControlPlace.of(data.get()));
  }

  /** What to say where the application has to run, and does not. */
  CommandFailedException notRunning(String what) {
    return CommandFailedException.failure(
        what
            + " takes the running application, and none listens for the store in "
            + data.get()
            + "; start it, and try again",
        null);
  }
}
