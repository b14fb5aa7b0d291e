package io.daybook.eventsourcing.tenancy;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The stores of all tenants behind one handle. A store is opened when it is asked for; it is closed
 * when nobody held it for a while, or when another tenant needs its room: the one that was not
 * needed for longest. May be used by any number of threads, made for virtual ones.
 *
 * <pre>{@code
 * try (var tenants = TenantStores.of(
 *     TenantSource.folders(Path.of("tenants"), EngineStore::open), TenantOptions.defaults())) {
 *   try (var lease = tenants.open("acme")) {
 *     lease.store().append(…);
 *   }
 * }
 * }</pre>
 *
 * <p>What is held is never closed: a lease holds its store, and so does a read until it is closed
 * or read to its end, a subscription until it is closed, and an append until it is answered. A read
 * model that follows a tenant's store keeps it open, therefore.
 *
 * <p>A tenant's store is opened by one thread, and others that want the same wait for it and share
 * its failure. Nobody waits for the opening or closing of another tenant's store, but where all
 * room is taken.
 */
public final class TenantStores implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TenantStores.class.getName());
  private static final long LONGEST_SWEEP_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long SHORTEST_SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final TenantSource source;
  private final TenantOptions options;

  /** Guards all that follows. Nothing is opened or closed under it. */
  private final ReentrantLock lock = new ReentrantLock();

  /** A store was closed, or nobody holds one any more. */
  private final Condition room = lock.newCondition();

  private final Condition ending = lock.newCondition();
  private final Map<String, Slot> slots = new HashMap<>();

  /** Open and held by nobody, the one that was held last at the end. */
  private final LinkedHashSet<Slot> idle = new LinkedHashSet<>();

  /** How many slots have room: the others wait for it, or only keep openers away. */
  private int taken;

  private boolean sweeping;
  private boolean closed;

  private enum State {
    OPENING,
    OPEN,
    CLOSING,
    GONE
  }

  /** A tenant's store, open or about to be; guarded by the lock but for what is volatile. */
  private final class Slot {
    final String tenant;
    final Condition changed = lock.newCondition();
    volatile State state = State.OPENING;
    boolean hasRoom;
    @Nullable EventStore store;
    int holds;
    Instant idleSince = Instant.MIN;
    volatile @Nullable RuntimeException failure;

    Slot(String tenant) {
      this.tenant = tenant;
    }
  }

  private TenantStores(TenantSource source, TenantOptions options) {
    this.source = Objects.requireNonNull(source, "source");
    this.options = Objects.requireNonNull(options, "options");
  }

  /** The tenants of that source. Nothing is opened yet. */
  public static TenantStores of(TenantSource source, TenantOptions options) {
    return new TenantStores(source, options);
  }

  /**
   * Opens a tenant's store, if it is not open, and holds it until the lease is closed.
   *
   * @throws IllegalArgumentException if the name is none: {@link TenantSource#requireName}
   * @throws TenantException if it cannot be opened, or all room is taken for too long
   * @throws EventStoreClosedException if this is closed
   * @throws CancellationException if the waiting thread is interrupted; it stays interrupted
   */
  public TenantLease open(String tenant) {
    return new TenantLease(tenant, store(tenant), hold(tenant));
  }

  /** Does work with a tenant's store, which is held meanwhile; throws what {@link #open} throws. */
  public <R> R with(String tenant, Function<? super EventStore, ? extends R> work) {
    try (TenantLease lease = open(tenant)) {
      return work.apply(lease.store());
    }
  }

  /**
   * A handle that is open only while something is done with it: each call opens the store where
   * need be, and throws what {@link #open} throws. Closing the handle ends its subscriptions, and
   * leaves the store to others.
   *
   * @throws IllegalArgumentException if the name is none: {@link TenantSource#requireName}
   */
  public EventStore store(String tenant) {
    TenantSource.requireName(tenant);
    return new TenantHandle(tenant, () -> hold(tenant));
  }

  /** The tenants that have a store, open or not, in the order of their names. */
  public List<String> list() {
    return source.list();
  }

  /** The tenants whose stores are open. */
  public Set<String> openTenants() {
    lock.lock();
    try {
      var open = new LinkedHashSet<String>();
      for (Slot slot : slots.values()) {
        if (slot.state == State.OPEN) {
          open.add(slot.tenant);
        }
      }
      return open;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes a tenant's store and deletes it for good.
   *
   * @throws TenantException if the store is held
   * @throws IllegalArgumentException if the name is none: {@link TenantSource#requireName}
   */
  public void delete(String tenant) {
    TenantSource.requireName(tenant);
    Slot slot = reserve(tenant);
    try {
      EventStore store = slot.store;
      if (store != null) {
        store.close();
      }
      source.delete(tenant);
    } finally {
      gone(slot);
    }
  }

  /**
   * Closes what was idle for long enough. Done by itself, too, as long as a store is open.
   *
   * @return how many stores were closed
   */
  public int closeIdle() {
    var due = new ArrayList<Slot>();
    lock.lock();
    try {
      Instant latest = options.clock().instant().minus(options.idleAfter());
      for (Slot slot : idle) {
        if (slot.idleSince.isAfter(latest)) {
          break;
        }
        due.add(slot);
      }
      due.forEach(this::startClosing);
    } finally {
      lock.unlock();
    }
    due.forEach(this::closeNow);
    return due.size();
  }

  /**
   * Closes all stores, held or not, and waits for those that are just being opened or closed.
   * Subscriptions end. Closing twice does nothing.
   *
   * @throws RuntimeException what a store throws at its closing, when all were tried
   */
  @Override
  public void close() {
    var open = new ArrayList<Slot>();
    lock.lock();
    try {
      closed = true;
      room.signalAll();
      ending.signalAll();
      for (Slot slot : slots.values()) {
        if (slot.state == State.OPEN) {
          open.add(slot);
        }
      }
      open.forEach(this::startClosing);
    } finally {
      lock.unlock();
    }
    RuntimeException thrown = null;
    for (Slot slot : open) {
      try {
        Objects.requireNonNull(slot.store).close();
      } catch (RuntimeException e) {
        if (thrown == null) {
          thrown = e;
        } else {
          thrown.addSuppressed(e);
        }
      } finally {
        gone(slot);
      }
    }
    lock.lock();
    try {
      for (Slot slot : List.copyOf(slots.values())) {
        while (slot.state != State.GONE) {
          slot.changed.awaitUninterruptibly();
        }
      }
    } finally {
      lock.unlock();
    }
    if (thrown != null) {
      throw thrown;
    }
  }

  /** Holds a tenant's store, which is opened by this call if it has to be. */
  private Hold hold(String tenant) {
    TenantSource.requireName(tenant);
    long deadline = System.nanoTime() + options.maxWait().toNanos();
    Slot mine = null;
    lock.lock();
    try {
      while (mine == null) {
        requireOpen();
        Slot slot = slots.get(tenant);
        if (slot == null) {
          mine = new Slot(tenant);
          slots.put(tenant, mine);
        } else if (slot.state == State.OPEN) {
          return holdOf(slot);
        } else {
          await(slot.changed, tenant, Long.MAX_VALUE);
          if (slot.failure != null) {
            throw cannotBeOpened(tenant, slot.failure);
          }
        }
      }
    } finally {
      lock.unlock();
    }
    try {
      takeRoom(mine, deadline);
      return open(mine);
    } finally {
      if (mine.state == State.OPENING) {
        gone(mine);
      }
    }
  }

  /** Waits for room, and makes some by closing the store that was not held for longest. */
  private void takeRoom(Slot slot, long deadline) {
    while (true) {
      Slot victim;
      lock.lock();
      try {
        requireOpen();
        if (taken < options.maxOpen()) {
          taken++;
          slot.hasRoom = true;
          return;
        }
        if (idle.isEmpty()) {
          await(room, slot.tenant, deadline);
          continue;
        }
        victim = idle.getFirst();
        startClosing(victim);
      } finally {
        lock.unlock();
      }
      closeNow(victim);
    }
  }

  private Hold open(Slot slot) {
    EventStore store;
    try {
      store = Objects.requireNonNull(source.open(slot.tenant), "the opened store");
    } catch (Throwable e) {
      var failure = e instanceof RuntimeException known ? known : new IllegalStateException(e);
      slot.failure = failure;
      throw cannotBeOpened(slot.tenant, failure);
    }
    lock.lock();
    try {
      slot.store = store;
      if (!closed) {
        slot.state = State.OPEN;
        slot.changed.signalAll();
        startSweeping();
        return holdOf(slot);
      }
      slot.state = State.CLOSING;
    } finally {
      lock.unlock();
    }
    closeNow(slot);
    throw closedException();
  }

  /** Under the lock. */
  private Hold holdOf(Slot slot) {
    slot.holds++;
    idle.remove(slot);
    return new Hold(Objects.requireNonNull(slot.store), () -> release(slot));
  }

  private void release(Slot slot) {
    lock.lock();
    try {
      slot.holds--;
      if (slot.holds == 0 && slot.state == State.OPEN) {
        slot.idleSince = options.clock().instant();
        idle.add(slot);
        room.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes the room of a tenant's store, open or not, so that nobody opens it. */
  private Slot reserve(String tenant) {
    lock.lock();
    try {
      while (true) {
        requireOpen();
        Slot slot = slots.get(tenant);
        if (slot == null) {
          var reserved = new Slot(tenant);
          reserved.state = State.CLOSING;
          slots.put(tenant, reserved);
          return reserved;
        }
        if (slot.state == State.OPEN) {
          if (slot.holds > 0) {
            throw new TenantException(
                tenant,
                "is in use and not deleted; close its leases, reads and subscriptions first",
                null);
          }
          startClosing(slot);
          return slot;
        }
        await(slot.changed, tenant, Long.MAX_VALUE);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock: from here on nobody gets a hold of it. */
  private void startClosing(Slot slot) {
    slot.state = State.CLOSING;
    idle.remove(slot);
  }

  /** What it throws concerns its own tenant, who is not here: it is logged. */
  private void closeNow(Slot slot) {
    try {
      Objects.requireNonNull(slot.store).close();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "the store of the tenant " + slot.tenant + " did not close well", e);
    } finally {
      gone(slot);
    }
  }

  private void gone(Slot slot) {
    lock.lock();
    try {
      slot.state = State.GONE;
      slots.remove(slot.tenant, slot);
      slot.changed.signalAll();
      if (slot.hasRoom) {
        taken--;
        room.signal();
      }
      if (slots.isEmpty()) {
        ending.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock: a thread closes what is idle, and ends when nothing is open. */
  private void startSweeping() {
    if (!sweeping) {
      sweeping = true;
      Thread.ofVirtual().name("daybook-tenants").start(this::sweep);
    }
  }

  private void sweep() {
    Duration half = options.idleAfter().dividedBy(2);
    long pauseNanos =
        half.compareTo(Duration.ofMinutes(1)) > 0
            ? LONGEST_SWEEP_NANOS
            : Math.max(half.toNanos(), SHORTEST_SWEEP_NANOS);
    while (true) {
      lock.lock();
      try {
        if (!slots.isEmpty() && !closed) {
          var _ = ending.awaitNanos(pauseNanos);
        }
        if (slots.isEmpty() || closed) {
          sweeping = false;
          return;
        }
      } catch (InterruptedException _) {
        // nobody interrupts this thread; if so, it looks once more
      } finally {
        lock.unlock();
      }
      var _ = closeIdle();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // whoever calls this looks again, in a loop
  private void await(Condition condition, String tenant, long deadline) {
    try {
      long nanos = deadline == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime();
      if (nanos <= 0) {
        // whoever was signalled and gives up lets another look
        room.signal();
        throw new TenantException(
            tenant,
            "found no room within "
                + options.maxWait()
                + ": all of "
                + options.maxOpen()
                + " are in use; allow more, or hold them for shorter",
            null);
      }
      var _ = condition.awaitNanos(nanos);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "interrupted while waiting for the store of the tenant " + tenant);
    }
  }

  private static TenantException cannotBeOpened(String tenant, RuntimeException cause) {
    return new TenantException(tenant, "cannot be opened: " + cause.getMessage(), cause);
  }

  /** Under the lock. */
  private void requireOpen() {
    if (closed) {
      throw closedException();
    }
  }

  private static EventStoreClosedException closedException() {
    return new EventStoreClosedException("the stores of tenants are closed");
  }
}
