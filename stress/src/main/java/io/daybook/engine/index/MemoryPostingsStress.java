package io.daybook.engine.index;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A reader that is told a number of postings finds as many, also while the array grows. */
@JCStressTest
@Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = "3, 3", expect = Expect.ACCEPTABLE, desc = "between")
@Outcome(id = "4, 4", expect = Expect.ACCEPTABLE, desc = "after")
@Outcome(expect = Expect.FORBIDDEN, desc = "a count without its value")
@State
public class MemoryPostingsStress {
  private final MemoryPostings postings = new MemoryPostings.OfStream(0, null);

  public MemoryPostingsStress() {
    postings.add(1);
    postings.add(2);
  }

  @Actor
  public void writer() {
    postings.add(3);
    postings.add(4);
  }

  @Actor
  public void reader(II_Result result) {
    MemoryPostings.Snapshot seen = postings.snapshot(0, Long.MAX_VALUE);
    if (seen != null) {
      result.r1 = seen.count();
      result.r2 = seen.block(0)[result.r1 - 1];
    }
  }
}
