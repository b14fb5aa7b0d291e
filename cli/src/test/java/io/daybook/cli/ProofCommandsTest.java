package io.daybook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** head and prove; real heads and proofs are tested in distribution. */
final class ProofCommandsTest {
  private final Shell shell = new Shell();

  @TempDir private Path folder;

  @BeforeEach
  void fill() throws IOException {
    shell.store().append("a-1", ExpectedRevision.any(), Event.json("T", "{}"));
    Files.writeString(folder.resolve("key"), "secret");
  }

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void a_position_is_a_whole_number() {
    shell
        .run("prove", "abc")
        .failed(
            2,
            "daybook prove: Invalid value for positional parameter at index 0 (POSITION): 'abc' is"
                + " not a whole number; see: daybook help prove");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "head --sign --key KEY --out OUT",
        "head --sign --key KEY",
        "prove 0 --key KEY --out OUT",
        "prove 0 --head KEY",
        "prove --since KEY --key KEY --out OUT",
      })
  void an_interrupt_ends_it_and_writes_nothing(String command) throws IOException {
    String words =
        command
            .replace("KEY", folder.resolve("key").toString())
            .replace("OUT", folder.resolve("out").toString());
    Shell.Outcome outcome = shell.run(words.split(" "));
    String name = command.substring(0, command.indexOf(' '));
    outcome.failed(
        130,
        "daybook "
            + name
            + ": stopped; nothing was written, and the next time goes on from what was hashed");
    assertThat(outcome.out()).isEmpty();
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("key"));
    }
  }
}
