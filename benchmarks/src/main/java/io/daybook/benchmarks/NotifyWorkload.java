package io.daybook.benchmarks;

import io.daybook.engine.EngineStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.SubscriptionRequest;
import java.util.List;
import java.util.concurrent.SynchronousQueue;

/**
 * How long after an append returned a subscriber's handler is called: 0 where it was called before.
 * One append at a time; the subscriber is a virtual thread.
 */
record NotifyWorkload() implements Workload {

  @Override
  public String label() {
    return "notify";
  }

  @Override
  public String what() {
    return "from the return of an append to the call of a subscriber's handler";
  }

  @Override
  public Score score() {
    return Score.TIME;
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return List.of();
  }

  @Override
  public void run(Bench bench) throws Exception {
    bench.roundsOnNewStores(
        this,
        List.of(new DaybookSubject()),
        Ability.SYNCED,
        (subject, _) -> measure((DaybookSubject) subject, bench.samples(), bench.sizes().pace()));
  }

  private static Measurement measure(DaybookSubject subject, Samples samples, Pace pace)
      throws Exception {
    EngineStore store = subject.store();
    var calls = new SynchronousQueue<Long>();
    var subscription = store.subscribe(SubscriptionRequest.of(Query.everything()));
    Thread subscriber =
        Thread.ofVirtual().start(() -> subscription.forEachEvent(_ -> handOver(calls)));
    var timer = new Timer();
    long start = System.nanoTime();
    long acknowledged = start;
    for (int i = 0; i < pace.operations() && acknowledged - start < pace.nanos(); i++) {
      subject.append(new Write("account-1", i - 1, List.of(samples.at(i))));
      acknowledged = System.nanoTime();
      timer.record(calls.take() - acknowledged);
    }
    subscription.close();
    subscriber.join();
    return timer.measured();
  }

  private static void handOver(SynchronousQueue<Long> calls) {
    long called = System.nanoTime();
    try {
      calls.put(called);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
