package io.daybook.examples.orders;

import io.daybook.cli.Demo;
import io.daybook.cli.DemoStory;
import io.daybook.cli.ExitCode;
import io.daybook.cli.Terminal;
import java.io.IOException;
import java.util.List;

/** The story that {@code daybook demo orders} tells, on a store of its own, which stays. */
public final class OrdersDemo implements Demo {
  /** Made by {@link java.util.ServiceLoader}. */
  public OrdersDemo() {}

  @Override
  public String name() {
    return "orders";
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
