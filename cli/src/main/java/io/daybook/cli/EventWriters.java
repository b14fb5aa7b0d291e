package io.daybook.cli;

import java.time.ZoneId;
import picocli.CommandLine.Option;

/** The option that says how events are shown. */
final class EventWriters {
  @Option(
      names = "--json",
      description = "One JSON object per line, which is the default where no terminal is.")
  private boolean json;

  /** A table for a person, lines for a program. */
  EventWriter writer(Context context) {
    Terminal terminal = context.terminal();
    return json || !terminal.outIsTerminal()
        ? new EventLineWriter(context.out())
        : new EventTable(context.out(), terminal.width(), ZoneId.systemDefault());
  }
}
