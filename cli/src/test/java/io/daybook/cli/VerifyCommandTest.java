package io.daybook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {
  private final Shell shell = new Shell();

  @BeforeEach
  void create() {
    shell.store();
  }

  @Test
  void all_is_well() {
    shell
        .stores()
        .report(new VerifyReport(46_997, 3, 5_000_000, List.of("the tail was torn"), List.of()));
    assertThat(shell.run("verify").ok().out())
        .isEqualTo(
            """
            note: the tail was torn
            no damage found: 46,997 events, 3 files, 4.8 MiB (5,000,000) bytes
            """);
    assertThat(shell.run("verify", "--deep").ok().out()).isEqualTo(shell.run("verify").out());
  }

  @Test
  void damage_is_exit_code_1_with_file_and_offset() {
    var first = new VerifyReport.Damage("log/0.log", 4096, "checksum does not match");
    var second = new VerifyReport.Damage("index/0.idx", 7, "unknown\nversion");
    shell.stores().report(new VerifyReport(10, 2, 100, List.of(), List.of(first)));
    shell
        .run("verify")
        .failed(
            1,
            "daybook verify: 1 damaged place in ./daybook-data: log/0.log at offset 4096: checksum"
                + " does not match");
    shell.stores().report(new VerifyReport(10, 2, 100, List.of(), List.of(first, second)));
    var outcome = shell.run("verify");
    outcome.failed(
        1,
        "daybook verify: 2 damaged places in ./daybook-data; the first: log/0.log at offset 4096:"
            + " checksum does not match");
    assertThat(outcome.out())
        .isEqualTo(
            """
            damaged: log/0.log at offset 4096: checksum does not match
            damaged: index/0.idx at offset 7: unknown version
            """);
  }

  @Test
  void no_store() {
    assertThat(shell.run("verify", "--data", "no").exitCode()).isEqualTo(1);
  }
}
