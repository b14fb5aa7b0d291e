package io.daybook.jdbc;

import io.daybook.eventsourcing.projection.Progress;
import io.daybook.eventsourcing.projection.ProjectionException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The workers of an instance, by their work, and what those that have ended have left: how each
 * build is doing, as far as this instance works at it. Any thread may ask; who changes them has to
 * be alone.
 */
final class Workers {
  private final String projection;
  private final Map<String, Worker> workers = new ConcurrentHashMap<>();
  private final Map<String, ProjectionException> failures = new ConcurrentHashMap<>();

  /** What workers that have ended had counted, by their work. */
  private final Map<String, Long> unknownBefore = new ConcurrentHashMap<>();

  Workers(String projection) {
    this.projection = projection;
  }

  Collection<Worker> all() {
    return workers.values();
  }

  int count() {
    return workers.size();
  }

  /** Whether that work is done here, or has failed here. */
  boolean knows(String work) {
    return workers.containsKey(work) || failures.containsKey(work);
  }

  void add(Worker worker) {
    workers.put(worker.task().work(), worker);
  }

  /** Takes note of a worker that has ended. */
  void ended(Worker worker) {
    String work = worker.task().work();
    ProjectionException failure = worker.failure();
    if (failure != null) {
      failures.put(work, failure);
    }
    if (workers.remove(work, worker)) {
      unknownBefore.merge(work, worker.unknownEvents(), Long::sum);
    }
  }

  void forgetFailures() {
    failures.clear();
  }

  void forgetFailuresBut(Set<String> works) {
    failures.keySet().retainAll(works);
  }

  void forgetUnknown() {
    unknownBefore.clear();
  }

  /** Where a worker is; {@link Worker#UNKNOWN} if there is none. */
  long positionOf(String work) {
    Worker worker = workers.get(work);
    return worker == null ? Worker.UNKNOWN : worker.position();
  }

  /** Whether all of a build is done here. */
  boolean ownAll(Build build) {
    return workers.keySet().containsAll(build.works());
  }

  /** How many partitions of a build are worked at here. */
  int owned(Build build) {
    return (int) build.works().stream().filter(workers::containsKey).count();
  }

  /** Whether all of a build is done here, and is as far as the store. */
  boolean haveBuilt(Build build) {
    return ownAll(build) && !areCatchingUp(build);
  }

  /** Whether something of a build that is done here is behind the store. */
  boolean areCatchingUp(Build build) {
    for (String work : build.works()) {
      Worker worker = workers.get(work);
      if (worker != null && !worker.isCaughtUp()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether there is a build that is worked at here beside the one that serves, and all that is
   * done of such is as far as the store.
   */
  boolean haveBuiltBeside(@Nullable Build serving) {
    boolean isBuilt = false;
    for (Worker worker : workers.values()) {
      int build = worker.task().build();
      if (build > 0 && (serving == null || build != serving.number())) {
        if (!worker.isCaughtUp()) {
          return false;
        }
        isBuilt = true;
      }
    }
    return isBuilt;
  }

  long unknownEvents(Build build) {
    long sum = 0;
    for (String work : build.works()) {
      Worker worker = workers.get(work);
      sum += unknownBefore.getOrDefault(work, 0L) + (worker == null ? 0 : worker.unknownEvents());
    }
    return sum;
  }

  /** Why work of this instance stands still. */
  @Nullable ProjectionException failure() {
    for (Worker worker : workers.values()) {
      ProjectionException failure = worker.failure();
      if (failure != null) {
        return failure;
      }
    }
    return failures.values().stream().findFirst().orElse(null);
  }

  /** How far this instance has come with a build that is to take the place of that one. */
  Optional<Progress> progressBeyond(Build old) {
    Progress sum = null;
    for (Worker worker : workers.values()) {
      Progress one = worker.task().build() > old.number() ? worker.progress() : null;
      if (one != null) {
        sum = sum == null ? one : together(sum, one);
      }
    }
    return Optional.ofNullable(sum);
  }

  /** Of two partitions: they are where the slower one is. */
  private static Progress together(Progress a, Progress b) {
    Progress slower = a.position().compareTo(b.position()) <= 0 ? a : b;
    return new Progress(
        a.events() + b.events(),
        slower.position(),
        a.target().compareTo(b.target()) >= 0 ? a.target() : b.target(),
        a.elapsed().compareTo(b.elapsed()) >= 0 ? a.elapsed() : b.elapsed(),
        slower.positionsDone());
  }

  /** Why work of this instance for a build stands still. */
  @Nullable ProjectionException failureOf(int build) {
    for (Worker worker : workers.values()) {
      if (worker.task().build() == build && worker.failure() != null) {
        return worker.failure();
      }
    }
    String prefix = projection + "/" + build + "/";
    for (var entry : failures.entrySet()) {
      if (entry.getKey().startsWith(prefix)) {
        return entry.getValue();
      }
    }
    return null;
  }
}
