package io.daybook.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
  private final Shell shell = new Shell();

  private record Story(String name, String description, int exitCode) implements Demo {
    @Override
    public int run(List<String> arguments, Terminal terminal) throws IOException {
      if (arguments.contains("fail")) {
        throw new IOException("the story broke");
      }
      terminal.out().write(("once upon a time " + arguments + "\n").getBytes(UTF_8));
      return exitCode;
    }
  }

  @Test
  void lists_what_there_is() {
    assertThat(shell.run("demo").ok().out()).isEqualTo("no demo is installed\n");
    shell.add(new Story("shop", "An online shop.", 0));
    shell.add(new Story("bank", "Two people and their money.", 0));
    assertThat(shell.run("demo").ok().out())
        .isEqualTo(
            """
            daybook demo bank   Two people and their money.
            daybook demo shop   An online shop.
            """);
  }

  @Test
  void runs_one_with_its_arguments_and_exit_code() {
    shell.add(new Story("bank", "Two people and their money.", 7));
    var outcome = shell.run("demo", "bank", "a", "b");
    assertThat(outcome.out()).isEqualTo("once upon a time [a, b]\n");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exitCode()).isEqualTo(7);
  }

  @Test
  void a_demo_that_fails_is_one_line() {
    shell.add(new Story("bank", "Two people and their money.", 0));
    shell.run("demo", "bank", "fail").failed(1, "daybook demo: the story broke");
    shell.run("demo", "bonk").failed(2, "daybook demo: there is no demo bonk; there are: bank");
  }
}
