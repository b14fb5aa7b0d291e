package io.daybook.examples.game;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GameDemoTest {
  @TempDir private Path directory;

  private static Terminal terminal(OutputStream out) {
    return Terminal.of(InputStream.nullInputStream(), out, OutputStream.nullOutputStream());
  }

  @Test
  void tellsItsStoryOn80Columns() throws Exception {
    Path store = directory.resolve("d");
    var out = new ByteArrayOutputStream();
    assertThat(new GameDemo().run(List.of(store.toString()), terminal(out))).isZero();
    String story = out.toString(StandardCharsets.UTF_8).replace(store.toString(), "/tmp/demo");
    assertThat(story)
        .contains("1. Bea sets out, and reaches level 2")
        .contains("Refused, hero-defeated:")
        .contains("Stands at the save point before the dragon again.     level 2, 120 XP, 140 HP")
        .contains("    9  Is defeated by the dragon, losing the last 130 HP.")
        .contains("bet-over-stack: p3 can bet to 600, not")
        .contains("the pot of 495 goes to Ana (247.5) and Cleo (247.5)")
        .contains("the side pot of 490 goes to Cleo")
        .contains("All is the same: bea: level 6, 520 XP, 220 HP.")
        .contains("What to try now");
    assertThat(story.lines()).allMatch(line -> line.length() <= 80);
    assertThat(story.lines().count()).isLessThan(120);
  }

  @Test
  void leavesAStoreThatTheCommandReads() throws Exception {
    Path store = directory.resolve("left");
    new GameDemo().run(List.of(store.toString()), terminal(OutputStream.nullOutputStream()));
    var out = new ByteArrayOutputStream();
    assertThat(
            Main.run(new String[] {"--data", store.toString(), "poker", "stacks"}, terminal(out)))
        .isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("{\"hand\":\"friday-1\",\"stacks\":[247.5,0,937.5,570]}\n");
  }

  @Test
  void beginsInAnEmptyPlace() throws Exception {
    Files.writeString(directory.resolve("file"), "precious");
    assertThatThrownBy(() ->
            new GameDemo()
                .run(List.of(directory.toString()), terminal(OutputStream.nullOutputStream())))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("not empty");
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(Demo.class)).extracting(Demo::name).contains("game");
  }
}
