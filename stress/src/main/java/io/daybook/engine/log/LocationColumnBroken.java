package io.daybook.engine.log;

import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Shows what {@link LocationColumnStress} finds where the entries are read before the count. */
@JCStressTest
@Outcome(id = "1, 8", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = "2, 16", expect = Expect.ACCEPTABLE, desc = "after")
@Outcome(expect = Expect.FORBIDDEN, desc = "a count without its entry")
@State
public class LocationColumnBroken {
  private volatile int[] entries = {8};
  private volatile int count = 1;

  @Actor
  public void writer() {
    int[] more = Arrays.copyOf(entries, 2);
    entries = more;
    more[1] = 16;
    count = 2;
  }

  @Actor
  public void reader(II_Result result) {
    int[] current = entries;
    result.r1 = count;
    result.r2 = result.r1 <= current.length ? current[result.r1 - 1] : -1;
  }
}
