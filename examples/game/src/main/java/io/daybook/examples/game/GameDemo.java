package io.daybook.examples.game;

import io.daybook.cli.Demo;
import io.daybook.cli.DemoStory;
import io.daybook.cli.ExitCode;
import io.daybook.cli.Terminal;
import java.io.IOException;
import java.util.List;

/** The story that {@code daybook demo game} tells, on a store of its own, which stays. */
public final class GameDemo implements Demo {
  /** Made by {@link java.util.ServiceLoader}. */
  public GameDemo() {}

  @Override
  public String name() {
    return "game";
  }

  @Override
  public String description() {
    return "TODO";
  }

  @Override
  public int run(List<String> arguments, Terminal terminal) throws IOException {
    var _ = DemoStory.directory(name(), arguments);
    return ExitCode.OK;
  }
}
