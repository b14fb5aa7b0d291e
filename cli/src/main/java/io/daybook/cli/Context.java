package io.daybook.cli;

import io.daybook.eventstore.EventStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the commands work with. One per run of the command; used by one thread. */
final class Context {
  private final Terminal terminal;
  private final Output out;
  private final Supplier<? extends Iterable<StoreProvider>> providers;
  private final Supplier<? extends Iterable<Demo>> demos;
  private Supplier<@Nullable StoreKey> key = () -> null;

  Context(
      Terminal terminal,
      Supplier<? extends Iterable<StoreProvider>> providers,
      Supplier<? extends Iterable<Demo>> demos) {
    this.terminal = terminal;
    this.out = new Output(terminal.out());
    this.providers = providers;
    this.demos = demos;
  }

  Terminal terminal() {
    return terminal;
  }

  /** Standard output, buffered; flushed when the command ends. */
  Output out() {
    return out;
  }

  /** Asks the person at the terminal; only {@code y} and {@code yes} mean yes. */
  boolean asks(String question) throws IOException {
    out.write((question + " [y/N] ").getBytes(StandardCharsets.UTF_8));
    out.flush();
    var answer = new StringBuilder();
    int next = terminal.in().read();
    while (next >= 0 && next != '\n') {
      answer.append((char) next);
      next = terminal.in().read();
    }
    String said = answer.toString().strip().toLowerCase(Locale.ROOT);
    return said.equals("y") || said.equals("yes");
  }

  Iterable<Demo> demos() {
    return demos.get();
  }

  /** Says what tells the key of the store, when it is needed. */
  void takeKeyFrom(Supplier<@Nullable StoreKey> source) {
    key = source;
  }

  /** The provider for a location, with the key that was given. */
  StoreProvider providerOf(String location) {
    return providerOf(location, key.get());
  }

  private StoreProvider providerOf(String location, @Nullable StoreKey its) {
    for (StoreProvider provider : providers.get()) {
      if (provider.opens(location)) {
        return its == null ? provider : provider.withKey(its);
      }
    }
    throw CommandFailedException.failure("no store is known that opens " + location, null);
  }

  /** Heads and proofs of a store that must be there. */
  Proofs proofsOf(String location) {
    StoreProvider provider = providerOf(location);
    requireStore(provider, location);
    return provider
        .proofs()
        .orElseThrow(() ->
            CommandFailedException.failure("stores such as " + location + " have no proofs", null));
  }

  /** Heads and proofs of whatever store. */
  Proofs proofs() {
    for (StoreProvider provider : providers.get()) {
      if (provider.proofs().isPresent()) {
        return provider.proofs().get();
      }
    }
    throw CommandFailedException.failure("no store is known that has proofs", null);
  }

  /** Copies, repairs and reclaims of stores like that one. */
  Maintenance maintenanceOf(String location) {
    return maintenanceOf(location, key.get());
  }

  /** The same with another key than the one that was given. */
  Maintenance maintenanceOf(String location, @Nullable StoreKey its) {
    return providerOf(location, its)
        .maintenance()
        .orElseThrow(() ->
            CommandFailedException.failure(
                "stores such as " + location + " are kept by other means", null));
  }

  /** Opens a store that must be there for reading only, so that looking leaves nothing behind. */
  EventStore openToRead(String location) {
    StoreProvider provider = providerOf(location);
    requireStore(provider, location);
    try (var line = new ProgressLine(terminal, "event")) {
      return provider.openToRead(location, (done, total) -> line.show(done, done, total));
    }
  }

  /** Fails unless there is a store. */
  static void requireStore(StoreProvider provider, String location) {
    if (!provider.exists(location)) {
      throw CommandFailedException.failure(
          "there is no store in "
              + location
              + "; append and import create one, --data names another",
          null);
    }
  }

  /** Opens a store, and creates it if there is none. */
  EventStore openOrCreate(String location) {
    return openOrCreate(providerOf(location), location);
  }

  /** The same, with what was said of when an append is on the disk. */
  EventStore openOrCreate(String location, DurabilityOption durability) {
    return openOrCreate(durability.of(providerOf(location)), location);
  }

  private EventStore openOrCreate(StoreProvider provider, String location) {
    try (var line = new ProgressLine(terminal, "event")) {
      return provider.open(location, (done, total) -> line.show(done, done, total));
    }
  }
}
