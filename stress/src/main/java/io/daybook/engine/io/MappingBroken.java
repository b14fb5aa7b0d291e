package io.daybook.engine.io;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Shows what {@link MappingStress} finds where a lease is taken in two steps. */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "leased in time")
@Outcome(id = "-1, 1", expect = Expect.ACCEPTABLE, desc = "too late")
@Outcome(expect = Expect.FORBIDDEN, desc = "unmapped under a lease, twice or never")
@State
public class MappingBroken {
  private final AtomicInteger unmapped = new AtomicInteger();
  private final AtomicInteger leases = new AtomicInteger(1);

  private void release() {
    if (leases.decrementAndGet() == 0) {
      unmapped.incrementAndGet();
    }
  }

  @Actor
  public void owner() {
    release();
  }

  @Actor
  public void reader(II_Result result) {
    if (leases.get() > 0) {
      leases.incrementAndGet();
      result.r1 = unmapped.get();
      release();
    } else {
      result.r1 = -1;
    }
  }

  @Arbiter
  public void afterwards(II_Result result) {
    result.r2 = unmapped.get();
  }
}
