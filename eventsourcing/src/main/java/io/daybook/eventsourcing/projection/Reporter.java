package io.daybook.eventsourcing.projection;

import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Tells a listener of the work of one thread, not of each event but of some at a time. */
final class Reporter {
  private static final int EVENTS_AT_A_TIME = 4_096;

  private final String name;
  private final ProjectionListener listener;
  private long beganNanos;
  private long from;
  private long target;
  private long events;
  private int pending;
  private boolean catchingUp = true;
  private @Nullable RecordedEvent last;
  private volatile @Nullable Progress latest;

  Reporter(String name, ProjectionListener listener) {
    this.name = name;
    this.listener = listener;
  }

  void begins(long position, Position head) {
    beganNanos = System.nanoTime();
    from = position;
    target = head.value();
  }

  /** What was told last of the catching up, to any thread. */
  @Nullable Progress latest() {
    return latest;
  }

  void handled(RecordedEvent event) {
    last = event;
    events++;
    if (++pending >= EVENTS_AT_A_TIME) {
      flush(event.position().value());
    }
  }

  /** Nothing more is ready. */
  void idle(long position) {
    if (pending > 0) {
      flush(position);
    }
  }

  void caughtUp(long position) {
    if (pending > 0) {
      flush(position);
    }
    if (catchingUp) {
      progress(position);
    }
    catchingUp = false;
    listener.caughtUp(name, new Position(position));
  }

  void retrying(RecordedEvent event, int failures, Duration pause, Throwable cause) {
    listener.retrying(name, event, failures, pause, cause);
  }

  void parked(RecordedEvent event, Throwable cause) {
    listener.parked(name, event, cause);
  }

  void failed(ProjectionException failure) {
    listener.failed(name, failure);
  }

  private void flush(long position) {
    int handled = pending;
    pending = 0;
    RecordedEvent newest = last;
    Duration waited =
        newest == null ? Duration.ZERO : Duration.between(newest.recordedAt(), Instant.now());
    listener.applied(
        name, handled, new Position(position), waited.isNegative() ? Duration.ZERO : waited);
    if (catchingUp) {
      progress(position);
    }
  }

  private void progress(long position) {
    var progress =
        new Progress(
            events,
            new Position(position),
            new Position(Math.max(target, position)),
            Duration.ofNanos(System.nanoTime() - beganNanos),
            position - from);
    latest = progress;
    listener.progress(name, progress);
  }
}
