package io.daybook.engine.io;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Bytes that are leased are mapped, and are unmapped once, when the last lease is given back. */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "leased in time")
@Outcome(id = "-1, 1", expect = Expect.ACCEPTABLE, desc = "too late")
@Outcome(expect = Expect.FORBIDDEN, desc = "unmapped under a lease, twice or never")
@State
public class MappingStress {
  private final AtomicInteger unmapped = new AtomicInteger();
  private final Mapping mapping = new Mapping(MemorySegment.NULL, unmapped::incrementAndGet);

  @Actor
  public void owner() {
    mapping.release();
  }

  @Actor
  public void reader(II_Result result) {
    if (mapping.tryLease()) {
      result.r1 = unmapped.get();
      mapping.release();
    } else {
      result.r1 = -1;
    }
  }

  @Arbiter
  public void afterwards(II_Result result) {
    result.r2 = unmapped.get();
  }
}
