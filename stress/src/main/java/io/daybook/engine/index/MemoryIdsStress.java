package io.daybook.engine.index;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * An id that is there is found while tables grow; one that is being added is found whole or not.
 */
@JCStressTest
@Outcome(id = "0, -1, 0", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = "0, 399, 0", expect = Expect.ACCEPTABLE, desc = "after")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, or another's")
@State
public class MemoryIdsStress {
  private static final int LAST = 399;

  private final MemoryIds ids = new MemoryIds();

  public MemoryIdsStress() {
    for (int i = 0; i < 200; i++) {
      ids.add(i, i, ~i);
    }
  }

  @Actor
  public void writer() {
    for (int i = 200; i <= LAST; i++) {
      ids.add(i, i, ~i);
    }
  }

  @Actor
  public void reader(III_Result result) {
    result.r2 = ids.find(LAST, ~LAST);
    for (int i = 0; i < 200; i++) {
      result.r1 |= ids.find(i, ~i) ^ i;
    }
    result.r3 = result.r2 < 0 ? 0 : (int) ids.high(result.r2) ^ LAST;
  }
}
