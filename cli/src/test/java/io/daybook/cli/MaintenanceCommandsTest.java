package io.daybook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** backup, snapshot, restore, scavenge and repair; the real things are tested in distribution. */
class MaintenanceCommandsTest {
  private static final String COPIED =
      "up to position 41999: copied 1 file, 1.2 MiB (1,254,912) bytes; in all 7 files, 64.0 MiB"
          + " (67,108,864) bytes\n";

  private final Shell shell = new Shell();
  private final MemoryMaintenance maintenance = shell.stores().keptBy();

  @BeforeEach
  void create() {
    shell.store();
  }

  private void damage() {
    maintenance.plan(
        new Maintenance.RepairPlan(
            1_200,
            45,
            40,
            "./daybook-data/damaged",
            true,
            List.of(
                new Maintenance.Step("log/0.log", 4096, 139, Maintenance.Action.CUT, "a check"),
                new Maintenance.Step("log/1.log", 0, 2048, Maintenance.Action.MOVE_ASIDE, "so"),
                new Maintenance.Step(
                    "index/0.idx", 0, 9, Maintenance.Action.MAKE_ANEW, "it\nis"))));
  }

  @Test
  void copies_are_told_in_one_line() {
    assertThat(shell.run("backup", "b").ok().out()).isEqualTo("backed up to b " + COPIED);
    assertThat(shell.run("snapshot", "s").ok().out()).isEqualTo("linked to s " + COPIED);
    shell.stores().store("b");
    assertThat(shell.run("restore", "b", "r").ok().out()).isEqualTo("restored to r " + COPIED);
    assertThat(maintenance.done())
        .containsExactly(
            "backup ./daybook-data b", "snapshot ./daybook-data s", "restore b r Now[]");
    maintenance.position(-1);
    assertThat(shell.run("backup", "b").ok().out())
        .startsWith("backed up to b, without events: copied 1 file, ");
  }

  @Test
  void a_key_is_given_before_or_after_the_command_and_to_each() {
    shell.stores().store("b");
    for (String line :
        List.of(
            "--key-file k read",
            "read --key-file k",
            "restore b r --key-file k",
            "scavenge --key-file k",
            "append s --type T --data 1 --key-file k")) {
      shell.run(line.split(" ")).ok();
      assertThat(maintenance.done()).as(line).contains("with InFile[path=k]");
      maintenance.done().clear();
    }
    shell.run("read", "--key-command", "vault read token").ok();
    assertThat(maintenance.done()).containsExactly("with the key that a command tells");
  }

  @Test
  void a_key_is_replaced_and_all_encrypted_anew_under_the_new_one() {
    String[] rotate = "rotate-key --key-file k --new-key-file n --encrypt-anew".split(" ");
    assertThat(shell.run(rotate).ok().out())
        .isEqualTo(
            """
            the store in ./daybook-data has the new key, and no other opens it
            encrypted anew: wrote 7 files
            """);
    assertThat(maintenance.done())
        .containsExactly(
            "with InFile[path=k]",
            "rotate ./daybook-data InFile[path=n]",
            "with InFile[path=n]",
            "encrypt ./daybook-data");
    maintenance.done().clear();
    shell.run("rotate-key", "--key-file", "k", "--encrypt-anew").ok();
    assertThat(maintenance.done()).containsExactly("with InFile[path=k]", "encrypt ./daybook-data");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rotate-key | daybook rotate-key: --new-key-file or --new-key-command is needed",
        "read --key-file k --key-command c | daybook read: --key-file or --key-command, and not"
            + " both, tells the key"
      })
  void a_key_is_told_by_one_option(String command, String error) {
    Shell.Outcome outcome = shell.run(command.split(" "));
    assertThat(outcome.err()).isEqualTo(error + "\n");
    assertThat(outcome.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"backup t", "snapshot t", "restore ./daybook-data t"})
  void copies_are_told_as_json(String command) {
    assertThat(shell.run((command + " --json").split(" ")).ok().out())
        .isEqualTo(
            "{\"store\":\"f8d6284d-56a2-4f0c-b819-97fcbf83135e\",\"epoch\":3,\"position\":41999,"
                + "\"files\":7,\"bytes\":67108864,\"copiedFiles\":1,\"copiedBytes\":1254912}\n");
  }

  @Test
  void a_restore_goes_to_a_position_or_an_instant() {
    shell.run("restore", Shell.DEFAULT, "r", "--to", "12").ok();
    shell.run("restore", Shell.DEFAULT, "r", "--to", "2026-03-01T12:00:00+01:00").ok();
    assertThat(maintenance.done())
        .containsExactly(
            "restore ./daybook-data r AtPosition[position=12]",
            "restore ./daybook-data r AtInstant[instant=2026-03-01T11:00:00Z]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "restore ./daybook-data r --to noon | 2 | daybook restore: --to is a position or an instant"
            + " such as 2026-01-31T23:59:59Z, not: noon",
        "restore ./daybook-data r --to 99999999999999999999 | 2 | daybook restore: --to: there is"
            + " no position so high: 99999999999999999999",
        "restore no r | 1 | daybook restore: there is no backup in no",
        "repair --plan --yes | 2 | daybook repair: --plan changes nothing, so there is no --yes to"
            + " it",
      })
  void wrong_arguments(String command, int exitCode, String line) {
    shell.run(command.split(" ")).failed(exitCode, line);
    assertThat(maintenance.done()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"backup t", "snapshot t", "scavenge", "repair"})
  void no_store(String command) {
    String name = command.replaceFirst(" .*", "");
    shell
        .run(("--data no " + command).split(" "))
        .failed(
            1,
            "daybook "
                + name
                + ": there is no store in no; append and import create one, --data names another");
    assertThat(shell.run(name, "a", "b", "c").exitCode()).isEqualTo(2);
    assertThat(maintenance.done()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "backup b | daybook backup: stopped; a backup that b held before is still whole, and the"
            + " next one goes on",
        "restore ./daybook-data r | daybook restore: stopped; what is in r is no store: remove it"
            + " and restore again",
        "scavenge | daybook scavenge: stopped; what was reclaimed stays so, and the next scavenge"
            + " does the rest",
      })
  void an_interrupt_says_what_is_left(String command, String line) {
    Thread.currentThread().interrupt();
    shell.run(command.split(" ")).failed(130, line);
    assertThat(maintenance.done()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"repair --yes", "verify"})
  void an_interrupt_ends_a_command_that_changed_nothing(String command) {
    damage();
    Thread.currentThread().interrupt();
    Shell.Outcome outcome = shell.run(command.split(" "));
    assertThat(outcome).isEqualTo(new Shell.Outcome(130, "", ""));
    assertThat(maintenance.done()).isEmpty();
  }

  @Test
  void a_scavenge_tells_what_it_reclaimed() {
    assertThat(shell.run("scavenge").ok().out())
        .isEqualTo(
            "reclaimed 1,234 events: wrote 2 log files and 1 index file anew, 64.0 MiB (67,108,864)"
                + " bytes before, 1,000 bytes now\n");
    assertThat(shell.run("scavenge", "--json").ok().out())
        .isEqualTo(
            "{\"events\":1234,\"logFiles\":2,\"indexFiles\":1,\"bytesBefore\":67108864,\"bytesAfter\":1000}\n");
  }

  @Test
  void nothing_to_repair() {
    assertThat(shell.run("repair").ok().out()).isEqualTo("nothing to repair: 7 events\n");
    assertThat(shell.run("repair", "--plan").ok().out()).isEqualTo("nothing to repair: 7 events\n");
    assertThat(maintenance.done()).isEmpty();
  }

  private static final String PLAN =
      """
      log/0.log is cut at offset 4096 and loses 139 bytes: a check
      log/1.log is moved aside, 2.0 KiB (2,048) bytes: so
      index/0.idx is made anew: it is
      kept:    1,200 events, positions 0 to 1199
      dropped: 45 events at least, from position 1200 on; 40 events of it can still be read by hand, in ./daybook-data/damaged
      a new epoch begins: checkpoints from before will be refused
      """;

  @Test
  void a_plan_is_shown_and_damage_that_is_left_is_exit_code_1() {
    damage();
    String left = "daybook repair: the store in ./daybook-data is damaged and was not repaired: ";
    for (String option : List.of("--plan", "--stacktrace")) {
      assertThat(shell.run("repair", option).out()).isEqualTo(PLAN);
    }
    shell.run("repair", "--plan").failed(1, left + "this was the plan alone");
    shell.run("repair").failed(1, left + "--yes repairs it so");
    shell.runWith("y\n", "repair").failed(1, left + "--yes repairs it so");
    assertThat(maintenance.done()).isEmpty();
    assertThat(shell.run("repair", "--yes").ok().out())
        .isEqualTo(PLAN + "repaired: 1,200 events\n");
    assertThat(maintenance.done()).containsExactly("repair ./daybook-data 3");
  }

  @ParameterizedTest
  @CsvSource({
    "'y\n',true",
    "'YES\r\n',true",
    "'yes',true",
    "'\n',false",
    "'',false",
    "'no\ny\n',false"
  })
  void on_a_terminal_it_asks(String answer, boolean agreed) {
    damage();
    Shell.Outcome outcome = shell.runOnTerminalWith(answer, "repair");
    assertThat(outcome.out()).startsWith(PLAN + "repair ./daybook-data so? [y/N] ");
    assertThat(outcome.exitCode()).isEqualTo(agreed ? 0 : 1);
    assertThat(maintenance.done()).hasSize(agreed ? 1 : 0);
  }
}
