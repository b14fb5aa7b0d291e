package io.daybook.systemtests;

import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.tenancy.TenantLease;
import io.daybook.eventsourcing.tenancy.TenantOptions;
import io.daybook.eventsourcing.tenancy.TenantSource;
import io.daybook.eventsourcing.tenancy.TenantStores;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Query;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes to many tenants in turn, from many threads, with few stores open, and looks that each
 * finds again what it wrote.
 */
final class TenantsProgram {
  private static final int THREADS = 64;

  /** So many tenants apart are those that are read once more at the end. */
  private static final int EVERY = 10;

  private TenantsProgram() {}

  /**
   * Arguments: the folder, how many tenants, how many rounds, how many open stores. Prints how many
   * tenants there are, how many events every tenth has at the end, how many stores were open at
   * most, and the heap in use, in MiB.
   */
  public static void main(String[] arguments) throws Exception {
    int tenantCount = Integer.parseInt(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    int maxOpen = Integer.parseInt(arguments[3]);
    var mostOpen = new AtomicInteger();
    try (TenantStores tenants =
            TenantStores.of(
                TenantSource.folders(Path.of(arguments[0]), EngineStore::open),
                TenantOptions.defaults().maxOpen(maxOpen));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var turn = new Semaphore(THREADS);
      for (int round = 0; round < rounds; round++) {
        var appends = new ArrayList<Future<Object>>();
        for (int tenant = 0; tenant < tenantCount; tenant++) {
          Callable<Object> append = append(tenants, "t" + tenant, round);
          turn.acquire();
          appends.add(
              threads.submit(() -> {
                try {
                  mostOpen.accumulateAndGet(tenants.openTenants().size(), Math::max);
                  return append.call();
                } finally {
                  turn.release();
                }
              }));
        }
        for (Future<Object> one : appends) {
          one.get();
        }
      }
      print(tenants, rounds, mostOpen);
    }
  }

  /** Each round finds what the rounds before it wrote, and adds an event. */
  private static Callable<Object> append(TenantStores tenants, String tenant, int round) {
    return () -> {
      try (TenantLease lease = tenants.open(tenant)) {
        EventStore store = lease.store();
        requireAll(store, tenant, round);
        return store.append(
            "work-" + tenant, ExpectedRevision.any(), Event.json("Happened", data(tenant, round)));
      }
    };
  }

  private static String data(String tenant, int round) {
    return "{\"tenant\":\"" + tenant + "\",\"round\":" + round + "}";
  }

  private static int requireAll(EventStore store, String tenant, int rounds) {
    List<String> found =
        store.read(Query.everything()).toList().stream().map(e -> e.data().text()).toList();
    var expected = new ArrayList<String>();
    for (int round = 0; round < rounds; round++) {
      expected.add(data(tenant, round));
    }
    if (!found.equals(expected)) {
      throw new IllegalStateException(tenant + " has " + found + ", not " + expected);
    }
    return rounds;
  }

  private static void print(TenantStores tenants, int rounds, AtomicInteger mostOpen) {
    long events = 0;
    List<String> all = tenants.list();
    for (int i = 0; i < all.size(); i += EVERY) {
      String tenant = all.get(i);
      events += tenants.with(tenant, store -> requireAll(store, tenant, rounds));
    }
    System.out.println("tenants " + all.size());
    System.out.println("events of every tenth " + events);
    System.out.println("open at most " + mostOpen);
    System.gc();
    System.out.println(
        "heap "
            + (ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20)
            + " MiB");
  }
}
