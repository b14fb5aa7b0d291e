package io.daybook.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.cli.Main;
import io.daybook.cli.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the command in this process, with the stores that are really there. */
final class Shell {
  private Shell() {}

  /**
   * What a command did.
   *
   * @param exitCode its exit code
   * @param out what it wrote to standard output
   * @param err what it wrote to standard error
   */
  record Outcome(int exitCode, String out, String err) {
    Outcome ok() {
      assertThat(err).isEmpty();
      assertThat(exitCode).isZero();
      return this;
    }
  }

  /** Runs a command on the store in a folder. */
  static Outcome run(Path store, String... args) {
    return runWith("", store, args);
  }

  static Outcome runWith(String input, Path store, String... args) {
    var all = new ArrayList<>(List.of("--data", store.toString()));
    all.addAll(List.of(args));
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var in = new ByteArrayInputStream(input.getBytes(UTF_8));
    int exitCode = Main.run(all.toArray(String[]::new), Terminal.of(in, out, err));
    return new Outcome(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }
}
