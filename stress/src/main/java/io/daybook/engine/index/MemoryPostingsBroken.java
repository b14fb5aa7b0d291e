package io.daybook.engine.index;

import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Shows what {@link MemoryPostingsStress} finds where the count is published before its value. */
@JCStressTest
@Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = "3, 3", expect = Expect.ACCEPTABLE, desc = "between")
@Outcome(id = "4, 4", expect = Expect.ACCEPTABLE, desc = "after")
@Outcome(expect = Expect.FORBIDDEN, desc = "a count without its value")
@State
public class MemoryPostingsBroken {
  private volatile int[] values = {1, 2};
  private volatile int count = 2;

  private void add(int value) {
    int size = count;
    int[] target = values;
    if (size == target.length) {
      target = Arrays.copyOf(target, 2 * size);
      values = target;
    }
    count = size + 1;
    target[size] = value;
  }

  @Actor
  public void writer() {
    add(3);
    add(4);
  }

  @Actor
  public void reader(II_Result result) {
    result.r1 = count;
    result.r2 = values[result.r1 - 1];
  }
}
