package io.daybook.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.EventStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Runs commands in this process, on stores in memory. */
final class Shell {
  /** The name of the store that commands use unless they say another. */
  static final String DEFAULT = "./daybook-data";

  private final MemoryStores stores = new MemoryStores();
  private final List<Demo> demos = new ArrayList<>();

  /**
   * What a command did.
   *
   * @param exitCode its exit code
   * @param out what it wrote to standard output
   * @param err what it wrote to standard error
   */
  record Outcome(int exitCode, String out, String err) {
    /** It succeeded, and said nothing on standard error. */
    Outcome ok() {
      assertThat(err).isEmpty();
      assertThat(exitCode).isZero();
      return this;
    }

    /** It failed with that exit code and exactly this line on standard error. */
    Outcome failed(int expectedCode, String line) {
      assertThat(err).isEqualTo(line + "\n");
      assertThat(exitCode).isEqualTo(expectedCode);
      return this;
    }

    List<String> lines() {
      return out.lines().toList();
    }
  }

  MemoryStores stores() {
    return stores;
  }

  /** The store that commands use unless they say another. */
  EventStore store() {
    return stores.store(DEFAULT);
  }

  void add(Demo demo) {
    demos.add(demo);
  }

  Outcome run(String... args) {
    return runWith("", args);
  }

  Outcome runWith(String input, String... args) {
    return runWith(input.getBytes(UTF_8), args);
  }

  Outcome runWith(byte[] input, String... args) {
    return run(input, false, args);
  }

  /** As a person sees it. */
  Outcome runOnTerminal(String... args) {
    return run(new byte[0], true, args);
  }

  /** As a person sees it who types that. */
  Outcome runOnTerminalWith(String typed, String... args) {
    return run(typed.getBytes(UTF_8), true, args);
  }

  private Outcome run(byte[] input, boolean terminal, String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var io = new Terminal(new ByteArrayInputStream(input), out, err, terminal, terminal, 100);
    int exitCode = Main.run(args, io, List.of(stores), demos);
    return new Outcome(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }
}
