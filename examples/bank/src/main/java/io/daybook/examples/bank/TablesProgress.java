package io.daybook.examples.bank;

import io.daybook.cli.ProgressLine;
import io.daybook.cli.Terminal;
import io.daybook.eventsourcing.projection.Progress;
import io.daybook.eventsourcing.projection.ProjectionListener;

/** Shows how far read models have caught up, if a person looks at it. */
final class TablesProgress implements ProjectionListener, AutoCloseable {
  private final ProgressLine line;

  TablesProgress(Terminal terminal) {
    line = new ProgressLine(terminal, "event");
  }

  @Override
  public synchronized void progress(String projection, Progress progress) {
    long left = Math.max(0, progress.target().value() - progress.position().value());
    line.show(progress.events(), progress.positionsDone(), progress.positionsDone() + left);
  }

  @Override
  public synchronized void close() {
    line.close();
  }
}
