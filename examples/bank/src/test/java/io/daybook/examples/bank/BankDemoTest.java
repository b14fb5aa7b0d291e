package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.Demo;
import io.daybook.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class BankDemoTest {
  @TempDir private Path directory;

  private static Terminal terminal(OutputStream out) {
    return Terminal.of(InputStream.nullInputStream(), out, OutputStream.nullOutputStream());
  }

  @Test
  void tellsItsStoryOn80Columns() throws Exception {
    Path data = Path.of("d");
    var out = new ByteArrayOutputStream();
    Path store = directory.resolve(data);
    assertThat(new BankDemo().run(List.of(store.toString()), terminal(out))).isZero();
    String story = out.toString(StandardCharsets.UTF_8).replace(store.toString(), "/tmp/demo");
    assertThat(story)
        .contains("1. Two people open accounts")
        .contains("Refused, insufficient-funds:")
        .contains("the job runs twice: a month posts once                       3258.66 CZK")
        .contains("Closing balance                                             3258.66")
        .contains("as we know today                                             3250.50 CZK")
        .contains("as we knew before the slip was found                         2650.50 CZK")
        .contains("because: slip of 15 January, found on 3 February")
        .contains("Ada's account is the same                                      3258.66 CZK")
        .contains("1 March: the interest of February is posted                    3267.78 CZK")
        .contains("2 May: it is started, and makes up for both months             3287.74 CZK")
        .containsPattern("2026-04 {3}2026-05-01 +3277.91 CZK +3287.74 CZK")
        .contains("fraud-watch: has to be reviewed: 3 withdrawals of 10000 CZK or more")
        .contains("A fourth time is refused, account-frozen.")
        .contains("What to try now");
    assertThat(story.lines()).allMatch(line -> line.length() <= 80);
    assertThat(story.lines().count()).isLessThan(110);
  }

  @Test
  void leavesAStoreThatTheCommandReads() throws Exception {
    Path store = directory.resolve("left");
    new BankDemo().run(List.of(store.toString()), terminal(OutputStream.nullOutputStream()));
    var out = new ByteArrayOutputStream();
    assertThat(Main.run(new String[] {"balance", "ada", "--data", store.toString()}, terminal(out)))
        .isZero();
    // with the interest of the months that went by in the story
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("3287.74 CZK\n");
  }

  @Test
  void beginsInAnEmptyPlace() throws Exception {
    Files.writeString(directory.resolve("file"), "precious");
    var demo = new BankDemo();
    assertThatThrownBy(() ->
            demo.run(List.of(directory.toString()), terminal(OutputStream.nullOutputStream())))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("not empty");
    assertThatThrownBy(() -> demo.run(List.of("a", "b"), terminal(OutputStream.nullOutputStream())))
        .isInstanceOf(CommandFailedException.class);
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(Demo.class)).extracting(Demo::name).contains("bank");
  }
}
