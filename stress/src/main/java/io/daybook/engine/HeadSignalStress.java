package io.daybook.engine;

import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Who begins to wait while the head moves is woken, and does not sleep until its time is up. */
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "woken, or never slept")
@Outcome(expect = Expect.FORBIDDEN, desc = "the wake-up was lost")
@State
public class HeadSignalStress {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  private final HeadSignal signal = new HeadSignal();
  private volatile boolean moved;

  @Actor
  public void writer() {
    moved = true;
    signal.signal();
  }

  @Actor
  public void subscriber(Z_Result result) {
    long deadline = System.nanoTime() + PATIENCE;
    try {
      result.r1 = signal.await(() -> moved, true, deadline) && System.nanoTime() < deadline;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }
}
