package io.daybook.engine;

import io.daybook.engine.index.IndexView;
import io.daybook.engine.io.Mapping;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.StressLogs;
import io.daybook.eventstore.EventStoreClosedException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** While files are replaced and the store is closed, a reader holds what it leased, or nothing. */
@JCStressTest
@Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "leased in time")
@Outcome(id = "-1, 1, 1", expect = Expect.ACCEPTABLE, desc = "closed before")
@Outcome(expect = Expect.FORBIDDEN, desc = "unmapped under a lease, twice or never")
@State
public class PublishedStress {
  private final AtomicInteger firstUnmapped = new AtomicInteger();
  private final AtomicInteger secondUnmapped = new AtomicInteger();
  private final LogFile first =
      StressLogs.of(new Mapping(MemorySegment.NULL, firstUnmapped::incrementAndGet));
  private final LogFile second =
      StressLogs.of(new Mapping(MemorySegment.NULL, secondUnmapped::incrementAndGet));
  private final Published published =
      new Published(
          new Snapshot(
              new Version(List.of(first), new IndexView(List.of(), List.of())),
              -1,
              0,
              StreamRules.NONE));

  @Actor
  public void leader() {
    published.publish(second, 0, 0, StreamRules.NONE);
    published.close();
  }

  @Actor
  public void reader(III_Result result) {
    try {
      Snapshot leased = published.lease();
      result.r1 = (leased.version().activeLog() == first ? firstUnmapped : secondUnmapped).get();
      leased.version().release();
    } catch (EventStoreClosedException _) {
      result.r1 = -1;
    }
  }

  @Arbiter
  public void afterwards(III_Result result) {
    result.r2 = firstUnmapped.get();
    result.r3 = secondUnmapped.get();
  }
}
