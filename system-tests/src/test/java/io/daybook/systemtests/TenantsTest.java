package io.daybook.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand tenants, each in a store of its own, in a heap of 512 MiB. */
@Tag("long")
class TenantsTest {
  private static final int TENANTS = 1_000;
  private static final int ROUNDS = 2;
  private static final int MOST_OPEN = 50;

  @TempDir private Path folder;

  @Test
  void aThousandTenantsAreWrittenInTurnAndNothingIsLost() throws Exception {
    var lines = new ArrayList<String>();
    List<String> arguments =
        List.of(
            folder.resolve("tenants").toString(),
            Integer.toString(TENANTS),
            Integer.toString(ROUNDS),
            Integer.toString(MOST_OPEN));
    try (var child =
        ChildJvm.start(
            folder.resolve("errors"),
            List.of("-Xmx512m"),
            TenantsProgram.class,
            arguments.toArray(String[]::new))) {
      for (String line = child.nextLine(); line != null; line = child.nextLine()) {
        lines.add(line);
      }
      assertThat(child.awaitExit()).as(child.errors()).isEqualTo(0);
    }
    assertThat(lines)
        .startsWith(
            "tenants " + TENANTS,
            "events of every tenth " + TENANTS * ROUNDS / 10,
            "open at most " + MOST_OPEN);
  }
}
