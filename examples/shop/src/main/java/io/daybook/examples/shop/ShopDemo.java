package io.daybook.examples.shop;

import io.daybook.cli.Demo;
import io.daybook.cli.DemoStory;
import io.daybook.cli.ExitCode;
import io.daybook.cli.Terminal;
import java.io.IOException;
import java.util.List;

/** The story that {@code daybook demo shop} tells, on a store of its own, which stays. */
public final class ShopDemo implements Demo {
  /** Made by {@link java.util.ServiceLoader}. */
  public ShopDemo() {}

  @Override
  public String name() {
    return "shop";
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
