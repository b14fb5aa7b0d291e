package io.daybook.engine.log;

import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Whoever leads sees what the leader before it did, one leads at a time, and nobody is forgotten:
 * where one is, the test hangs.
 */
@JCStressTest
@Outcome(id = "4, 4", expect = Expect.ACCEPTABLE, desc = "all are committed, each once")
@Outcome(expect = Expect.FORBIDDEN, desc = "leaders that did not see each other")
@State
public class GroupCommitStress {
  private static final class Request extends GroupCommit.Request {
    private int number;
  }

  private final GroupCommit<Request> commits = new GroupCommit<>(this::commit);

  /** Plain on purpose: leaders must be ordered by the hand-over alone. */
  private int committed;

  private void commit(List<Request> group) {
    for (Request request : group) {
      request.number = ++committed;
      request.finish();
    }
  }

  private int commitTwo() {
    var first = new Request();
    commits.commit(first);
    var second = new Request();
    commits.commit(second);
    return Math.max(first.number, second.number);
  }

  @Actor
  public void one(II_Result result) {
    result.r1 = commitTwo();
  }

  @Actor
  public void other(II_Result result) {
    result.r2 = commitTwo();
  }

  @Arbiter
  public void all(II_Result result) {
    result.r1 = Math.max(result.r1, result.r2);
    result.r2 = committed;
  }
}
