package io.daybook.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.cli.Demo;
import io.daybook.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class ShopDemoTest {
  @TempDir private Path directory;

  private static Terminal terminal(OutputStream out) {
    return Terminal.of(InputStream.nullInputStream(), out, OutputStream.nullOutputStream());
  }

  @Test
  void tellsItsStoryOn80ColumnsAndLeavesAStoreThatTheCommandReads() throws Exception {
    var out = new ByteArrayOutputStream();
    Path store = directory.resolve("d");
    assertThat(new ShopDemo().run(List.of(store.toString()), terminal(out))).isZero();
    String story = out.toString(StandardCharsets.UTF_8).replace(store.toString(), "/tmp/demo");
    assertThat(story)
        .contains("1. The shelves are filled")
        .contains("Refused, out-of-stock: of spoon there are 2, not 3.")
        .containsPattern("orders placed with the code +25\n")
        .containsPattern("teapots left +0\n")
        .containsPattern("revenue, refunds taken off +1007.05\n")
        .contains("What to try now");
    assertThat(story.lines()).allMatch(line -> line.length() <= 80);
    assertThat(story.lines().count()).isLessThan(90);

    var order = new ByteArrayOutputStream();
    String[] words = {"order", "show", "basket", "--data", store.toString()};
    assertThat(Main.run(words, terminal(order))).isZero();
    assertThat(order.toString(StandardCharsets.UTF_8)).containsPattern("total +57.30\n");
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(Demo.class)).extracting(Demo::name).contains("shop");
  }
}
