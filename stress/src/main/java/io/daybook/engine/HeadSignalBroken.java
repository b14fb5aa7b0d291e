package io.daybook.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Shows what {@link HeadSignalStress} finds where nobody looks again after it has enqueued. */
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "woken, or never slept")
@Outcome(expect = Expect.FORBIDDEN, desc = "the wake-up was lost")
@State
public class HeadSignalBroken {
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

  private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();
  private volatile boolean moved;

  @Actor
  public void writer() {
    moved = true;
    Thread thread;
    while ((thread = waiting.poll()) != null) {
      LockSupport.unpark(thread);
    }
  }

  @Actor
  public void subscriber(Z_Result result) {
    long deadline = System.nanoTime() + PATIENCE;
    if (!moved) {
      waiting.add(Thread.currentThread());
      LockSupport.parkNanos(this, PATIENCE);
    }
    result.r1 = System.nanoTime() < deadline;
  }
}
