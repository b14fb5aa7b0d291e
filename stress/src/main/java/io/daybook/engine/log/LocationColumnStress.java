package io.daybook.engine.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A place that is looked up is that of the frame or of one before it, also while it grows. */
@JCStressTest
@Outcome(id = "32, 440", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = "33, 448", expect = Expect.ACCEPTABLE, desc = "between")
@Outcome(id = "34, 456", expect = Expect.ACCEPTABLE, desc = "after")
@Outcome(expect = Expect.FORBIDDEN, desc = "a count without its entry")
@State
public class LocationColumnStress {
  private final LocationColumn column = new LocationColumn();

  public LocationColumnStress() {
    for (int i = 0; i < 32; i++) {
      column.add(i, 192 + 8L * i);
    }
  }

  @Actor
  public void writer() {
    column.add(32, 192 + 8 * 32);
    column.add(33, 192 + 8 * 33);
  }

  @Actor
  public void reader(II_Result result) {
    int frame = column.frameOf(100);
    result.r1 = frame + 1;
    result.r2 = (int) column.offsetAt(frame);
  }
}
