package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** The command, in this process, on a store on disk that each call opens and closes. */
abstract class BankCommandFixture {
  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-15T12:00:00Z"), ZoneOffset.UTC);

  @TempDir Path directory;

  String out = "";
  String err = "";

  /** Words are separated by spaces; a word with spaces of its own has underscores instead. */
  final int bank(String words) {
    var args = new ArrayList<>(List.of("--data", directory.resolve("data").toString()));
    for (String word : words.split(" ", -1)) {
      args.add(word.replace('_', ' '));
    }
    return run(args.toArray(String[]::new));
  }

  private int run(String... args) {
    var outBytes = new ByteArrayOutputStream();
    var errBytes = new ByteArrayOutputStream();
    var terminal = Terminal.of(InputStream.nullInputStream(), outBytes, errBytes);
    int exitCode = new BankCommand(EngineStore::open, CLOCK, terminal).execute(args);
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return exitCode;
  }

  final void ok(String words) {
    assertThat(bank(words)).as(err).isZero();
    assertThat(err).isEmpty();
  }

  final void fails(int exitCode, String words) {
    assertThat(bank(words)).isEqualTo(exitCode);
    assertThat(out).isEmpty();
    assertThat(err).hasLineCount(1).startsWith("bank").endsWith("\n").doesNotContain("\tat ");
  }

  final void openTwo() {
    ok("open ada --owner Ada_Novak --initial 100 --date 2026-01-01");
    ok("open bert --owner Bert --date 2026-01-01");
  }
}
